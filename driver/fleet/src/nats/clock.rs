//! The server's clock, as far as it shows in what is written.

use std::collections::VecDeque;

use crate::unix_millis::UnixMillis;

/// How far the server's clock is ahead of this node's.
///
/// An entry that was written just now has the server's time of it, and has taken a while to get here. So of the
/// last ones the largest difference is nearest to the truth.
#[derive(Debug, Default)]
pub(super) struct ServerClock {
    recent: VecDeque<i64>,
}

impl ServerClock {
    /// Takes note of an entry that was written at a moment of the server's clock and read right now.
    pub(super) fn record(&mut self, written: UnixMillis, now: UnixMillis) {
        let [written, now] =
            [written, now].map(|moment| i64::try_from(moment.0).unwrap_or(i64::MAX));
        if self.recent.len() >= MOST {
            self.recent.pop_front();
        }
        self.recent.push_back(written.saturating_sub(now));
    }

    /// How many milliseconds the server's clock is ahead; `None` if nothing is known of it.
    pub(super) fn ahead_ms(&self) -> Option<i64> {
        self.recent.iter().max().copied()
    }

    /// How long ago something was written at a moment of the server's clock.
    pub(super) fn age(&self, written: UnixMillis, now: UnixMillis) -> std::time::Duration {
        let ahead = self.ahead_ms().unwrap_or(0);
        UnixMillis(now.0.saturating_add_signed(ahead)).since(written)
    }
}

/// How many entries are looked back at.
const MOST: usize = 16;

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn the_entry_that_came_fastest_tells_the_time() {
        let mut clock = ServerClock::default();
        assert_eq!(clock.ahead_ms(), None);
        assert_eq!(clock.age(UnixMillis(900), UnixMillis(1_000)), Duration::from_millis(100));
        for delay in [40, 3, 500] {
            clock.record(UnixMillis(60_000), UnixMillis(50_000 + delay));
        }
        assert_eq!(clock.ahead_ms(), Some(9_997));
        assert_eq!(clock.age(UnixMillis(60_000), UnixMillis(50_103)), Duration::from_millis(100));
        for _ in 0..16 {
            clock.record(UnixMillis(60_000), UnixMillis(90_000));
        }
        assert_eq!(clock.ahead_ms(), Some(-30_000), "it was set");
    }
}
