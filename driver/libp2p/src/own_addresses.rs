//! Addresses of this node: those that the swarm listens on, and those that were confirmed to be external.

use std::hash::{BuildHasher, RandomState};
use std::net::IpAddr;

use hashbrown::HashMap;
use libp2p::Multiaddr;
use libp2p::core::transport::ListenerId;

use crate::address;
use crate::swarm_state::Shared;

/// The addresses of this node that have an IP, so that the host is told once of each.
///
/// Of each its hash is kept, which is as long however long the address is: others have a say in what this
/// node takes for its addresses.
#[derive(Debug, Default)]
pub(crate) struct OwnAddresses {
    all: HashMap<(Option<ListenerId>, u64), IpAddr, RandomState>,
}

impl OwnAddresses {
    /// This node listens on an address or, without a listener, is reached at it from outside.
    pub(crate) fn add(
        &mut self,
        listener: Option<ListenerId>,
        address: &Multiaddr,
        shared: &Shared,
    ) {
        let Some(ip) = address::ip(address) else {
            return;
        };
        let (key, listening) = ((listener, self.hash(address)), listener.is_some());
        if self.all.contains_key(&key) {
            return;
        }
        shared.own_address(ip, listening);
        if self.all.len() < MOST {
            self.all.insert(key, ip);
        } else {
            shared.own_address_expired(ip, listening);
        }
    }

    /// It does so no longer.
    pub(crate) fn remove(
        &mut self,
        listener: Option<ListenerId>,
        address: &Multiaddr,
        shared: &Shared,
    ) {
        if let Some(ip) = self.all.remove(&(listener, self.hash(address))) {
            shared.own_address_expired(ip, listener.is_some());
        }
    }

    /// By SipHash, with keys of the operating system's: no stranger comes up with two that share one.
    fn hash(&self, address: &Multiaddr) -> u64 {
        self.all.hasher().hash_one(address)
    }
}

/// How many addresses are kept, at most. A node with more listens on whole networks.
const MOST: usize = 1_024;

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use libp2p::PeerId;
    use peerwarden_host::{BanChange, Config, ManualTimer, Node, Origin, Ours, Subject};

    use super::*;
    use crate::swarm_state::SwarmState;

    #[test]
    fn an_address_of_any_length_is_known_until_it_expires() {
        let timer = Arc::new(ManualTimer::new());
        let node: Node<PeerId, SwarmState> = Node::new(Config::default(), timer);
        let (mut own, listener) = (OwnAddresses::default(), Some(ListenerId::next()));
        let long = format!("/ip4/203.0.113.7/tcp/1/tls/sni/{}", "x".repeat(100_000));
        let (long, other) = (long.parse().unwrap(), "/ip4/203.0.113.8/tcp/1".parse().unwrap());
        let ban = || {
            let net = Subject::Addr("203.0.113.7/32".parse().unwrap());
            node.handle().ban(net, None, Origin::Remote).unwrap().change
        };
        for address in [&long, &other, &long] {
            own.add(listener, address, node.shared());
        }
        assert_eq!(own.all.len(), 2);
        assert_eq!(ban(), BanChange::Refused(Ours::Address([203, 0, 113, 7].into())));

        own.remove(listener, &long, node.shared());

        assert_eq!(own.all.len(), 1);
        assert!(matches!(ban(), BanChange::Began { .. }));
    }
}
