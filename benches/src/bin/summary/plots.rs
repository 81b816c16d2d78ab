//! Cost against size, drawn.

use std::error::Error;
use std::path::Path;

use plotters::prelude::*;

use crate::results::Results;

/// Lines of one plot: what each is of, and how the names of its figures begin and end.
type Lines = &'static [(&'static str, &'static str, &'static str)];

/// Draws every plot into this folder, which is made if it is not there.
pub(crate) fn draw(results: &Results, folder: &Path) -> Result<(), Box<dyn Error>> {
    std::fs::create_dir_all(folder)?;
    for (file, title, unit, lines) in PLOTS {
        let lines: Vec<_> = lines
            .iter()
            .map(|(name, begins, ends)| (*name, results.by_size(begins, ends)))
            .filter(|(_, points)| points.len() > 1)
            .collect();
        if !lines.is_empty() {
            plot(&folder.join(file), title, unit, &lines)?;
        }
    }
    Ok(())
}

fn plot(
    path: &Path,
    title: &str,
    unit: &str,
    lines: &[(&str, Vec<(f64, f64)>)],
) -> Result<(), Box<dyn Error>> {
    let points = || lines.iter().flat_map(|(_, points)| points);
    let fewest = points().map(|(size, _)| *size).fold(f64::MAX, f64::min);
    let most = points().map(|(size, _)| *size).fold(f64::MIN, f64::max);
    // From one power of ten to another: those are labelled.
    let lowest = points().map(|(_, cost)| cost.log10().floor()).fold(f64::MAX, f64::min);
    let highest = points().map(|(_, cost)| cost.log10().ceil()).fold(f64::MIN, f64::max);

    let area = SVGBackend::new(path, (760, 420)).into_drawing_area();
    area.fill(&WHITE)?;
    let mut chart = ChartBuilder::on(&area)
        .caption(title, ("sans-serif", 20))
        .margin(12)
        .x_label_area_size(44)
        .y_label_area_size(76)
        .build_cartesian_2d(
            (fewest..most).log_scale(),
            (10_f64.powf(lowest)..10_f64.powf(highest)).log_scale(),
        )?;
    chart
        .configure_mesh()
        .light_line_style(TRANSPARENT)
        .x_desc("tracked peers")
        .y_desc(unit)
        .x_label_formatter(&|size| format!("{size}"))
        .y_labels(6)
        .y_label_formatter(&|cost| format!("{cost}"))
        .draw()?;
    for ((name, points), color) in lines.iter().zip(COLORS) {
        let style = color.stroke_width(2);
        chart
            .draw_series(LineSeries::new(points.iter().copied(), style).point_size(3))?
            .label(*name)
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 18, y)], style));
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::UpperLeft)
        .background_style(WHITE.mix(0.8))
        .border_style(BLACK.mix(0.3))
        .draw()?;
    area.present()?;
    Ok(())
}

/// Told apart by those who do not tell red from green, and on paper.
const COLORS: [RGBColor; 4] =
    [RGBColor(0, 90, 181), RGBColor(220, 50, 32), RGBColor(100, 100, 100), RGBColor(230, 159, 0)];

const PLOTS: &[(&str, &str, &str, Lines)] = &[
    (
        "heartbeat.svg",
        "A heartbeat with nothing due",
        "nanoseconds",
        &[
            ("peerwarden", "heartbeat/flow/", "/baseline"),
            ("op-node: decay all", "heartbeat/op_node/", "/ours"),
            ("Flow: adjust all", "heartbeat/flow/", "/ours"),
        ],
    ),
    (
        "lookups.svg",
        "A report, and a question at the gate",
        "nanoseconds",
        &[
            ("report about a known peer", "report/known/siphash/", "/ours"),
            ("counter increment in a HashMap", "report/known/siphash/", "/baseline"),
            ("check_peer of a known peer", "gate/peer/siphash/known/", "/ours"),
            ("lookup in a set", "gate/peer/siphash/known/", "/baseline"),
        ],
    ),
    (
        "memory.svg",
        "What a peer takes in memory",
        "bytes",
        &[
            ("banned", "memory/banned/", ""),
            ("owing", "memory/owing/", ""),
            ("idle", "memory/idle/", ""),
        ],
    ),
];
