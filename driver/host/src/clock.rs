//! Clock: the part of a timer that handles need.

use std::time::SystemTime;

use peerwarden_core::Instant;

use crate::timer::{Timer, since_unix_epoch};

/// A clock, read from any thread: all that a node needs which never waits. Every [`Timer`] is one.
pub trait Clock: Send + Sync {
    /// Returns the time. Never goes back; see [`Timer::now`].
    fn now(&self) -> Instant;

    /// Returns the time on the wall. May jump; see [`Timer::wall_clock`].
    fn wall_clock(&self) -> SystemTime;
}

impl<T: Timer> Clock for T {
    fn now(&self) -> Instant {
        Timer::now(self)
    }

    fn wall_clock(&self) -> SystemTime {
        Timer::wall_clock(self)
    }
}

/// The operating system's clock, for nodes that do without a runtime's timer.
///
/// It begins at what the wall clock says when it is made, counted from the Unix epoch, and goes on
/// steadily from there. Clones are the same clock.
#[derive(Clone, Copy, Debug)]
pub struct SystemClock {
    origin: Instant,
    start: std::time::Instant,
}

impl SystemClock {
    /// Starts a clock.
    #[must_use]
    pub fn new() -> Self {
        let origin = since_unix_epoch(SystemTime::now());
        Self { origin, start: std::time::Instant::now() }
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Instant {
        self.origin.saturating_add(self.start.elapsed())
    }

    fn wall_clock(&self) -> SystemTime {
        SystemTime::now()
    }
}
