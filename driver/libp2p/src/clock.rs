//! Clock: the part of a timer that handles need.

use std::time::SystemTime;

use peerwarden_core::Instant;

use crate::timer::Timer;

/// Tells the time, whichever runtime it is: what a [`Timer`] is to those who never wait.
pub(crate) trait Clock: Send + Sync {
    fn now(&self) -> Instant;
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
