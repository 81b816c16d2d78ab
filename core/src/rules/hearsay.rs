//! Hearsay: reports of what another peer delivered.

use alloc::vec::Vec;
use core::hash::{BuildHasher, Hash};

use crate::action::Action;
use crate::misbehavior::Misbehavior;
use crate::penalty::Penalty;
use crate::rules::reports::Word;
use crate::warden::Warden;

impl<P: Clone + Eq + Hash, S: BuildHasher> Warden<P, S> {
    /// Handles a report of what another peer delivered.
    ///
    /// Each deliverer has an allowance, and what is beyond it costs the deliverer; what all of them
    /// deliver about one peer counts up to half of the threshold.
    pub(crate) fn hear(
        &mut self,
        accused: &P,
        misbehavior: &Misbehavior,
        penalty: Penalty,
        deliverer: &P,
        actions: &mut Vec<Action<P>>,
    ) {
        let (now, config) = (self.now, &self.config);
        let fall = config.deliveries_fall();
        let known = self.records.find(&self.hasher, deliverer);
        let known = known.and_then(|key| self.records.get(key));
        let delivered = known.map_or(0, |record| record.numbers().deliveries.value(now, fall));
        let allowance = config.default_penalty().as_micros().saturating_mul(ALLOWANCE);
        let sum = u128::from(delivered) + u128::from(penalty.as_micros());
        if sum > u128::from(allowance) {
            if known.is_none_or(|record| !record.protected) {
                self.counts.hearsay_charged = self.counts.hearsay_charged.saturating_add(1);
                self.accuse(deliverer, misbehavior, penalty.tenth(), Word::Own, actions);
            }
            return;
        }
        if self.counts_as_hearsay(accused, penalty) {
            self.accuse(accused, misbehavior, penalty, Word::Heard, actions);
        }
        let key = self.find_or_create(deliverer);
        let (now, config) = (self.now, &self.config);
        if let Some(record) = self.records.get_mut(key) {
            record.cold.change(|cold| {
                cold.numbers.change(now, config, |numbers| {
                    numbers.deliveries.add(penalty.as_micros(), now, fall)
                })
            });
            self.reindex(key);
        }
    }

    /// Returns whether there is room for this among what others say of the peer; if so it is among
    /// it.
    fn counts_as_hearsay(&mut self, accused: &P, penalty: Penalty) -> bool {
        let (now, fall) = (self.now, self.config.heat_fall());
        let known = self.records.find(&self.hasher, accused);
        let known = known.and_then(|key| self.records.get(key));
        let heard = known.map_or(0, |record| record.numbers().hearsay.value(now, fall));
        let most = self.config.threshold().as_micros() / 2;
        if u128::from(heard) + u128::from(penalty.as_micros()) > u128::from(most) {
            return false;
        }
        let key = self.find_or_create(accused);
        let config = &self.config;
        if let Some(record) = self.records.get_mut(key) {
            record.cold.change(|cold| {
                cold.numbers.change(now, config, |numbers| {
                    numbers.hearsay.add(penalty.as_micros(), now, fall)
                })
            });
        }
        true
    }
}

/// Default penalties that a peer can deliver for free.
const ALLOWANCE: u64 = 10;
