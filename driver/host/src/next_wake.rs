//! Moments at which a driver has to be polled.

use peerwarden_core::Instant;

/// What a driver has to wait for.
#[derive(Clone, Copy, Debug, Default)]
pub struct NextWake {
    /// When a heartbeat has something to do.
    pub(crate) deadline: Option<Instant>,
    /// Whether there is anybody to ask scores of.
    pub(crate) ticks: bool,
    /// When the driver has something to do.
    pub(crate) driver: Option<Instant>,
}

impl NextWake {
    /// Whether a behaviour that waits for what is `known` would be late for this.
    pub(crate) fn is_sooner_than(&self, known: &Self) -> bool {
        let is_sooner = |wanted: Option<Instant>, known: Option<Instant>| {
            wanted.is_some_and(|wanted| known.is_none_or(|known| wanted < known))
        };
        is_sooner(self.deadline, known.deadline)
            || is_sooner(self.driver, known.driver)
            || (self.ticks && !known.ticks)
    }
}
