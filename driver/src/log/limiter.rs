//! Limit on the lines of each kind.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use peerwarden_core::Instant;

use super::Line;

/// Lets a few lines of each kind pass in each span of time, and counts the others.
///
/// A banned peer that keeps knocking causes a refusal each time, and a remote list of 200,000 entries
/// as many bans, at no cost to its author.
#[derive(Debug, Default)]
pub(crate) struct Limiter {
    /// No more than there are kinds of lines.
    spans: Mutex<BTreeMap<Line, Span>>,
}

#[derive(Debug, Default)]
struct Span {
    began: Instant,
    lines: u32,
    suppressed: u64,
}

impl Limiter {
    /// How many lines of this kind were suppressed since its last one, if there is room for one now.
    pub(crate) fn admit(&self, line: Line, now: Instant) -> Option<u64> {
        let mut spans = self.spans.lock().unwrap_or_else(PoisonError::into_inner);
        let span = spans.entry(line).or_default();
        if now.saturating_duration_since(span.began) >= SPAN {
            span.began = now;
            span.lines = 0;
        }
        if span.lines >= line.most_in_a_span() {
            span.suppressed = span.suppressed.saturating_add(1);
            return None;
        }
        span.lines += 1;
        Some(std::mem::take(&mut span.suppressed))
    }
}

const SPAN: Duration = Duration::from_secs(60);

#[cfg(test)]
mod tests {
    use peerwarden_core::Cause;

    use super::*;

    #[test]
    fn ten_lines_a_minute_pass_and_the_next_says_how_many_did_not() {
        let limiter = Limiter::default();
        let at = |secs| limiter.admit(Line::Refused, Instant::from_secs(secs));

        let first: Vec<_> = (100..115).map(at).collect();
        assert_eq!(first, [vec![Some(0); 10], vec![None; 5]].concat());

        assert_eq!(at(159), None);
        assert_eq!(at(160), Some(6));
        assert_eq!(at(161), Some(0));
        assert_eq!(at(10), Some(0), "a clock that steps back stands still");
    }

    #[test]
    fn a_list_that_is_loaded_is_one_line_and_the_next_says_how_long_it_was() {
        let limiter = Limiter::default();
        let at = |secs| limiter.admit(Line::Banned(Cause::Remote), Instant::from_secs(secs));

        let lines: Vec<_> = (0..200_000).filter_map(|n| at(100 + n / 10_000)).collect();
        assert_eq!(lines, [0]);
        assert_eq!(at(160), Some(199_999));
    }

    #[test]
    fn a_flood_of_one_kind_hides_no_other() {
        let limiter = Limiter::default();
        let now = Instant::from_secs(100);
        for _ in 0..1_000 {
            limiter.admit(Line::Refused, now);
        }

        assert_eq!(limiter.admit(Line::RedialFailed, now), Some(0));
    }
}
