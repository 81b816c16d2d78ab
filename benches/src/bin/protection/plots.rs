//! Plots of some scenarios over time.

use std::error::Error;
use std::path::Path;

use plotters::prelude::*;

use crate::ledger::Figures;
use crate::runner::Cell;

/// Draws the lines and says which is which; the two kinds of chart have no type in common.
macro_rules! series {
    ($chart:ident, $lines:expr, $legend:expr) => {
        for ((name, points), color) in $lines.iter().zip(COLORS) {
            let style = color.stroke_width(2);
            $chart
                .draw_series(LineSeries::new(points.iter().copied(), style))?
                .label(*name)
                .legend(move |(x, y)| PathElement::new([(x, y), (x + 18, y)], style));
        }
        $chart
            .configure_series_labels()
            .position($legend)
            .background_style(WHITE.mix(0.8))
            .border_style(BLACK.mix(0.3))
            .draw()?;
    };
}

/// Draws every plot whose scenario was run into this folder, which is made if it is not there.
pub(crate) fn draw(cells: &[Cell], folder: &Path) -> Result<(), Box<dyn Error>> {
    std::fs::create_dir_all(folder)?;
    for plot in PLOTS {
        let lines: Vec<_> = plot
            .columns
            .iter()
            .filter_map(|(column, label)| {
                let cell = cells.iter().find(|cell| {
                    cell.scenario.name == plot.scenario && cell.column.name == *column
                })?;
                Some((*label, (plot.points)(cell.runs.first()?)))
            })
            .collect();
        if !lines.is_empty() {
            plot.draw(&folder.join(plot.file), &lines)?;
        }
    }
    Ok(())
}

/// One plot: lines of the same scenario under several policies.
struct Plot {
    file: &'static str,
    title: &'static str,
    scenario: &'static str,
    /// Columns, and what their lines are called.
    columns: &'static [(&'static str, &'static str)],
    points: fn(&Figures) -> Vec<(f64, f64)>,
    y: &'static str,
    scale: Scale,
    legend: SeriesLabelPosition,
}

#[derive(Clone, Copy)]
enum Scale {
    /// From 1 to this power of ten.
    Powers(i32),
    /// From 0 to this.
    To(f64),
}

impl Plot {
    fn draw(&self, path: &Path, lines: &[(&str, Vec<(f64, f64)>)]) -> Result<(), Box<dyn Error>> {
        let last = lines.iter().flat_map(|(_, points)| points).map(|(x, _)| *x).fold(0.0, f64::max);
        let area = SVGBackend::new(path, (760, 420)).into_drawing_area();
        area.fill(&WHITE)?;
        let mut chart = ChartBuilder::on(&area);
        chart
            .caption(self.title, ("sans-serif", 20))
            .margin(12)
            .x_label_area_size(44)
            .y_label_area_size(76);
        match self.scale {
            Scale::To(top) => {
                let mut chart = chart.build_cartesian_2d(0.0..last, 0.0..top)?;
                chart
                    .configure_mesh()
                    .light_line_style(TRANSPARENT)
                    .x_desc(HOURS)
                    .y_desc(self.y)
                    .draw()?;
                series!(chart, lines, self.legend.clone());
            }
            Scale::Powers(top) => {
                let y = (1.0..10_f64.powi(top)).log_scale();
                let mut chart = chart.build_cartesian_2d(0.0..last, y)?;
                chart
                    .configure_mesh()
                    .light_line_style(TRANSPARENT)
                    .x_desc(HOURS)
                    .y_desc(self.y)
                    .draw()?;
                series!(chart, lines, self.legend.clone());
            }
        }
        area.present()?;
        Ok(())
    }
}

/// Bad messages accepted so far, at the end of each part of a run.
fn accepted(figures: &Figures) -> Vec<(f64, f64)> {
    let mut sum = 0;
    let mut points = Vec::new();
    let mut hours = 0.0;
    for harm in &figures.harm_by_part {
        sum += harm;
        hours += figures.part_hours;
        // What was cut short is off the top by then.
        if figures.cut_short && *harm == 0 && sum > 1_000_000 {
            break;
        }
        points.push((hours, (sum as f64).max(1.0)));
    }
    points
}

/// Fewest honest peers up in each part of a run.
fn honest_up(figures: &Figures) -> Vec<(f64, f64)> {
    let mut hours = 0.0;
    let mut points = Vec::new();
    for up in &figures.up_by_part {
        if *up < u32::MAX {
            points.push((hours, f64::from(*up)));
        }
        hours += figures.part_hours;
    }
    points
}

/// Told apart by those who do not tell red from green, and on paper.
const COLORS: [RGBColor; 6] = [
    RGBColor(0, 90, 181),
    RGBColor(220, 50, 32),
    RGBColor(100, 100, 100),
    RGBColor(230, 159, 0),
    RGBColor(148, 90, 170),
    RGBColor(0, 140, 120),
];
const HOURS: &str = "hours since it began";

const PLOTS: &[Plot] = &[
    Plot {
        file: "sybils.svg",
        title: "Bad messages accepted from fresh ids of one IPv6 /48",
        scenario: "sybils-48",
        columns: &[
            ("default", "peerwarden"),
            ("ALSP", "Flow's ALSP"),
            ("op-node's", "op-node's monitor"),
            ("lighthouse", "Lighthouse"),
            ("bitcoin", "Bitcoin Core"),
            ("fail2ban", "fail2ban"),
        ],
        points: accepted,
        y: "messages",
        scale: Scale::Powers(7),
        legend: SeriesLabelPosition::LowerRight,
    },
    Plot {
        file: "incident.svg",
        title: "Honest peers up while all 45 misbehave for 10 min and 45 others wait for slots",
        scenario: "incident-eclipse",
        columns: &[
            ("default", "peerwarden"),
            ("no incident", "peerwarden without `incident`"),
            ("ALSP", "Flow's ALSP"),
            ("op-node's", "op-node's monitor"),
            ("lighthouse", "Lighthouse"),
            ("fail2ban", "fail2ban"),
        ],
        points: honest_up,
        y: "honest peers",
        scale: Scale::To(50.0),
        legend: SeriesLabelPosition::MiddleRight,
    },
];
