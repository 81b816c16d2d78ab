//! Plot of how many bans are in force over time, a line for each policy.

use peerwarden_tokio::peerwarden_host::replay::{InForce, ReplayReport};
use plotters::prelude::*;

use super::time_axis::TimeAxis;
use super::{Area, DrawResult, LABELS, LEFT, RIGHT, colors};

/// In pixels.
pub(super) const HEIGHT: u32 = 290;

pub(super) fn draw(report: &ReplayReport, axis: &TimeAxis, area: &Area<'_>) -> DrawResult {
    let counted = |change: &InForce| change.peers.saturating_add(change.networks);
    let all = report.policies.iter().flat_map(|policy| &policy.in_force);
    let most = all.map(counted).max().unwrap_or(0).max(4);
    // A little room above the highest line.
    let top = as_float(most) * 1.08;
    let mut chart = ChartBuilder::on(area)
        .margin_left(LEFT - LABELS)
        .margin_right(RIGHT)
        .x_label_area_size(44)
        .y_label_area_size(LABELS)
        .build_cartesian_2d(0.0..axis.end, 0.0..top)?;
    chart
        .configure_mesh()
        .disable_x_mesh()
        .bold_line_style(colors::GRID)
        .light_line_style(TRANSPARENT)
        .y_labels(6)
        .x_label_formatter(&|time| time.to_string())
        .y_label_formatter(&|count| format!("{count:.0}"))
        .label_style(("sans-serif", 13))
        .axis_desc_style(("sans-serif", 14))
        .x_desc(axis.label.clone())
        .y_desc("peers and networks banned")
        .draw()?;
    for (at, policy) in report.policies.iter().enumerate() {
        let color = colors::of_policy(at);
        let style = color.stroke_width(line_width(at));
        let mut points = Vec::new();
        let mut level = 0.0;
        for change in &policy.in_force {
            let x = axis.at(change.at);
            points.push((x, level));
            level = as_float(counted(change));
            points.push((x, level));
        }
        points.push((axis.end, level));
        chart.draw_series(LineSeries::new(points, style))?;
    }
    Ok(())
}

/// Width of a policy's line. Where two are the same, the one below is still seen.
pub(super) const fn line_width(at: usize) -> u32 {
    if at == 0 { 5 } else { 2 }
}

#[expect(clippy::cast_precision_loss, reason = "no picture shows more than a few digits")]
const fn as_float(count: usize) -> f64 {
    count as f64
}
