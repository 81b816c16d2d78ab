//! This node's own peer id and IPs.

use std::hash::RandomState;
use std::net::IpAddr;

use hashbrown::HashMap;
use libp2p::core::transport::ListenerId;
use libp2p::{Multiaddr, PeerId};
use peerwarden_core::{Event, IpNet, Origin, Subject};

use crate::address;
use crate::answers::Ours;

/// What is known of this node itself, which is never banned.
///
/// The id has to be told; the addresses are those that the swarm listens on and those that were
/// confirmed to be external.
#[derive(Debug, Default)]
pub(crate) struct LocalNode {
    peer: Option<PeerId>,
    addresses: HashMap<(Option<ListenerId>, Multiaddr), IpAddr, RandomState>,
}

impl LocalNode {
    pub(crate) const fn peer(&self) -> Option<PeerId> {
        self.peer
    }

    pub(crate) fn set_peer(&mut self, peer: PeerId) {
        self.peer = Some(peer);
    }

    /// This node listens on an address or, without a listener, is reached at it from outside. The IP,
    /// if it has one that was not known.
    pub(crate) fn add(
        &mut self,
        listener: Option<ListenerId>,
        listened: &Multiaddr,
    ) -> Option<IpAddr> {
        let ip = address::ip(listened).map(|ip| ip.to_canonical())?;
        let known = self.addresses.values().any(|known| *known == ip);
        if self.addresses.len() < MOST {
            self.addresses.insert((listener, listened.clone()), ip);
        }
        (!known).then_some(ip)
    }

    pub(crate) fn remove(&mut self, listener: Option<ListenerId>, address: &Multiaddr) {
        self.addresses.remove(&(listener, address.clone()));
    }

    /// One of the IPs in this network, the smallest.
    pub(crate) fn inside(&self, net: &IpNet) -> Option<IpAddr> {
        self.addresses.values().filter(|ip| net.contains(*ip)).min().copied()
    }

    /// One of the IPs in this network that this node listens on, the smallest. From outside it is
    /// reached where others say, who may be wrong.
    fn listens_inside(&self, net: &IpNet) -> Option<IpAddr> {
        let listened = self.addresses.iter().filter(|((listener, _), _)| listener.is_some());
        listened.map(|(_, ip)| *ip).filter(|ip| net.contains(ip)).min()
    }

    /// Evidence this ban is not carried out: of this node itself nobody's is, and of a network that it is
    /// in, no remote list's. Loopback is left to the policy's exempt networks: nobody is reached from
    /// elsewhere there.
    pub(crate) fn refuses(&self, subject: &Subject<PeerId>, origin: Origin) -> Option<Ours> {
        match (subject, origin) {
            (Subject::Peer(peer), _) => (self.peer == Some(*peer)).then_some(Ours::Peer),
            (Subject::Addr(net), Origin::Remote) => {
                self.listens_inside(net).filter(|ip| !ip.is_loopback()).map(Ours::Address)
            }
            (Subject::Addr(_), Origin::Operator) => None,
        }
    }

    /// Whether the event accuses, judges or bans this node itself.
    pub(crate) fn is_accused(&self, event: &Event<PeerId>) -> bool {
        let Some(own) = self.peer else {
            return false;
        };
        match event {
            Event::Ban { subject: Subject::Peer(peer), .. }
            | Event::Expel { peer, .. }
            | Event::Report { peer, .. }
            | Event::Score { peer, .. } => *peer == own,
            Event::Ban { .. }
            | Event::Connected { .. }
            | Event::Disconnected { .. }
            | Event::Heartbeat
            | Event::Protect { .. }
            | Event::Reconfigure { .. }
            | Event::ScoreUnavailable { .. }
            | Event::Tick
            | Event::Unban { .. }
            | Event::Unprotect { .. }
            | Event::Valid { .. }
            | Event::Waive { .. }
            | _ => false,
        }
    }
}

/// How many addresses are kept, at most. A node with more listens on whole networks.
const MOST: usize = 1_024;
