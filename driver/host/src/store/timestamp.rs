//! Wall-clock time at which a row was written; none if the clock was not set.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

/// A reading of the wall clock, in nanoseconds of Unix time, or none if it had not been set.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Deserialize, Serialize)]
#[serde(transparent)]
pub(super) struct Timestamp(Option<u64>);

impl Timestamp {
    pub(super) fn from_wall_clock(wall: SystemTime) -> Self {
        let since = wall.duration_since(UNIX_EPOCH).ok();
        let nanos = since.and_then(|since| u64::try_from(since.as_nanos()).ok());
        Self(nanos.filter(|nanos| *nanos >= EARLIEST))
    }

    /// How much time has passed from this stamp to `now`; `None` if the two do not go together.
    pub(super) fn elapsed(self, now: Self) -> Option<Duration> {
        let elapsed = now.0?.checked_sub(self.0?).map(Duration::from_nanos)?;
        (elapsed <= LONGEST_ABSENCE).then_some(elapsed)
    }
}

/// By how much `later` is after `earlier`, and which way: with `true`, it is before it.
pub(super) fn difference(earlier: SystemTime, later: SystemTime) -> (Duration, bool) {
    match later.duration_since(earlier) {
        Ok(ahead) => (ahead, false),
        Err(error) => (error.duration(), true),
    }
}

/// The beginning of 2026. There was no peerwarden before, so a clock that says less has never been
/// set, as on a board without a battery before it has asked the network.
const EARLIEST: u64 = 1_767_225_600_000_000_000;

/// No ban by the engine itself lasts nearly as long, and nobody is down for longer and comes back
/// expecting to be up to date.
const LONGEST_ABSENCE: Duration = Duration::from_secs(365 * 24 * 60 * 60);

#[cfg(test)]
mod tests {
    use super::*;

    fn at(secs: u64) -> Timestamp {
        Timestamp::from_wall_clock(UNIX_EPOCH + Duration::from_secs(secs))
    }

    #[test]
    fn time_passes_between_stamps_that_go_together_and_between_no_others() {
        let (written, day, year) = (1_800_000_000, 86_400, 365 * 86_400);

        assert_eq!(at(written).elapsed(at(written)), Some(Duration::ZERO));
        assert_eq!(at(written).elapsed(at(written + day)), Some(Duration::from_secs(day)));
        assert_eq!(at(written).elapsed(at(written + year)), Some(Duration::from_secs(year)));
        assert_eq!(at(written).elapsed(at(written + year + 1)), None);
        assert_eq!(at(written).elapsed(at(written - 1)), None);
        assert_eq!(at(written).elapsed(at(0)), None);
        assert_eq!(at(0).elapsed(at(written)), None);
    }

    #[test]
    fn no_reading_of_a_clock_is_too_strange() {
        let epoch = UNIX_EPOCH;
        let before = epoch - Duration::from_secs(1);
        let far = epoch + Duration::from_secs(20_000_000_000);

        assert_eq!(Timestamp::from_wall_clock(before), Timestamp(None));
        assert_eq!(Timestamp::from_wall_clock(far), Timestamp(None));
        assert_eq!(at(1_767_225_599), Timestamp(None));
        assert_eq!(at(1_767_225_600), Timestamp(Some(EARLIEST)));
    }
}
