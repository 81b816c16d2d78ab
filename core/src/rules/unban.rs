//! Unban: the operator's pardon, and the end of a single cause.

use alloc::vec::Vec;
use core::hash::{BuildHasher, Hash};

use crate::action::Action;
use crate::penalty::Points;
use crate::state::address;
use crate::state::network::NetworkKey;
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
                let net = address::canonical_net(*net);
                let Some(key) = self.networks.table.find(&self.hasher, &net) else {
                    return;
                };
                match cause {
                    Some(cause) => self.end_network_cause(key, cause, actions),
                    None => self.pardon_network(key, actions),
                }
            }
        }
    }

    /// Ends this cause, if it is active. No grace: that is how a list takes an entry back.
    fn lift_cause(&mut self, key: RecordKey, cause: Cause, actions: &mut Vec<Action<P>>) {
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

    /// Ends every cause and waives what is owed; the offences stay on record. For a while no
    /// automatic ban follows: the score that led to this one is likely still there.
    fn pardon(&mut self, key: RecordKey, actions: &mut Vec<Action<P>>) {
        let (now, grace) = (self.now, self.end_of_grace());
        let Some(record) = self.records.get_mut(key) else {
            return;
        };
        record.advance(now, &self.config);
        if record.ban.is_none() && record.account.owed(now) == Points::ZERO {
            return;
        }
        record.account.waive(&self.config);
        record.aside.change(|aside| {
            aside.grace = grace;
            aside.end_low_scores();
        });
        for active in record.causes().iter() {
            self.end_cause(key, active.cause, actions);
        }
        self.reindex(key);
    }
    /// Ends every cause of a network's ban. For a while no automatic ban of it follows.
    fn pardon_network(&mut self, key: NetworkKey, actions: &mut Vec<Action<P>>) {
        let grace = self.end_of_grace();
        let Some(network) = self.networks.table.get_mut(key) else {
            return;
        };
        if network.ban.is_none() {
            return;
        }
        network.grace = grace;
        for active in network.causes().iter() {
            self.end_network_cause(key, active.cause, actions);
        }
    }
}
