//! Debts that leaving peers leave in their places.

use peerwarden_core::Action;

use super::place::debts_fall;
use super::{Model, Peer};

impl Model {
    /// "At the `Disconnected` of a connected peer, banned or not, the least of these is added for
    /// each place of the IP last seen, unless it is zero or the peer is protected: the penalties
    /// reported of it, hearsay aside, since its last `Disconnected`; what it owes; 2 T."
    pub(crate) fn leave_debts_behind(&mut self, at: usize) -> Vec<Action<Peer>> {
        let (now, config) = (self.now, &self.config);
        let record = &mut self.records[at];
        let most = config.threshold().as_micros().saturating_mul(2);
        let left = record.reported.min(record.owes(now, config)).min(most);
        record.reported = 0;
        let (protected, ip) = (record.protected, record.last_seen);
        if left == 0 || protected {
            return Vec::new();
        }
        let mut actions = Vec::new();
        for (net, level) in self.places_of(ip) {
            let place = self.place_mut(net);
            place.debts.add(left, now, debts_fall());
            // "Then strictly above the level's debts the place is due to be banned, and the number
            // is halved (rounded down)."
            let debts = place.debts.at(now, debts_fall());
            if debts > level.debts.as_micros() {
                place.debts.set(debts / 2, now);
                actions.extend(self.place_is_due(net));
            }
        }
        actions
    }
}
