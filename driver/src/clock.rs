//! The part of a timer that handles need.

use peerwarden_core::Instant;

use crate::timer::Timer;

/// Tells the time, whichever runtime it is: what a [`Timer`] is to those who never wait.
pub(crate) trait Clock: Send + Sync {
    fn now(&self) -> Instant;
}

impl<T: Timer> Clock for T {
    fn now(&self) -> Instant {
        Timer::now(self)
    }
}
