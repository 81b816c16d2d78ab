//! Bans of networks.

use alloc::vec::Vec;
use core::hash::{BuildHasher, Hash};

use ipnet::IpNet;

use crate::action::{Action, Withheld};
use crate::causes::Causes;
use crate::state::canonical;
use crate::state::deadlines::SubjectKey;
use crate::state::network::{NetworkBan, NetworkKey};
use crate::subject::{Cause, Subject};
use crate::time::Until;
use crate::warden::Warden;

impl<P: Clone + Eq + Hash, S: BuildHasher> Warden<P, S> {
    /// Bans a network on the word of the operator or a remote list.
    pub(crate) fn order_network_ban(
        &mut self,
        net: IpNet,
        until: Until,
        cause: Cause,
        actions: &mut Vec<Action<P>>,
    ) {
        let net = canonical::canonical_net(net);
        if cause == Cause::Remote
            && let Some(why) = self.remote_withheld(&net)
        {
            actions.push(Action::Withhold { subject: Subject::Addr(net), cause, why });
            return;
        }
        self.ban_network(net, cause, until, actions);
    }

    /// Makes a cause active for a network, or moves its end. Peers that the ban refuses are
    /// disconnected.
    pub(crate) fn ban_network(
        &mut self,
        net: IpNet,
        cause: Cause,
        until: Until,
        actions: &mut Vec<Action<P>>,
    ) {
        let order = self.take_order();
        let key = self.networks.find_or_create(&self.hasher, net);
        let Some(network) = self.networks.table.get_mut(key) else {
            return;
        };
        let began = self.now;
        let ban = network.ban.get_or_insert_with(|| {
            self.banned.insert(order, SubjectKey::Network(key));
            self.networks.banned.count(&net, true);
            NetworkBan { order, began, causes: Default::default() }
        });
        let old = ban.causes.end_of(cause);
        ban.causes.replace(cause, Some(until));
        let ban_order = ban.order;
        if cause == Cause::Address {
            if let Some(old) = old {
                self.address_ends.remove(&(old, ban_order, key));
            } else {
                self.address_lengths.add(&net);
            }
            self.address_ends.insert((until, ban_order, key));
        }
        let subject = Subject::Addr(net);
        if old.is_none() {
            self.counts.add(cause);
            actions.push(Action::Ban { subject, cause, until });
            self.disconnect_refused(&net, actions);
        } else if old != Some(until) {
            actions.push(Action::Amend { subject, cause, until });
        }
        self.reindex_network(key);
    }

    /// Ends one cause of a network's ban before its time. With the last one, the ban is over.
    pub(crate) fn end_network_cause(
        &mut self,
        key: NetworkKey,
        cause: Cause,
        actions: &mut Vec<Action<P>>,
    ) {
        let Some(network) = self.networks.table.get_mut(key) else {
            return;
        };
        let Some(ban) = network.ban.as_mut().filter(|ban| ban.causes.contains(cause)) else {
            return;
        };
        let before = ban.causes;
        ban.causes.replace(cause, None);
        let after = ban.causes;
        self.settle_network(key, &before);
        if after.is_empty() {
            self.announce_network_unban(key, cause, actions);
        }
        self.reindex_network(key);
    }

    /// Brings all counts into step after some causes of the network's ban, which were `before`,
    /// have ended; with the last of them takes the ban off the network.
    pub(crate) fn settle_network(&mut self, key: NetworkKey, before: &Causes) {
        let Some(network) = self.networks.table.get_mut(key) else {
            return;
        };
        let Some(ban) = &network.ban else {
            return;
        };
        self.counts.end_missing(before, &ban.causes);
        let was = before.end_of(Cause::Address);
        let was = was.filter(|_| !ban.causes.contains(Cause::Address));
        if let Some(was) = was {
            self.address_ends.remove(&(was, ban.order, key));
            self.address_lengths.remove(&network.net);
        }
        let net = network.net;
        if ban.causes.is_empty() {
            self.banned.remove(&ban.order);
            self.networks.banned.count(&net, false);
            network.ban = None;
        }
        if was.is_some() {
            self.rest_place(&net);
        }
    }

    pub(crate) fn announce_network_unban(
        &self,
        key: NetworkKey,
        cause: Cause,
        actions: &mut Vec<Action<P>>,
    ) {
        if let Some(network) = self.networks.table.get(key) {
            actions.push(Action::Unban { subject: Subject::Addr(network.net), cause });
        }
    }

    /// Returns what stands against a remote list's ban of this network: the first reason that fits.
    fn remote_withheld(&self, net: &IpNet) -> Option<Withheld> {
        let widest = match net {
            IpNet::V4(_) => WIDEST_REMOTE_V4,
            IpNet::V6(_) => WIDEST_REMOTE_V6,
        };
        let known = self.networks.table.find(&self.hasher, net);
        let known = known.and_then(|key| self.networks.table.get(key));
        let is_new = !known.is_some_and(|network| network.causes().contains(Cause::Remote));
        let too_wide = net.prefix_len() < widest || canonical::holds_all_nat64(net);
        if too_wide || (is_new && self.remote_bans_are_full()) {
            return Some(Withheld::Limit);
        }
        if self.config.touches_exempt(net) {
            return Some(Withheld::Exempt);
        }
        self.networks.in_protected(&self.hasher, net).then_some(Withheld::Protected)
    }
}

/// The widest IPv4 network that a remote list can ban, as a prefix length.
const WIDEST_REMOTE_V4: u8 = 16;
/// The widest IPv6 network that a remote list can ban, as a prefix length.
const WIDEST_REMOTE_V6: u8 = 32;
