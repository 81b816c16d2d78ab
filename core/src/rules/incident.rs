//! Incidents: so many peers misbehave at once that the fault is likely this node's.

use alloc::vec::Vec;
use core::hash::{BuildHasher, Hash};

use crate::action::Action;
use crate::state::incident::{Incident, Reckoning};
use crate::state::record::{Record, RecordKey};
use crate::subject::Cause;
use crate::time::Instant;
use crate::warden::Warden;

impl<P: Clone + Eq + Hash, S: BuildHasher> Warden<P, S> {
    /// Returns whether the incident withholds a ban by this cause that is due and that nothing
    /// earlier withholds. If so the incident goes on for a while from here.
    pub(crate) fn is_withheld_as_incident(
        &mut self,
        key: RecordKey,
        cause: Cause,
        actions: &mut Vec<Action<P>>,
    ) -> bool {
        let asked =
            self.config.incident() && self.is_tenured(key) && self.incident.has_budget(self.now);
        if !asked || !self.is_like_most(key, cause) {
            return false;
        }
        if self.incident.withhold(self.now) {
            actions.push(Action::Incident { on: true });
        }
        true
    }

    /// Returns whether the peer has been here for long, or for long as this engine goes.
    pub(crate) fn is_tenured(&self, key: RecordKey) -> bool {
        let record = self.records.get(key);
        record.is_some_and(|record| record.is_tenured(&self.incident, self.now))
    }

    /// Returns whether most groups of peers behave about as badly as this peer.
    fn is_like_most(&mut self, key: RecordKey, cause: Cause) -> bool {
        let now = self.now;
        let reckoning = self.reckoning();
        if reckoning.groups < LEAST_GROUPS {
            return false;
        }
        if cause == Cause::Score {
            let half_are_low = reckoning.scored_low >= reckoning.groups.div_ceil(2);
            let was_so = self.incident.scored_low_lately(now);
            if half_are_low {
                self.incident.low_scores = Some(now);
            }
            return half_are_low || was_so;
        }
        let quarter = self.config.threshold().as_micros() / 4;
        let own = self.records.get(key).map_or(0, |record| record.heat(now, &self.config));
        reckoning.heat > quarter && u128::from(own) <= 3 * u128::from(reckoning.heat)
    }

    /// Returns how most of the peers behave, computed once a second at most.
    fn reckoning(&mut self) -> Reckoning {
        self.incident.fresh_reckoning(self.now).unwrap_or_else(|| {
            let reckoning = self.reckon();
            self.incident.reckoning = Some(reckoning);
            reckoning
        })
    }
}

impl<P> Record<P> {
    /// Returns whether its long number is spared: of a tenured peer just after a ban was withheld.
    pub(crate) fn spares_long_number(&self, incident: &Incident, now: Instant) -> bool {
        incident.just_withheld(now) && self.is_tenured(incident, now)
    }

    fn is_tenured(&self, incident: &Incident, now: Instant) -> bool {
        self.is_connected() && incident.is_tenured(self.came(), now)
    }
}

/// With fewer groups it is not clear whether the fault is this node's.
const LEAST_GROUPS: usize = 8;
