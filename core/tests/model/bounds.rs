//! What goes when there is too much of it.

use peerwarden_core::{Action, Cause, Subject, Until};
use std::cmp::Reverse;

use super::record::Record;
use super::{Model, Peer};

impl Model {
    /// "After an input that leaves more, the least important goes, never the one the input was
    /// about."
    pub(crate) fn displace(&mut self, about: Option<Peer>) -> Vec<Action<Peer>> {
        let mut actions = Vec::new();
        while self.records.iter().filter(|r| self.is_bounded(r)).count()
            > self.config.max_records().get()
        {
            let candidates = self.records.iter().enumerate();
            let least_important = candidates
                .filter(|(_, record)| self.is_bounded(record) && about != Some(record.peer))
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
        actions.extend(self.displace_networks());
        actions
    }

    /// "Records of peers that are not connected (or leaving), not protected and not banned by
    /// operator or remote list".
    fn is_bounded(&self, record: &Record) -> bool {
        !record.connected()
            && !record.protected
            && !record.has(Cause::Operator, self.now)
            && !record.has(Cause::Remote, self.now)
    }

    /// "Fewest offences first; of these one without a ban before one with; then the one whose ban,
    /// or else penalty, is over soonest (already over: all alike); then the one created first",
    /// which is the order of the list.
    fn importance(&self, record: &Record) -> (u32, bool, u64) {
        let now = self.now;
        let end = match record.ban.as_ref().filter(|ban| ban.holds(now)) {
            Some(ban) => match ban.end() {
                Until::At(end) => end.as_nanos(),
                Until::Forever => u64::MAX,
            },
            None => record.owes_until(now, &self.config),
        };
        let offences = record.offences_at(now, &self.config);
        (offences, record.banned(now), end.max(now))
    }

    /// "Automatic network bans: at most `max_addr_bans` (10 000), soonest over first."
    fn displace_networks(&mut self) -> Vec<Action<Peer>> {
        let now = self.now;
        let mut actions = Vec::new();
        loop {
            let mut banned = Vec::new();
            for network in &self.networks {
                let ban = network.ban.as_ref().filter(|ban| ban.has(Cause::Address, now));
                let Some(ban) = ban else { continue };
                let ends = ban.causes.iter().find(|(cause, _)| *cause == Cause::Address);
                banned.push((ends.map(|(_, until)| *until), ban.serial, network.net));
            }
            if banned.len() <= self.config.max_addr_bans().get() {
                return actions;
            }
            banned.sort_by_key(|(until, serial, _)| Reverse((*until, *serial)));
            let Some((_, _, net)) = banned.pop() else {
                return actions;
            };
            actions.extend(self.lift_from_network(net, |cause| cause == Cause::Address));
        }
    }
}
