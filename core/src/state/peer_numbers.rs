//! A peer's heat, long number, hearsay and deliveries, boxed only when needed.

use alloc::boxed::Box;

use crate::config::Config;
use crate::state::number::{Fall, Number};
use crate::time::Instant;

/// What is added up about a peer besides what it owes.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct PeerNumbers {
    /// The heat, where it is not what the peer owes.
    pub(crate) heat: Number,
    /// The long number: what it was reported for, less what its valid messages paid for.
    pub(crate) long: Number,
    /// Penalties that count as hearsay about it.
    pub(crate) hearsay: Number,
    /// Penalties for what it delivered of others.
    pub(crate) deliveries: Number,
}

/// The numbers, which take no memory while all are zero.
#[derive(Clone, Debug, Default)]
pub(crate) struct BoxedNumbers(Option<Box<PeerNumbers>>);

impl BoxedNumbers {
    /// Returns the numbers.
    pub(crate) fn get(&self) -> PeerNumbers {
        self.0.as_deref().copied().unwrap_or_default()
    }

    /// Changes the numbers, and drops them if all are zero at `now`.
    pub(crate) fn change<T>(
        &mut self,
        now: Instant,
        config: &Config,
        change: impl FnOnce(&mut PeerNumbers) -> T,
    ) -> T {
        if let Some(numbers) = &mut self.0 {
            let out = change(numbers);
            if numbers.are_zero(now, config) {
                self.0 = None;
            }
            return out;
        }
        let mut numbers = PeerNumbers::default();
        let out = change(&mut numbers);
        if !numbers.are_zero(now, config) {
            self.0 = Some(Box::new(numbers));
        }
        out
    }

    /// Drops the numbers if all are zero at `now`.
    pub(crate) fn lapse(&mut self, now: Instant, config: &Config) {
        if self.0.as_ref().is_some_and(|numbers| numbers.are_zero(now, config)) {
            self.0 = None;
        }
    }

    /// Returns whether none is kept.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// Returns whether, at `now`, one of those is left for which a record is kept.
    pub(crate) fn hold_record(&self, now: Instant, config: &Config) -> bool {
        self.0.as_ref().is_some_and(|numbers| numbers.hold_record(now, config))
    }

    /// Returns when the last of those is zero for which a record is kept; `None` if one never
    /// falls.
    pub(crate) fn zero_at(&self, config: &Config) -> Option<Instant> {
        let Some(numbers) = &self.0 else {
            return Some(Instant::ORIGIN);
        };
        let long = match config.long_fall() {
            Some(fall) => numbers.long.zero_at(fall)?,
            None => Instant::ORIGIN,
        };
        let hearsay = numbers.hearsay.zero_at(config.heat_fall())?;
        let deliveries = numbers.deliveries.zero_at(config.deliveries_fall())?;
        Some(long.max(hearsay).max(deliveries))
    }

    /// Adopts the policy `after` at `now`, which was `before`.
    pub(crate) fn reconfigure(&mut self, now: Instant, before: &Config, after: &Config) {
        let Some(numbers) = &mut self.0 else {
            return;
        };
        numbers.heat.refall(now, before.heat_fall(), after.heat_fall());
        numbers.hearsay.refall(now, before.heat_fall(), after.heat_fall());
        numbers.deliveries.refall(now, before.deliveries_fall(), after.deliveries_fall());
        match (before.long_fall(), after.long_fall()) {
            (Some(before), Some(after)) => numbers.long.refall(now, before, after),
            (None, _) | (_, None) => numbers.long = Number::default(),
        }
        self.lapse(now, after);
    }
}

impl PeerNumbers {
    /// Returns the long number at `now`; zero without a long budget.
    pub(crate) fn long(&self, now: Instant, config: &Config) -> u64 {
        config.long_fall().map_or(0, |fall| self.long.value(now, fall))
    }

    fn are_zero(&self, now: Instant, config: &Config) -> bool {
        self.heat.value(now, config.heat_fall()) == 0 && !self.hold_record(now, config)
    }

    fn hold_record(&self, now: Instant, config: &Config) -> bool {
        self.long(now, config) > 0
            || self.hearsay.value(now, config.heat_fall()) > 0
            || self.deliveries.value(now, config.deliveries_fall()) > 0
    }
}

impl Config {
    /// Returns how heat and hearsay fall.
    pub(crate) fn heat_fall(&self) -> Fall {
        let rate = self.decay().first().map_or(1, |rate| rate.as_micros_per_second());
        Fall::new(rate, SECOND)
    }

    /// Returns how deliveries fall.
    pub(crate) fn deliveries_fall(&self) -> Fall {
        Fall::new(self.default_penalty().as_micros(), 60 * SECOND)
    }

    /// Returns how long numbers fall, if there is a long budget.
    pub(crate) fn long_fall(&self) -> Option<Fall> {
        let budget = self.long_budget()?;
        Some(Fall::new(budget.as_micros(), 86_400 * SECOND))
    }
}

const SECOND: u64 = 1_000_000_000;
