//! Plot of who is banned when: a row for each peer and network, and in it a bar for each policy.

use std::collections::BTreeMap;

use peerwarden_tokio::peerwarden_host::replay::{ReplayReport, Span};
use peerwarden_tokio::{Instant, Subject};
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::time_axis::TimeAxis;
use super::{Area, DrawResult, LEFT, RIGHT, WIDTH, colors};
use crate::client::text::brief;

/// A peer or network, and when each policy bans it.
struct Row<'a> {
    subject: &'a Subject<String>,
    first: Instant,
    /// How many policies ban it.
    policies: usize,
    bans: Vec<&'a [Span]>,
}

/// The rows, those first about which policies differ, and how many are left out.
fn rows(report: &ReplayReport) -> (Vec<Row<'_>>, usize) {
    let mut by_subject: BTreeMap<&Subject<String>, Row<'_>> = BTreeMap::new();
    for (at, policy) in report.policies.iter().enumerate() {
        for banned in &policy.banned {
            let row = by_subject.entry(&banned.subject).or_insert_with(|| Row {
                subject: &banned.subject,
                first: banned.first,
                policies: 0,
                bans: vec![&[]; report.policies.len()],
            });
            row.first = row.first.min(banned.first);
            row.policies += 1;
            if let Some(bans) = row.bans.get_mut(at) {
                *bans = &banned.spans;
            }
        }
    }
    let mut rows: Vec<_> = by_subject.into_values().collect();
    let is_same = |row: &Row<'_>| row.policies == report.policies.len();
    rows.sort_by_key(|row| (is_same(row), row.first));
    let left_out = rows.len().saturating_sub(MOST);
    rows.truncate(MOST);
    rows.sort_by_key(|row| row.first);
    (rows, left_out)
}

/// In pixels.
pub(super) fn height(report: &ReplayReport) -> u32 {
    let rows = rows(report).0.len();
    let row = row_height(report.policies.len());
    let rows = u32::try_from(rows).unwrap_or(0).saturating_mul(u32::try_from(row).unwrap_or(0));
    rows.saturating_add(50)
}

pub(super) fn draw(report: &ReplayReport, axis: &TimeAxis, area: &Area<'_>) -> DrawResult {
    let (rows, left_out) = rows(report);
    let font = || ("sans-serif", 14).into_font();
    let what = match (rows.len(), left_out) {
        (0, _) => "Nobody is banned under any policy.".to_owned(),
        (_, 0) => "When each is banned".to_owned(),
        (shown, more) => format!(
            "When each is banned: {shown} of {}, those first on whom the policies differ",
            shown + more
        ),
    };
    area.draw(&Text::new(what, (LEFT, 10), font()))?;
    let right = i32::try_from(WIDTH).unwrap_or(0) - RIGHT;
    let x = |moment| LEFT + pixels(axis.at(moment) / axis.end, right - LEFT);
    let height = row_height(report.policies.len());
    let mut top = TOP;
    for (number, row) in rows.iter().enumerate() {
        if number % 2 == 0 {
            let band = [(LEFT, top), (right, top + height)];
            area.draw(&Rectangle::new(band, RGBColor(246, 246, 246).filled()))?;
        }
        let name = Pos::new(HPos::Right, VPos::Center);
        let style = TextStyle::from(("sans-serif", 12).into_font()).pos(name);
        let label = brief(&row.subject.to_string());
        area.draw(&Text::new(label, (LEFT - 8, top + height / 2), style))?;
        let mut bar = top + GAP;
        for (at, bans) in row.bans.iter().enumerate() {
            for span in *bans {
                let from = x(span.from).min(right - 2);
                // A short ban is seen too.
                let until = x(span.until).max(from + 2);
                let bar = [(from, bar), (until, bar + BAR)];
                area.draw(&Rectangle::new(bar, colors::of_policy(at).filled()))?;
            }
            bar += BAR + 1;
        }
        top += height;
    }
    let frame = [(LEFT, TOP), (right, top)];
    area.draw(&Rectangle::new(frame, colors::QUIET.stroke_width(1)))
}

fn row_height(policies: usize) -> i32 {
    let bars = i32::try_from(policies).unwrap_or(1).saturating_mul(BAR + 1);
    bars.saturating_add(2 * GAP).max(16)
}

/// This share of a length.
#[expect(
    clippy::cast_possible_truncation,
    reason = "shares are from 0 to 1, and lengths of a picture"
)]
fn pixels(share: f64, length: i32) -> i32 {
    (share.clamp(0.0, 1.0) * f64::from(length)).round() as i32
}

/// How many rows a picture has.
const MOST: usize = 24;
const TOP: i32 = 34;
const BAR: i32 = 6;
const GAP: i32 = 3;
