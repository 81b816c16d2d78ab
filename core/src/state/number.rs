//! Leaky-bucket counter whose decay rate the policy gives.

use core::time::Duration;

use crate::saved::{SavedNumber, TimeOffset};
use crate::time::{Instant, nanos};

/// A number in millionths, at some moment, falling from there to zero.
///
/// Nothing counts it down: what it is at a later moment is computed on read.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Number {
    micros: u64,
    at: Instant,
}

/// Decay rate: `by` millionths in a `period` of nanoseconds.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Fall {
    by: u64,
    period: u64,
}

impl Fall {
    /// Returns the rate of `by` millionths in a `period`, which is more than zero.
    pub(crate) const fn new(by: u64, period: u64) -> Self {
        Self { by, period }
    }
}

impl Number {
    /// Returns `micros` millionths at `now`.
    pub(crate) const fn new(micros: u64, now: Instant) -> Self {
        Self { micros, at: now }
    }

    /// Returns what it is at `now`.
    pub(crate) fn value(&self, now: Instant, fall: Fall) -> u64 {
        let elapsed = nanos(now.saturating_duration_since(self.at));
        let fallen = u128::from(fall.by) * u128::from(elapsed) / u128::from(fall.period.max(1));
        self.micros.saturating_sub(u64::try_from(fallen).unwrap_or(u64::MAX))
    }

    /// Adds to it at `now`, and gives the sum.
    pub(crate) fn add(&mut self, micros: u64, now: Instant, fall: Fall) -> u64 {
        let sum = self.value(now, fall).saturating_add(micros);
        *self = Self::new(sum, now);
        sum
    }

    /// Takes off it at `now`.
    pub(crate) fn take(&mut self, micros: u64, now: Instant, fall: Fall) {
        *self = Self::new(self.value(now, fall).saturating_sub(micros), now);
    }

    /// Returns the first moment at which it is zero; `None` if it does not fall.
    pub(crate) fn zero_at(&self, fall: Fall) -> Option<Instant> {
        if self.micros == 0 {
            return Some(self.at);
        }
        let needed = u128::from(self.micros) * u128::from(fall.period);
        let wait = needed.checked_div(u128::from(fall.by))?;
        let wait = wait + u128::from(!needed.is_multiple_of(u128::from(fall.by)));
        let wait = Duration::from_nanos(u64::try_from(wait).unwrap_or(u64::MAX));
        Some(self.at.saturating_add(wait))
    }

    /// Changes the decay rate at `now` from `before` to `after`.
    pub(crate) fn refall(&mut self, now: Instant, before: Fall, after: Fall) {
        if before != after {
            *self = Self::new(self.value(now, before), now);
        }
    }

    /// Returns the number in saved form, seen from `now`.
    pub(crate) fn save(&self, now: Instant) -> SavedNumber {
        SavedNumber { micros: self.micros, at: TimeOffset::of(self.at, now) }
    }

    /// Restores a saved number, seen from `now`. What fell before the origin is taken off.
    pub(crate) fn restore(saved: SavedNumber, now: Instant, fall: Fall) -> Self {
        let beyond = nanos(saved.at.beyond(now));
        let before = Self::new(saved.micros, Instant::ORIGIN);
        let micros = before.value(Instant::from_nanos(beyond), fall);
        Self::new(micros, saved.at.in_past(now))
    }
}
