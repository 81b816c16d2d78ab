//! Detects jumps of the wall clock against the monotonic clock.

use std::time::{Duration, SystemTime};

use peerwarden_core::Instant;

use super::timestamp;

/// The wall clock and the node's own, side by side.
pub(super) struct ClockMonitor {
    /// What both said when they last went together.
    wall: SystemTime,
    now: Instant,
    /// Whether, when it was loaded, the wall clock disagreed with a row. It may yet be set.
    clock_mismatch: bool,
    outdated: bool,
}

impl ClockMonitor {
    pub(super) fn new(wall: SystemTime, now: Instant, clock_mismatch: bool) -> Self {
        Self { wall, now, clock_mismatch, outdated: false }
    }

    /// By now the wall clock has been set, if it ever is: what it disagrees with is to be written
    /// anew. Before that, what is right would be overwritten by what is wrong.
    pub(super) fn startup_delay_elapsed(&mut self) {
        self.outdated |= std::mem::take(&mut self.clock_mismatch);
    }

    /// Notices when the wall clock was set: by how much, and which way.
    pub(super) fn compare(
        &mut self,
        wall: SystemTime,
        now: Instant,
    ) -> Option<(Duration, &'static str)> {
        let expected = self.wall.checked_add(now.saturating_duration_since(self.now))?;
        let (jump, back) = timestamp::difference(expected, wall);
        if jump < MAX_DRIFT {
            return None;
        }
        (self.wall, self.now) = (wall, now);
        self.outdated = true;
        Some((jump, if back { "back" } else { "forward" }))
    }

    /// Whether what the rows say of the time is wrong.
    pub(super) fn rows_are_outdated(&self) -> bool {
        self.outdated
    }

    /// All rows are to be written anew.
    pub(super) fn rewrite_started(&mut self) {
        self.outdated = false;
    }
}

/// How far the clocks may drift apart before all rows are written anew: by so much is a ban too long
/// or too short at most after the next start.
const MAX_DRIFT: Duration = Duration::from_secs(10);

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use super::*;

    fn at(wall: u64, now: u64) -> (SystemTime, Instant) {
        (UNIX_EPOCH + Duration::from_millis(wall), Instant::from_millis(now))
    }

    fn clocks(wall: u64, now: u64, clock_mismatch: bool) -> ClockMonitor {
        let (wall, now) = at(wall, now);
        ClockMonitor::new(wall, now, clock_mismatch)
    }

    #[test]
    fn rows_that_the_clock_disagrees_with_are_outdated_once_it_has_had_time_to_be_set() {
        let mut clocks = clocks(1_000, 0, true);
        let (wall, now) = at(60_000, 59_000);
        assert_eq!(clocks.compare(wall, now), None);
        assert!(!clocks.rows_are_outdated());

        clocks.startup_delay_elapsed();
        assert!(clocks.rows_are_outdated());

        clocks.rewrite_started();
        clocks.startup_delay_elapsed();
        assert!(!clocks.rows_are_outdated());
    }

    #[test]
    fn a_clock_that_drifts_is_followed_when_it_is_ten_seconds_off() {
        let mut clocks = clocks(100_000, 0, false);
        let mut compare = |wall, now| {
            let (wall, now) = at(wall, now);
            let jump = clocks.compare(wall, now);
            let outdated = clocks.rows_are_outdated();
            clocks.rewrite_started();
            assert_eq!(outdated, jump.is_some());
            jump
        };

        assert_eq!(compare(205_000, 100_000), None);
        assert_eq!(compare(309_999, 200_000), None);
        assert_eq!(compare(310_000, 200_000), Some((Duration::from_secs(10), "forward")));
        assert_eq!(compare(309_000, 200_000), None);
        assert_eq!(compare(400_000, 300_000), Some((Duration::from_secs(10), "back")));
        assert_eq!(compare(0, 300_000), Some((Duration::from_secs(400), "back")));
    }
}
