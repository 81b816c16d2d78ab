//! Long budget: the most that a peer may be reported for in about a day.

use core::hash::{BuildHasher, Hash};

use crate::config::Config;
use crate::penalty::Penalty;
use crate::state::incident::Incident;
use crate::state::record::Record;
use crate::time::Instant;
use crate::warden::Warden;

impl<P: Clone + Eq + Hash, S: BuildHasher> Warden<P, S> {
    /// Takes valid messages off the long number: every fifty of them pay for one report.
    pub(crate) fn valid(&mut self, peer: &P, count: u64) {
        if !self.config.penalties() {
            return;
        }
        self.valid_seen = true;
        let (now, config) = (self.now, &self.config);
        let Some(fall) = config.long_fall() else {
            return;
        };
        let Some(key) = self.records.find(&self.hasher, peer) else {
            return;
        };
        let Some(record) = self.records.get_mut(key) else {
            return;
        };
        if record.numbers().long(now, config) == 0 {
            return;
        }
        let worth = u128::from(config.default_penalty().as_micros()) * u128::from(count)
            / VALID_FOR_A_REPORT;
        let worth = u64::try_from(worth).unwrap_or(u64::MAX);
        record.cold.change(|cold| {
            cold.numbers.change(now, config, |numbers| numbers.long.take(worth, now, fall));
        });
        self.reindex(key);
    }
}

impl<P> Record<P> {
    /// Adds a report to the peer's long number, if that is in force; returns whether the budget is
    /// overdrawn.
    pub(crate) fn overdraws(
        &mut self,
        penalty: Penalty,
        now: Instant,
        incident: &Incident,
        config: &Config,
    ) -> bool {
        let Some((budget, fall)) = config.long_budget().zip(config.long_fall()) else {
            return false;
        };
        if self.spares_long_number(incident, now) {
            return false;
        }
        self.cold.change(|cold| {
            cold.numbers.change(now, config, |numbers| {
                let sum = numbers.long.add(penalty.as_micros(), now, fall);
                let over = sum > budget.as_micros();
                if over {
                    numbers.long.take(sum.div_ceil(2), now, fall);
                }
                over
            })
        })
    }
}

/// Valid messages that pay for one report.
const VALID_FOR_A_REPORT: u128 = 50;
