//! Addresses at which peers can be dialled again.

use std::hash::RandomState;

use hashbrown::HashMap;
use libp2p::multiaddr::Protocol;
use libp2p::{Multiaddr, PeerId};

use crate::address;

/// The addresses of connected peers that this node had dialled, kept through their bans.
///
/// Peers that only ever connected to us are not in it: else strangers would choose whom we dial.
/// There are at most [`ADDRESSES`] of each peer, of at most 256 bytes and fit to be dialled and
/// printed, and as many peers as are connected or banned.
#[derive(Debug, Default)]
pub(crate) struct AddressBook {
    peers: HashMap<PeerId, Entry, RandomState>,
}

#[derive(Debug, Default)]
struct Entry {
    addresses: Vec<Multiaddr>,
    connected: bool,
    banned: bool,
}

impl AddressBook {
    /// A dial of `peer` succeeded at `address`. `others` are further addresses known of it.
    pub(crate) fn dialled(
        &mut self,
        peer: PeerId,
        address: &Multiaddr,
        others: impl IntoIterator<Item = Multiaddr>,
    ) {
        let entry = self.peers.entry(peer).or_default();
        entry.connected = true;

        let address = bare(&peer, address.clone());
        if address::is_kept(&address) {
            entry.addresses.retain(|each| *each != address);
            entry.addresses.insert(0, address);
            entry.addresses.truncate(ADDRESSES);
        }
        for other in others {
            entry.append(bare(&peer, other));
        }
    }

    /// `address` is said to be one of `peer`'s.
    pub(crate) fn announced(&mut self, peer: PeerId, address: &Multiaddr) {
        if let Some(entry) = self.peers.get_mut(&peer) {
            entry.append(bare(&peer, address.clone()));
        }
    }

    /// `peer` is banned: what is known of it stays until [`unpin`](Self::unpin).
    pub(crate) fn pin(&mut self, peer: &PeerId) {
        if let Some(entry) = self.peers.get_mut(peer) {
            entry.banned = true;
        }
    }

    /// The ban of `peer` is over, or it is forgotten. Its addresses, unless it is still connected.
    pub(crate) fn unpin(&mut self, peer: &PeerId) -> Vec<Multiaddr> {
        let Some(entry) = self.peers.get_mut(peer) else {
            return Vec::new();
        };
        entry.banned = false;
        self.tidy(peer)
    }

    /// The last connection with `peer` is gone.
    pub(crate) fn disconnected(&mut self, peer: &PeerId) {
        if let Some(entry) = self.peers.get_mut(peer) {
            entry.connected = false;
        }
        let _ = self.tidy(peer);
    }

    fn tidy(&mut self, peer: &PeerId) -> Vec<Multiaddr> {
        match self.peers.get(peer) {
            Some(entry) if !entry.connected && !entry.banned => {
                self.peers.remove(peer).map(|entry| entry.addresses).unwrap_or_default()
            }
            Some(_) | None => Vec::new(),
        }
    }
}

impl Entry {
    fn append(&mut self, address: Multiaddr) {
        if self.addresses.len() < ADDRESSES
            && !self.addresses.contains(&address)
            && address::is_kept(&address)
        {
            self.addresses.push(address);
        }
    }
}

/// The address without `peer`'s own id at its end, which the swarm adds again when it dials.
pub(crate) fn bare(peer: &PeerId, mut address: Multiaddr) -> Multiaddr {
    if address.iter().last() == Some(Protocol::P2p(*peer)) {
        let _ = address.pop();
    }
    address
}

/// How many addresses of a peer are kept. What it announces is its own word, so few.
pub(crate) const ADDRESSES: usize = 10;
