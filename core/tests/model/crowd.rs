//! Crowds: offences of the peers of one place.

use peerwarden_core::Action;

use super::address::holds;
use super::place::{MILLION, crowd_fall};
use super::{Model, Peer};

impl Model {
    /// "An offence of a peer, after its `Ban` and `Disconnect`, adds 1 for each place of the IP last
    /// seen."
    pub(crate) fn count_offence(&mut self, at: usize) -> Vec<Action<Peer>> {
        let now = self.now;
        let mut actions = Vec::new();
        for (net, level) in self.places_of(self.records[at].last_seen) {
            // "The peers here last seen in the place".
            let inside = self.records.iter().filter(|record| {
                record.is_here() && record.last_seen.is_some_and(|ip| holds(net, ip))
            });
            let here = inside.count() as u64;
            let fall = crowd_fall(net, &self.config);
            let place = self.place_mut(net);
            place.crowd.add(MILLION, now, fall);
            // "Strictly more than `crowd`, and three times it strictly more than the peers here last
            // seen in the place: due, and the number is zero."
            let crowd = place.crowd.at(now, fall);
            if crowd > u64::from(level.crowd) * MILLION && crowd * 3 > here * MILLION {
                place.crowd.set(0, now);
                actions.extend(self.place_is_due(net));
            }
        }
        actions
    }
}
