//! The long budget, and the valid messages that pay for it.

use super::falling::Fall;
use super::place::MILLION;
use super::record::long_fall;
use super::{Model, Peer};
use peerwarden_core::{Action, Cause};

impl Model {
    /// "`Valid` takes `floor(default_penalty * count / 50)` off the long number of a peer that is
    /// known."
    pub(crate) fn valid(&mut self, peer: Peer, count: u64) -> Vec<Action<Peer>> {
        // "A policy that is off ignores its events (`Report`, `Valid`, [...])."
        if !self.config.penalties() {
            return Vec::new();
        }
        // "From the first `Valid { peer, count }`, of whomever, on".
        self.valid_seen = true;
        let penalty = u128::from(self.config.default_penalty().as_micros());
        let off = u64::try_from(penalty * u128::from(count) / 50).unwrap_or(u64::MAX);
        let fall = self.long_fall();
        if let Some(at) = self.find(peer) {
            self.records[at].long.take_off(off, self.now, fall);
        }
        Vec::new()
    }

    /// "Each report (hearsay aside) of a peer not banned by penalty first adds to its long number
    /// too". What `p`, with this penalty in it, is at least.
    pub(crate) fn add_to_long_number(&mut self, at: usize, penalty: u64) -> u64 {
        let (now, fall) = (self.now, self.long_fall());
        let Some(budget) = self.config.long_budget().filter(|_| self.valid_seen) else {
            return 0;
        };
        // "Except of a tenured peer less than 60 s after a ban was withheld as `Incident`."
        let excused = self.is_tenured(at) && self.withheld_as_incident_lately();
        let record = &mut self.records[at];
        if record.has(Cause::Penalty, now) || excused {
            return 0;
        }
        record.long.add(penalty, now, fall);
        let long = record.long.at(now, fall);
        if long <= budget.as_micros() {
            return 0;
        }
        // "Strictly above `long_budget` the number is halved (rounded down, whatever comes of it)
        // and `p`, with this penalty in it, is at least T + 1 point, so over."
        record.long.set(long / 2, now);
        self.config.threshold().as_micros().saturating_add(MILLION)
    }

    fn long_fall(&self) -> Fall {
        long_fall(&self.config)
    }
}
