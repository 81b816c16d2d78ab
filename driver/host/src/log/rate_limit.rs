//! Rate limit for log lines: ten a minute of each kind.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use peerwarden_core::Instant;

use super::Line;

/// Lets a few lines of each kind pass in each window of time, and counts the others.
///
/// A banned peer that keeps knocking causes a refusal each time, and a remote list of 200,000 entries
/// as many bans, at no cost to its author.
#[derive(Debug, Default)]
pub(crate) struct LogRateLimit {
    /// No more than there are kinds of lines.
    windows: Mutex<BTreeMap<Line, Window>>,
}

#[derive(Debug, Default)]
struct Window {
    began: Instant,
    lines: u32,
    suppressed: u64,
}

impl LogRateLimit {
    /// How many lines of this kind were suppressed since its last one, if there is room for one now.
    pub(crate) fn admit(&self, line: Line, now: Instant) -> Option<u64> {
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        let window = windows.entry(line).or_default();
        if now.saturating_duration_since(window.began) >= WINDOW {
            window.began = now;
            window.lines = 0;
        }
        if window.lines >= line.most_in_a_window() {
            window.suppressed = window.suppressed.saturating_add(1);
            return None;
        }
        window.lines += 1;
        Some(std::mem::take(&mut window.suppressed))
    }
}

const WINDOW: Duration = Duration::from_secs(60);

#[cfg(test)]
mod tests {
    use peerwarden_core::Cause;

    use super::*;

    #[test]
    fn ten_lines_a_minute_pass_and_the_next_says_how_many_did_not() {
        let limiter = LogRateLimit::default();
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
        let limiter = LogRateLimit::default();
        let at = |secs| limiter.admit(Line::Banned(Cause::Remote), Instant::from_secs(secs));

        let lines: Vec<_> = (0..200_000).filter_map(|n| at(100 + n / 10_000)).collect();
        assert_eq!(lines, [0]);
        assert_eq!(at(160), Some(199_999));
    }

    #[test]
    fn a_flood_of_one_kind_hides_no_other() {
        let limiter = LogRateLimit::default();
        let now = Instant::from_secs(100);
        for _ in 0..1_000 {
            limiter.admit(Line::Refused, now);
        }

        assert_eq!(limiter.admit(Line::RedialFailed, now), Some(0));
    }
}
