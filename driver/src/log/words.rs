//! Reasons and durations in words.

use std::fmt;
use std::time::Duration;

use humantime::format_duration;
use peerwarden_core::{Instant, Misdeed, Until};

use crate::notes::Why;

/// How long something still lasts: `1h 30m`, to the full second, or `forever`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Left {
    pub(super) until: Until,
    pub(super) now: Instant,
}

impl fmt::Display for Left {
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

/// What a ban is for: `invalid-message x101, stale-message`, the last one first, or `score -150`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reason<'a>(&'a Why);

impl<'a> Reason<'a> {
    /// None if there is nothing to be said.
    pub(super) fn of(why: &'a Why) -> Option<Self> {
        match why {
            Why::Misdeeds(misdeeds) => (!misdeeds.is_empty()).then_some(Self(why)),
            Why::Score(_) => Some(Self(why)),
            Why::Unsaid => None,
        }
    }
}

impl fmt::Display for Reason<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Why::Misdeeds(misdeeds) => {
                let mut between = "";
                for Misdeed { misbehavior, times, .. } in misdeeds.iter().rev() {
                    write!(f, "{between}{misbehavior}")?;
                    if *times > 1 {
                        write!(f, " x{times}")?;
                    }
                    between = ", ";
                }
                Ok(())
            }
            Why::Score(score) => write!(f, "score {score}"),
            Why::Unsaid => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_is_said_in_full_seconds_and_never_too_short() {
        let left = |millis| {
            let until = Until::At(Instant::from_millis(millis));
            Left { until, now: Instant::from_secs(10) }.to_string()
        };

        assert_eq!(left(10_001), "1s");
        assert_eq!(left(96_400), "1m 27s");
        assert_eq!(left(10_000 + 7 * 86_400_000), "7days");
        assert_eq!(left(9_000), "0s");
        assert_eq!(Left { until: Until::Forever, now: Instant::ORIGIN }.to_string(), "forever");
    }
}
