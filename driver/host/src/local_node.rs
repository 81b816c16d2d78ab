//! This node's own peer id and IPs.

use std::collections::BTreeMap;
use std::net::IpAddr;

use peerwarden_core::{Event, IpNet, Origin, Subject};

use crate::answers::Ours;
use crate::peer::PeerName;

/// What is known of this node itself, which is never banned.
///
/// The id has to be told; the IPs are those of the addresses that the node listens at and of those at
/// which it can be reached from outside.
#[derive(Debug)]
pub(crate) struct LocalNode<P> {
    peer: Option<P>,
    /// Of each IP, and whether it is listened at, how many addresses have it.
    addresses: BTreeMap<(IpAddr, bool), usize>,
}

impl<P: PeerName> LocalNode<P> {
    pub(crate) const fn peer(&self) -> Option<&P> {
        self.peer.as_ref()
    }

    pub(crate) fn set_peer(&mut self, peer: P) {
        self.peer = Some(peer);
    }

    /// This node listens at an address with this IP or, if not `listening`, is reached at one from
    /// outside. Whether the IP was not known.
    pub(crate) fn add(&mut self, ip: IpAddr, listening: bool) -> bool {
        let known = self.addresses.keys().any(|(known, _)| *known == ip);
        let count = self.addresses.entry((ip, listening)).or_default();
        *count = count.saturating_add(1);
        !known
    }

    pub(crate) fn remove(&mut self, ip: IpAddr, listening: bool) {
        if let Some(count) = self.addresses.get_mut(&(ip, listening)) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                self.addresses.remove(&(ip, listening));
            }
        }
    }

    /// One of the IPs in this network, the smallest.
    pub(crate) fn inside(&self, net: &IpNet) -> Option<IpAddr> {
        self.addresses.keys().map(|(ip, _)| *ip).filter(|ip| net.contains(ip)).min()
    }

    /// One of the IPs in this network that this node listens on, the smallest. From outside it is
    /// reached where others say, who may be wrong.
    fn listens_inside(&self, net: &IpNet) -> Option<IpAddr> {
        let listened = self.addresses.keys().filter(|(_, listening)| *listening);
        listened.map(|(ip, _)| *ip).filter(|ip| net.contains(ip)).min()
    }

    /// Evidence this ban is not carried out: of this node itself nobody's is, and of a network that it is
    /// in, no remote list's. Loopback is left to the policy's exempt networks: nobody is reached from
    /// elsewhere there.
    pub(crate) fn refuses(&self, subject: &Subject<P>, origin: Origin) -> Option<Ours> {
        match (subject, origin) {
            (Subject::Peer(peer), _) => (self.peer.as_ref() == Some(peer)).then_some(Ours::Peer),
            (Subject::Addr(_), Origin::Operator) => None,
            (Subject::Addr(net), _) => {
                self.listens_inside(net).filter(|ip| !ip.is_loopback()).map(Ours::Address)
            }
        }
    }

    /// Whether the event accuses, judges or bans this node itself.
    pub(crate) fn is_accused(&self, event: &Event<P>) -> bool {
        let Some(own) = &self.peer else {
            return false;
        };
        match event {
            Event::Ban { subject: Subject::Peer(peer), .. }
            | Event::Expel { peer, .. }
            | Event::Report { peer, .. }
            | Event::Score { peer, .. } => peer == own,
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

impl<P> Default for LocalNode<P> {
    fn default() -> Self {
        Self { peer: None, addresses: BTreeMap::new() }
    }
}
