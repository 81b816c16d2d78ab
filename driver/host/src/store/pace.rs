//! Sizes and pauses of the groups in which bulk work is written.

use std::time::{Duration, Instant};

/// How many rows are written in one step, and how long bulk work waits after one of its own.
///
/// Whatever is urgent waits for the group that is being written, so a group takes about
/// [`GROUP_TIME`]: a thousand rows on a small store, some dozens on a large one with a slow disk.
/// After each group of bulk work the disk rests for as long as it took.
#[derive(Debug)]
pub(super) struct Pace {
    rows: usize,
    /// When the next group may begin.
    next: Option<Instant>,
}

impl Pace {
    pub(super) fn new() -> Self {
        Self { rows: FIRST, next: None }
    }

    /// How many rows the next group holds at most.
    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    /// When the next group may begin, if that is not long ago.
    pub(super) fn next(&self) -> Option<Instant> {
        self.next
    }

    /// A group of bulk work with so many rows was written at `now`, which took so long.
    pub(super) fn wrote(&mut self, rows: usize, took: Duration, now: Instant) {
        self.next = Some(now + took.min(LONGEST_PAUSE));
        self.learn(rows, took);
    }

    /// To write a group with so many rows took so long.
    pub(super) fn learn(&mut self, rows: usize, took: Duration) {
        if rows < self.rows {
            return;
        }
        let rows = if took > GROUP_TIME {
            let fitting =
                GROUP_TIME.as_micros().saturating_mul(rows as u128) / took.as_micros().max(1);
            // One that was slow for another reason halves it at most.
            usize::try_from(fitting).unwrap_or(MOST).max(rows / 2)
        } else if took < GROUP_TIME / 2 {
            rows.saturating_mul(2)
        } else {
            rows
        };
        self.rows = rows.clamp(FEWEST, MOST);
    }
}

/// How long a group is to take. With the 20 ms in which urgent rows gather, and their own group, that
/// leaves more than half of the 100 ms within which a ban is durable.
const GROUP_TIME: Duration = Duration::from_millis(20);

/// How many rows are written in one step, at most.
const MOST: usize = 1024;

const FIRST: usize = 256;
/// To sync the disk takes a few milliseconds, however few rows there are.
const FEWEST: usize = 32;
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_shrink_to_what_fits_into_their_time_and_grow_again() {
        let (mut pace, now) = (Pace::new(), Instant::now());
        let mut wrote = |rows, millis| {
            pace.wrote(rows, Duration::from_millis(millis), now);
            (pace.rows(), pace.next().map(|next| next - now))
        };
        let after = |millis| Some(Duration::from_millis(millis));

        assert_eq!(wrote(256, 5), (512, after(5)));
        assert_eq!(wrote(512, 9), (1_024, after(9)));
        assert_eq!(wrote(1_024, 1), (1_024, after(1)));
        assert_eq!(wrote(1_024, 25), (819, after(25)));
        assert_eq!(wrote(819, 15), (819, after(15)));
        assert_eq!(wrote(819, 5_000), (409, after(1_000)));
        assert_eq!(wrote(100, 90), (409, after(90)), "a short one says nothing of full ones");
        for _ in 0..10 {
            let _ = wrote(1_024, 5_000);
        }
        assert_eq!(wrote(512, 5_000).0, 256);
        assert_eq!(wrote(32, 5_000).0, 256);
    }
}
