//! Displacement above the bounds.

use peerwarden_core::{Action, Cause, Subject, Until};

use super::record::{Record, deliveries_fall, hearsay_fall, long_fall};
use super::{Model, Peer};

impl Model {
    /// "After an input (but a `Heartbeat`) that leaves more, the least important go, one by one,
    /// never one that the input was about".
    pub(crate) fn displace_records(&mut self, about: &[Peer]) -> Vec<Action<Peer>> {
        let mut actions = Vec::new();
        while self.records.iter().filter(|record| self.is_bounded(record)).count()
            > self.config.max_records().get()
        {
            let candidates = self.records.iter().enumerate();
            let least_important = candidates
                .filter(|(_, record)| self.is_bounded(record) && !about.contains(&record.peer))
                .min_by_key(|(_, record)| self.importance(record))
                .map(|(at, _)| at);
            let Some(at) = least_important else { break };
            // "A displaced ban gives `Unban` (no `Dial`), then `Forget`."
            let record = self.records.remove(at);
            let peer = record.peer;
            if let Some(ban) = record.ban.as_ref().filter(|ban| ban.holds(self.now)) {
                let cause = ban.longest();
                actions.push(Action::Unban { subject: Subject::Peer(peer), cause });
            }
            self.displaced += 1;
            actions.push(Action::Forget { peer });
        }
        actions
    }

    /// "Records of peers that are neither here, nor in standing, nor protected, nor banned by
    /// operator or remote list are at most `max_records` (100 000), those in grace aside."
    fn is_bounded(&self, record: &Record) -> bool {
        !record.is_here()
            && !record.in_standing(self.now, &self.config)
            && !record.protected
            && !record.has(Cause::Operator, self.now)
            && !record.has(Cause::Remote, self.now)
            && record.grace_until <= self.now
    }

    /// "Fewest offences (as of now) first; of these one without a ban before one with; then the one
    /// whose ban, or else the last of penalty, long number, hearsay and deliveries, is over soonest
    /// (already over: all alike); then the one created first", which is the order of the list.
    fn importance(&self, record: &Record) -> (u32, bool, u64) {
        let (now, config) = (self.now, &self.config);
        let end = match record.ban.as_ref().filter(|ban| ban.holds(now)) {
            Some(ban) => match ban.end() {
                Until::At(end) => end.as_nanos(),
                Until::Forever => u64::MAX,
            },
            None => record
                .owes_until(now, config)
                .max(record.long.zero_from(long_fall(config)))
                .max(record.hearsay.zero_from(hearsay_fall(config)))
                .max(record.deliveries.zero_from(deliveries_fall(config))),
        };
        (record.offences_at(now, config), record.banned(now), end.max(now))
    }

    /// "Automatic network bans: at most `max_addr_bans` (10 000), soonest over first."
    pub(crate) fn displace_networks(&mut self) -> Vec<Action<Peer>> {
        let mut actions = Vec::new();
        loop {
            let mut banned = Vec::new();
            for network in &self.networks {
                let ban = network.ban.as_ref().filter(|ban| ban.has(Cause::Address, self.now));
                banned.extend(ban.map(|ban| (ban.end_of(Cause::Address), ban.serial, network.net)));
            }
            if banned.len() <= self.config.max_addr_bans().get() {
                return actions;
            }
            let soonest = banned.into_iter().min_by_key(|(until, serial, _)| (*until, *serial));
            let Some((_, _, net)) = soonest else {
                return actions;
            };
            actions.extend(self.lift_from_network(net, |cause| cause == Cause::Address));
        }
    }

    /// "Places: after an input, of more than `max_places` (100 000) the one goes, in silence (also
    /// one just made), that would be dropped earliest if nothing more happened (of these the
    /// oldest), never one that is banned by `Address`."
    pub(crate) fn displace_places(&mut self) {
        while self.places.len() > self.config.max_places() {
            let places = self.places.iter().enumerate().filter(|(_, place)| {
                !self.network(place.net).is_some_and(|each| each.has(Cause::Address, self.now))
            });
            let earliest = places.min_by_key(|(_, place)| place.dropped_from(&self.config));
            let Some((at, _)) = earliest else { return };
            self.places.remove(at);
        }
    }
}
