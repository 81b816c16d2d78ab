//! Colocation: many banned peers in one place ban the place.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use core::hash::{BuildHasher, Hash};

use ipnet::IpNet;

use crate::action::{Action, Withheld};
use crate::state::address;
use crate::state::record::RecordKey;
use crate::subject::{Cause, Subject};
use crate::time::Until;
use crate::warden::Warden;

/// How many peers that are banned automatically were last seen in each place; none is entered with
/// no peers.
#[derive(Clone, Debug, Default)]
pub(crate) struct Colocated {
    peers: BTreeMap<IpNet, usize>,
}

impl Colocated {
    pub(crate) fn join(&mut self, net: IpNet) {
        *self.peers.entry(net).or_default() += 1;
    }

    pub(crate) fn leave(&mut self, net: &IpNet) {
        if let Some(peers) = self.peers.get_mut(net) {
            *peers = peers.saturating_sub(1);
            if *peers == 0 {
                self.peers.remove(net);
            }
        }
    }

    /// How many places there are.
    pub(crate) fn len(&self) -> usize {
        self.peers.len()
    }

    fn peers(&self, net: &IpNet) -> usize {
        self.peers.get(net).copied().unwrap_or_default()
    }
}

impl<P: Clone + Eq + Hash, S: BuildHasher> Warden<P, S> {
    /// Counts the peer in the place where it was last seen while it is banned automatically.
    pub(crate) fn count_colocated(&mut self, key: RecordKey) {
        let Some(record) = self.records.get_mut(key) else {
            return;
        };
        let addr = record.addr;
        let Some(ban) = &mut record.ban else {
            return;
        };
        let place = addr
            .filter(|_| ban.causes.any_automatic())
            .map(|addr| address::prefix(addr, self.config.colocation_prefix(addr)));
        if ban.colocated != place {
            if let Some(old) = ban.colocated {
                self.colocated.leave(&old);
            }
            if let Some(new) = place {
                self.colocated.join(new);
            }
            ban.colocated = place;
        }
    }

    /// An automatic cause has become active for a peer: if too many such were last seen where it
    /// was, inbound connections from there are refused for a while.
    pub(crate) fn judge_place(&mut self, key: RecordKey, actions: &mut Vec<Action<P>>) {
        let Some(most) = self.config.max_banned_peers() else {
            return;
        };
        let Some(record) = self.records.get(key) else {
            return;
        };
        let Some(place) = record.ban.as_ref().and_then(|ban| ban.colocated) else {
            return;
        };
        if self.colocated.peers(&place) <= most || self.is_exempt(&place) {
            return;
        }
        let until = Until::At(self.now.saturating_add(self.config.colocation_duration()));
        if let Some(why) = self.place_withheld(&place) {
            let subject = Subject::Addr(place);
            actions.push(Action::Withhold { subject, cause: Cause::Address, why });
            return;
        }
        self.ban_network(place, Cause::Address, until, actions);
    }

    /// Whether the place lies in a network that many share for good reasons, or holds one.
    fn is_exempt(&self, place: &IpNet) -> bool {
        let touches = |net: &IpNet| address::inside(place, net) || address::inside(net, place);
        self.config.colocation_exempt().iter().any(touches)
    }

    fn place_withheld(&self, place: &IpNet) -> Option<Withheld> {
        if self.networks.in_protected(&self.hasher, place) || self.protected_at.any_within(place) {
            return Some(Withheld::Protected);
        }
        if self.config.dry_run() {
            return Some(Withheld::DryRun);
        }
        let network = self.networks.table.find(&self.hasher, place);
        let network = network.and_then(|key| self.networks.table.get(key));
        if network.is_some_and(|network| network.grace.is_some_and(|grace| self.now < grace)) {
            return Some(Withheld::Grace);
        }
        if network.is_some_and(|network| network.causes().contains(Cause::Address)) {
            return None;
        }
        self.config.min_connected()?;
        let gone = self.tainted_within(place);
        (gone > 0 && self.too_few_without(gone)).then_some(Withheld::Guard)
    }
}
