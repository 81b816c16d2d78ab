//! Formats the remaining time of a ban.

use std::fmt;
use std::time::Duration;

use humantime::format_duration;
use peerwarden_core::{Instant, Until};

/// How long something still lasts: `1h 30m`, to the full second, or `forever`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Remaining {
    pub(crate) until: Until,
    pub(crate) now: Instant,
}

impl Remaining {
    /// The same within a sentence: `for another 1h 30m`, or `forever`.
    pub(crate) fn in_words(self) -> RemainingPhrase {
        RemainingPhrase { left: self, before: "for another " }
    }

    /// The same of what has just begun: `for 1h 30m`, or `forever`.
    pub(crate) fn as_end(self) -> RemainingPhrase {
        RemainingPhrase { left: self, before: "for " }
    }
}

impl fmt::Display for Remaining {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Until::At(end) = self.until else {
            return f.write_str("forever");
        };
        let left = end.saturating_duration_since(self.now);
        let started = u64::from(left.subsec_nanos() > 0);
        let left = Duration::from_secs(left.as_secs().saturating_add(started));
        write!(f, "{}", format_duration(left))
    }
}

/// See [`Remaining::in_words`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct RemainingPhrase {
    left: Remaining,
    before: &'static str,
}

impl fmt::Display for RemainingPhrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Until::At(_) = self.left.until {
            f.write_str(self.before)?;
        }
        self.left.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_is_said_in_full_seconds_and_never_too_short() {
        let left = |millis| {
            let until = Until::At(Instant::from_millis(millis));
            Remaining { until, now: Instant::from_secs(10) }.to_string()
        };

        assert_eq!(left(10_001), "1s");
        assert_eq!(left(96_400), "1m 27s");
        assert_eq!(left(10_000 + 7 * 86_400_000), "7days");
        assert_eq!(left(9_000), "0s");
    }

    #[test]
    fn what_has_no_end_lasts_forever_and_not_for_another() {
        let left = Remaining { until: Until::Forever, now: Instant::ORIGIN };

        assert_eq!([left.to_string(), left.in_words().to_string()], ["forever"; 2]);
    }
}
