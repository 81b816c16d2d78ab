//! Protection of peers and networks from automatic and remote bans.

use alloc::vec::Vec;
use core::hash::{BuildHasher, Hash};
use core::net::IpAddr;

use ipnet::IpNet;

use crate::action::Action;
use crate::state::canonical;
use crate::state::network::NetworkKey;
use crate::subject::{Cause, Subject};
use crate::warden::Warden;

impl<P: Clone + Eq + Hash, S: BuildHasher> Warden<P, S> {
    /// Protects the subject: only the operator can ban it. Bans by other causes end; penalty points
    /// are kept.
    ///
    /// A peer can be expected at `addr`: that counts as the IP last seen if none was.
    pub(crate) fn protect(
        &mut self,
        subject: &Subject<P>,
        addr: Option<IpAddr>,
        actions: &mut Vec<Action<P>>,
    ) {
        match subject {
            Subject::Addr(net) => self.protect_network(canonical::canonical_net(*net), actions),
            Subject::Peer(peer) => self.protect_peer(peer, addr, actions),
        }
    }

    /// Ends the protection of the subject, which is disconnected if a network ban refuses it.
    pub(crate) fn unprotect(&mut self, subject: &Subject<P>, actions: &mut Vec<Action<P>>) {
        match subject {
            Subject::Addr(net) => self.unprotect_network(&canonical::canonical_net(*net), actions),
            Subject::Peer(peer) => self.unprotect_peer(peer, actions),
        }
    }

    fn protect_peer(&mut self, peer: &P, expected: Option<IpAddr>, actions: &mut Vec<Action<P>>) {
        let key = self.find_or_create(peer);
        if let Some(addr) = expected
            && self.records.get(key).is_some_and(|record| record.addr.is_none())
        {
            self.set_addr(key, addr);
        }
        let Some(record) = self.records.get_mut(key) else {
            return;
        };
        record.protected = true;
        for active in record.causes().iter() {
            if active.cause != Cause::Operator {
                self.end_cause(key, active.cause, actions);
            }
        }
        self.reindex(key);
    }

    fn unprotect_peer(&mut self, peer: &P, actions: &mut Vec<Action<P>>) {
        let Some(key) = self.records.find(&self.hasher, peer) else {
            return;
        };
        let was = self.records.get_mut(key).is_some_and(|record| {
            let was = record.protected;
            record.protected = false;
            was
        });
        if was {
            self.reindex(key);
            if self.records.get(key).is_some_and(|record| record.is_connected()) {
                self.disconnect_if_refused(key, actions);
            }
        }
    }

    /// Ends the bans of networks inside `net`, but for the operator's, in the order they began.
    fn protect_network(&mut self, net: IpNet, actions: &mut Vec<Action<P>>) {
        let key = self.networks.find_or_create(&self.hasher, net);
        let Some(network) = self.networks.table.get_mut(key) else {
            return;
        };
        if network.protected {
            return;
        }
        network.protected = true;
        self.networks.protected.count(&net, true);
        let banned = self.networks.banned.within(net);
        let mut inside: Vec<_> = banned.filter_map(|net| self.banned_network(&net)).collect();
        inside.sort_unstable();
        for (_, key) in inside {
            for cause in [Cause::Address, Cause::Remote] {
                self.end_network_cause(key, cause, actions);
            }
        }
    }

    fn unprotect_network(&mut self, net: &IpNet, actions: &mut Vec<Action<P>>) {
        let Some(key) = self.networks.table.find(&self.hasher, net) else {
            return;
        };
        let Some(network) = self.networks.table.get_mut(key) else {
            return;
        };
        if !network.protected {
            return;
        }
        network.protected = false;
        self.networks.protected.count(net, false);
        self.reindex_network(key);
        self.disconnect_refused(net, actions);
    }

    /// Returns, if the network is banned, its position in the order of bans, and its key.
    fn banned_network(&self, net: &IpNet) -> Option<(u64, NetworkKey)> {
        let key = self.networks.table.find(&self.hasher, net)?;
        let ban = self.networks.table.get(key)?.ban.as_ref()?;
        Some((ban.order, key))
    }
}
