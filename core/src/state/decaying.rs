//! Leaky-bucket counter: points that decay linearly, computed on read.

use core::time::Duration;

use crate::penalty::{DecayRate, Points};
use crate::saved::{SavedDebt, TimeOffset};
use crate::state::number::Number;
use crate::time::{Instant, nanos};

/// Penalty points at some moment, which decay linearly from there to zero.
///
/// Nothing counts them down: the amount at a later moment is computed on read, so that they cost
/// nothing while time passes and do not depend on how often they are read.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct DecayingPoints {
    points: Points,
    at: Instant,
    rate: DecayRate,
}

impl DecayingPoints {
    /// Returns no points.
    pub(crate) fn none(rate: DecayRate) -> Self {
        Self { points: Points::ZERO, at: Instant::ORIGIN, rate }
    }

    /// Returns `points` at `now`, decaying at `rate`.
    #[inline]
    pub(crate) fn new(points: Points, now: Instant, rate: DecayRate) -> Self {
        Self { points, at: now, rate }
    }

    /// Returns the same as a number that falls in some period, to the same as long as nothing
    /// changes.
    pub(crate) fn number(&self) -> Number {
        Number::new(self.points.as_micros(), self.at)
    }

    /// Returns the points in saved form, seen from `now`.
    pub(crate) fn save(&self, now: Instant) -> SavedDebt {
        SavedDebt { points: self.points, at: TimeOffset::of(self.at, now), rate: self.rate }
    }

    /// Restores saved points, seen from `now`. What fell before the origin is taken off.
    pub(crate) fn restore(saved: SavedDebt, now: Instant) -> Self {
        let fallen = worth(saved.rate, nanos(saved.at.beyond(now)));
        let points = saved.points.as_micros().saturating_sub(fallen);
        Self::new(Points::from_micros(points), saved.at.in_past(now), saved.rate)
    }

    /// Returns the points at `now`.
    #[inline]
    pub(crate) fn amount(&self, now: Instant) -> Points {
        let elapsed = nanos(now.saturating_duration_since(self.at));
        let fallen = worth(self.rate, elapsed);
        Points::from_micros(self.points.as_micros().saturating_sub(fallen))
    }

    /// Returns when they are zero: the first moment at which [`amount`](Self::amount) is zero.
    pub(crate) fn zero_at(&self) -> Instant {
        let micros = u128::from(self.points.as_micros());
        let rate = u128::from(self.rate.as_micros_per_second());
        let wait = (micros * u128::from(NANOS_PER_SEC)).div_ceil(rate);
        self.at.saturating_add(Duration::from_nanos(u64::try_from(wait).unwrap_or(u64::MAX)))
    }

    /// Changes the decay rate at `now`.
    ///
    /// Where the rate stays the same nothing is rounded again.
    pub(crate) fn change_rate(&mut self, now: Instant, rate: DecayRate) {
        if self.rate != rate {
            *self = Self::new(self.amount(now), now, rate);
        }
    }
}

/// Returns by how much points decay at `rate` within `elapsed` nanoseconds, in micro-points,
/// rounded down.
pub(crate) fn worth(rate: DecayRate, elapsed: u64) -> u64 {
    let rate = rate.as_micros_per_second();
    // Seconds at a usual rate fit, and spare a report the long division (benches, `report`).
    if let Some(product) = rate.checked_mul(elapsed) {
        return product / NANOS_PER_SEC;
    }
    let product = u128::from(rate) * u128::from(elapsed);
    u64::try_from(product / u128::from(NANOS_PER_SEC)).unwrap_or(u64::MAX)
}

const NANOS_PER_SEC: u64 = 1_000_000_000;
