//! Refusals, of whatever kind.

use std::net::IpAddr;

use libp2p::swarm::ConnectionDenied;
use libp2p::{Multiaddr, PeerId};
use peerwarden_core::{Instant, Verdict};

use crate::address::Destination;
use crate::denied::Denied;
use crate::gate::Gate;
use crate::notice::NoticeKind;
use crate::refused_address::RefusedAddress;
use crate::shared::Engine;

/// Evidence a connection may not be.
#[derive(Clone, Debug)]
pub(crate) enum Refusal {
    /// Its address is refused.
    Address(Box<RefusedAddress>),
    /// The peer or its IP is banned.
    Banned(Box<Denied>),
}

impl Refusal {
    /// When it was refused.
    pub(crate) fn at(&self) -> Instant {
        match self {
            Self::Address(refused) => refused.at,
            Self::Banned(denied) => denied.at,
        }
    }

    /// With the IP that was dialled, where it was not what decided.
    pub(crate) fn at_ip(mut self, ip: Option<IpAddr>) -> Self {
        if let Self::Banned(denied) = &mut self {
            denied.addr = denied.addr.or(ip);
        }
        self
    }

    pub(crate) fn notice(&self) -> NoticeKind {
        match self {
            Self::Address(refused) => NoticeKind::RefusedAddress((**refused).clone()),
            Self::Banned(denied) => NoticeKind::Denied((**denied).clone()),
        }
    }
}

impl From<Refusal> for ConnectionDenied {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Address(refused) => (*refused).into(),
            Refusal::Banned(denied) => (*denied).into(),
        }
    }
}

/// A connection that is asked about at a gate.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Attempt {
    gate: Gate,
    peer: Option<PeerId>,
    destination: Option<Destination>,
}

impl Attempt {
    /// With `peer`, or an unknown one, at `address`, or at one that is yet to be chosen.
    ///
    /// # Errors
    ///
    /// A refusal if there is no telling where the address leads.
    pub(crate) fn read(
        gate: Gate,
        peer: Option<PeerId>,
        address: Option<&Multiaddr>,
        now: Instant,
    ) -> Result<Self, Refusal> {
        let destination = match address {
            Some(address) => Some(Destination::from_address(address).map_err(|fault| {
                let direction = gate.direction();
                let refused = RefusedAddress::new(peer, address, fault, direction, now);
                Refusal::Address(Box::new(refused))
            })?),
            None => None,
        };
        Ok(Self { gate, peer, destination })
    }

    /// What `engine` has against it: that the peer or the IP is banned.
    pub(crate) fn denied(self, engine: &Engine, now: Instant) -> Option<Denied> {
        let addr = self.ip();
        let verdict = match (self.peer, addr) {
            (Some(peer), addr) => engine.check_peer(&peer, addr, now),
            (None, Some(addr)) => engine.check_addr(addr, now),
            (None, None) => Verdict::Allow,
        };
        let direction = self.gate.direction();
        let denial = verdict.denial(direction)?;
        Some(Denied { peer: self.peer, addr, direction, denial, at: now })
    }

    /// The IP that it leads to, if that is certain.
    pub(crate) fn ip(self) -> Option<IpAddr> {
        self.destination.and_then(Destination::ip)
    }
}
