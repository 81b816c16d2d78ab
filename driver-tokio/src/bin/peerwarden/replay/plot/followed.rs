//! Plot of one peer's penalty over time, a panel for each policy.

use peerwarden_tokio::peerwarden_host::replay::{PolicyOutcome, ReplayReport};
use plotters::prelude::*;

use super::legend::{self, Mark};
use super::time_axis::TimeAxis;
use super::{Area, DrawResult, HEAD, LABELS, LEFT, RIGHT, colors, title};
use crate::client::text::brief;

/// In pixels.
pub(super) fn height(report: &ReplayReport) -> u32 {
    let panels = u32::try_from(report.policies.len()).unwrap_or(1);
    panels.saturating_mul(PANEL).saturating_add(HEAD)
}

pub(super) fn draw(report: &ReplayReport, axis: &TimeAxis, root: &Area<'_>) -> DrawResult {
    let (head, rest) = root.split_vertically(HEAD);
    let peer = report.peer.as_deref().map(brief).unwrap_or_default();
    title(&head, &format!("Penalty of {peer} under each policy"), &axis.about)?;
    let highest = |policy: &PolicyOutcome| {
        let points = policy.trace.iter().flat_map(|trace| &trace.points);
        points.map(|point| point.penalty).fold(policy.threshold.as_f64(), f64::max)
    };
    // The same scale everywhere, so that panels compare.
    let top = report.policies.iter().map(highest).fold(1.0, f64::max) * 1.1;
    let panels = rest.split_evenly((report.policies.len(), 1));
    for ((at, policy), panel) in report.policies.iter().enumerate().zip(&panels) {
        draw_panel(policy, at, axis, top, panel)?;
    }
    Ok(())
}

fn draw_panel(
    policy: &PolicyOutcome,
    at: usize,
    axis: &TimeAxis,
    top: f64,
    panel: &Area<'_>,
) -> DrawResult {
    let mut chart = ChartBuilder::on(panel)
        .margin_top(26)
        .margin_right(RIGHT)
        .margin_bottom(8)
        .margin_left(LEFT - LABELS)
        .x_label_area_size(40)
        .y_label_area_size(LABELS)
        .build_cartesian_2d(0.0..axis.end, 0.0..top)?;
    chart
        .configure_mesh()
        .disable_x_mesh()
        .bold_line_style(colors::GRID)
        .light_line_style(TRANSPARENT)
        .y_labels(5)
        .x_label_formatter(&|time| time.to_string())
        .y_label_formatter(&|points| thousands(*points))
        .label_style(("sans-serif", 13))
        .axis_desc_style(("sans-serif", 14))
        .x_desc(axis.label.clone())
        .y_desc("penalty in points")
        .draw()?;
    let trace = policy.trace.clone().unwrap_or_default();
    for refusal in &trace.refused {
        let color = if refusal.network { NETWORK_BANNED } else { BANNED };
        let ends = [(axis.at(refusal.from), 0.0), (axis.at(refusal.until), top)];
        chart.draw_series([Rectangle::new(ends, color.filled())])?;
    }
    let threshold = policy.threshold.as_f64();
    let line = [(0.0, threshold), (axis.end, threshold)];
    let dash = colors::QUIET.stroke_width(2);
    chart.draw_series(DashedLineSeries::new(line, 8, 5, dash))?;
    let color = colors::of_policy(at);
    let points = trace.points.iter().map(|point| (axis.at(point.at), point.penalty));
    chart.draw_series(LineSeries::new(points, color.stroke_width(2)))?;
    let mut items = vec![
        (Mark::Line(2), color, policy.name.as_str()),
        (Mark::Dashes, colors::QUIET, "threshold"),
    ];
    let is_any = |network| trace.refused.iter().any(|refusal| refusal.network == network);
    for (network, color, what) in
        [(false, BANNED, "the peer is banned"), (true, NETWORK_BANNED, "its network is banned")]
    {
        if is_any(network) {
            items.push((Mark::Area, color, what));
        }
    }
    legend::draw(panel, (LEFT, 6), &items)
}

/// `86 400`.
fn thousands(points: f64) -> String {
    let digits = format!("{points:.0}");
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push('\u{202f}');
        }
        text.push(digit);
    }
    text
}

/// In pixels.
const PANEL: u32 = 250;
const BANNED: RGBColor = RGBColor(248, 213, 188);
const NETWORK_BANNED: RGBColor = RGBColor(214, 226, 240);
