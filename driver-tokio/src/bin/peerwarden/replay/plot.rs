//! Pictures of a replay, as SVG.

mod colors;
mod followed;
mod in_force;
mod legend;
mod time_axis;
mod timeline;

use peerwarden_tokio::peerwarden_host::replay::ReplayReport;
use plotters::prelude::*;

use legend::Mark;
use time_axis::TimeAxis;

type Area<'a> = DrawingArea<SVGBackend<'a>, plotters::coord::Shift>;

/// Draws the penalty of the peer that is followed, or all bans if none is.
pub(super) fn draw(report: &ReplayReport) -> Result<String, String> {
    let mut svg = String::new();
    let height = if report.peer.is_some() {
        followed::height(report)
    } else {
        HEAD + in_force::HEIGHT + timeline::height(report)
    };
    let drawn = {
        let root = SVGBackend::with_string(&mut svg, (WIDTH, height)).into_drawing_area();
        paint(report, &root).and_then(|()| root.present().map_err(|error| error.to_string()))
    };
    drawn.map(|()| svg).map_err(|error| format!("the picture cannot be drawn: {error}"))
}

fn paint(report: &ReplayReport, root: &Area<'_>) -> Result<(), String> {
    let text = |error: &dyn std::fmt::Display| error.to_string();
    root.fill(&WHITE).map_err(|error| text(&error))?;
    let axis = TimeAxis::of(report);
    if report.peer.is_some() {
        return followed::draw(report, &axis, root).map_err(|error| text(&error));
    }
    let (top, rows) = root.split_vertically(HEAD + in_force::HEIGHT);
    let (head, top) = top.split_vertically(HEAD);
    title(&head, "Who is banned under which policy", &axis.about).map_err(|error| text(&error))?;
    let policies: Vec<_> = report
        .policies
        .iter()
        .enumerate()
        .map(|(at, policy)| {
            (Mark::Line(in_force::line_width(at)), colors::of_policy(at), policy.name.as_str())
        })
        .collect();
    legend::draw(&head, (LEFT, 54), &policies).map_err(|error| text(&error))?;
    in_force::draw(report, &axis, &top).map_err(|error| text(&error))?;
    timeline::draw(report, &axis, &rows).map_err(|error| text(&error))
}

/// Writes what a picture shows above it.
fn title(area: &Area<'_>, title: &str, about: &str) -> DrawResult {
    area.draw(&Text::new(title.to_owned(), (LEFT, 8), ("sans-serif", 20).into_font()))?;
    let small = ("sans-serif", 13).into_font().color(&colors::QUIET);
    area.draw(&Text::new(about.to_owned(), (LEFT, 34), small))
}

type DrawResult =
    Result<(), DrawingAreaErrorKind<<SVGBackend<'static> as DrawingBackend>::ErrorType>>;

/// Of every picture, in pixels.
const WIDTH: u32 = 900;
/// Of the title.
const HEAD: u32 = 78;
/// Where the axes of time begin: there is a name to the left.
const LEFT: i32 = 150;
/// How far from the right edge they end.
const RIGHT: i32 = 24;
/// Room for the numbers at an axis, and what they are of.
const LABELS: i32 = 76;
