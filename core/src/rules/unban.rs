//! `Unban`: the operator's pardon, and the end of a single cause.

use alloc::vec::Vec;
use core::hash::{BuildHasher, Hash};

use ipnet::IpNet;

use crate::action::Action;
use crate::penalty::Points;
use crate::state::canonical;
use crate::state::number::Number;
use crate::state::record::RecordKey;
use crate::subject::{Cause, Subject};
use crate::warden::Warden;

impl<P: Clone + Eq + Hash, S: BuildHasher> Warden<P, S> {
    /// Ends one cause or, without one, pardons.
    pub(crate) fn unban(
        &mut self,
        subject: &Subject<P>,
        cause: Option<Cause>,
        actions: &mut Vec<Action<P>>,
    ) {
        match subject {
            Subject::Peer(peer) => {
                let Some(key) = self.records.find(&self.hasher, peer) else {
                    return;
                };
                match cause {
                    Some(cause) => self.lift_cause(key, cause, actions),
                    None => self.pardon(key, actions),
                }
            }
            Subject::Addr(net) => {
                let net = canonical::canonical_net(*net);
                let Some(cause) = cause else {
                    self.pardon_network(net, actions);
                    return;
                };
                if let Some(key) = self.networks.table.find(&self.hasher, &net) {
                    self.end_network_cause(key, cause, actions);
                }
            }
        }
    }

    /// Ends this cause, if it is active. No grace: that is how a list takes an entry back.
    pub(crate) fn lift_cause(
        &mut self,
        key: RecordKey,
        cause: Cause,
        actions: &mut Vec<Action<P>>,
    ) {
        let Some(record) = self.records.get_mut(key) else {
            return;
        };
        if !record.causes().contains(cause) {
            return;
        }
        if cause == Cause::Penalty {
            record.account.waive(&self.config);
        }
        self.end_cause(key, cause, actions);
    }

    /// Ends every cause and sets the penalty points to zero; the offences stay on record. For a
    /// while no automatic ban follows: the score that led to this one is likely still there.
    fn pardon(&mut self, key: RecordKey, actions: &mut Vec<Action<P>>) {
        let (now, grace) = (self.now, self.end_of_grace());
        let Some(record) = self.records.get_mut(key) else {
            return;
        };
        record.advance(now, &self.config);
        if record.ban.is_none() && record.account.owed(now) == Points::ZERO {
            return;
        }
        record.part_heat(now, &self.config);
        record.account.waive(&self.config);
        record.cold.change(|cold| {
            cold.grace = grace;
            cold.end_low_scores();
            cold.numbers.change(now, &self.config, |numbers| numbers.long = Number::default());
        });
        for active in record.causes().iter() {
            self.end_cause(key, active.cause, actions);
        }
        self.reindex(key);
    }

    /// Ends every cause of a network's ban, and as a place it has nothing left to answer for; its bans
    /// so far stay counted. For a while no automatic ban of it follows.
    fn pardon_network(&mut self, net: IpNet, actions: &mut Vec<Action<P>>) {
        let (now, grace) = (self.now, self.end_of_grace());
        let place = self.places.table.find(&self.hasher, &net);
        let place = place.and_then(|key| Some((key, self.places.table.get_mut(key)?)));
        let owing = place.filter(|(_, place)| place.owes(now));
        let known = self.networks.table.find(&self.hasher, &net);
        let network = known.and_then(|key| self.networks.table.get(key));
        if owing.is_none() && network.is_none_or(|network| network.ban.is_none()) {
            return;
        }
        if let Some((key, place)) = owing {
            (place.debts, place.crowd) = (Number::default(), Number::default());
            self.places.relist(&self.hasher, key, now);
        }
        let key = self.networks.find_or_create(&self.hasher, net);
        let Some(network) = self.networks.table.get_mut(key) else {
            return;
        };
        network.grace = grace;
        for active in network.causes().iter() {
            self.end_network_cause(key, active.cause, actions);
        }
        if self.networks.table.get(key).is_some_and(|network| network.net == net) {
            self.reindex_network(key);
        }
    }
}
