//! Addresses of this node: those that the swarm listens on, and those that were confirmed to be external.

use std::hash::RandomState;
use std::net::IpAddr;

use hashbrown::HashMap;
use libp2p::Multiaddr;
use libp2p::core::transport::ListenerId;

use crate::address;
use crate::swarm_state::Shared;

/// The addresses of this node that have an IP, so that the host is told once of each.
#[derive(Debug, Default)]
pub(crate) struct OwnAddresses {
    all: HashMap<(Option<ListenerId>, Multiaddr), IpAddr, RandomState>,
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
        let (key, listening) = ((listener, address.clone()), listener.is_some());
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
        if let Some(ip) = self.all.remove(&(listener, address.clone())) {
            shared.own_address_expired(ip, listener.is_some());
        }
    }
}

/// How many addresses are kept, at most. A node with more listens on whole networks.
const MOST: usize = 1_024;
