//! Plot of how many bans are in force over time, a line for each policy.

use peerwarden_tokio::peerwarden_host::replay::{InForce, ReplayReport};
use plotters::prelude::*;

use super::time_axis::TimeAxis;
use super::{Area, DrawResult, LEFT, RIGHT, colors};

/// In pixels.
pub(super) const HEIGHT: u32 = 290;

pub(super) fn draw(report: &ReplayReport, axis: &TimeAxis, area: &Area<'_>) -> DrawResult {
    let counted = |change: &InForce| change.peers.saturating_add(change.networks);
    let all = report.policies.iter().flat_map(|policy| &policy.in_force);
    let most = all.map(counted).max().unwrap_or(0).max(4);
    // A little room above the highest line.
    let top = as_float(most) * 1.08;
    let left = u32::try_from(LEFT).unwrap_or(0);
    let right = u32::try_from(RIGHT).unwrap_or(0);
    let mut chart = ChartBuilder::on(area)
        .margin_right(right)
        .x_label_area_size(44)
        .y_label_area_size(left)
        .build_cartesian_2d(0.0..axis.end, 0.0..top)?;
    chart
        .configure_mesh()
        .disable_x_mesh()
        .bold_line_style(colors::GRID)
        .light_line_style(TRANSPARENT)
        .y_labels(6)
        .y_label_formatter(&|count| format!("{count:.0}"))
        .label_style(("sans-serif", 13))
        .axis_desc_style(("sans-serif", 14))
        .x_desc(axis.label.clone())
        .y_desc("peers and networks banned")
        .draw()?;
    for (at, policy) in report.policies.iter().enumerate() {
        let color = colors::of_policy(at);
        // Where two lines are the same, the one below is still seen.
        let width = if at == 0 { 5 } else { 2 };
        let style = color.stroke_width(width);
        let mut points = Vec::new();
        let mut level = 0.0;
        for change in &policy.in_force {
            let x = axis.at(change.at);
            points.push((x, level));
            level = as_float(counted(change));
            points.push((x, level));
        }
        points.push((axis.end, level));
        let name = crate::client::text::middle(&policy.name, 30);
        chart
            .draw_series(LineSeries::new(points, style))?
            .label(name)
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 20, y)], style));
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::UpperLeft)
        .label_font(("sans-serif", 14))
        .background_style(WHITE.mix(0.85))
        .border_style(colors::GRID)
        .draw()
}

#[expect(clippy::cast_precision_loss, reason = "no picture shows more than a few digits")]
const fn as_float(count: usize) -> f64 {
    count as f64
}
