//! Connection that is asked about at a gate.

use std::net::IpAddr;

use libp2p::{Multiaddr, PeerId};
use peerwarden_core::Instant;
use peerwarden_host::driver::GateRefusal;
use peerwarden_host::{AddressRefusal, Gate, Refusal};

use crate::address::Destination;
use crate::swarm_state::Engine;

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
    ) -> Result<Self, GateRefusal<PeerId>> {
        let destination = match address {
            Some(address) => Some(Destination::from_address(address).map_err(|fault| {
                let direction = gate.direction();
                let refused = AddressRefusal::new(peer, address, fault, direction, now);
                GateRefusal::Address(Box::new(refused))
            })?),
            None => None,
        };
        Ok(Self { gate, peer, destination })
    }

    /// What `engine` has against it: that the peer or the IP is banned.
    pub(crate) fn denied(self, engine: &Engine, now: Instant) -> Option<Refusal<PeerId>> {
        Refusal::check(engine, self.peer, self.ip(), self.gate.direction(), now)
    }

    /// The IP that it leads to, if that is certain.
    pub(crate) fn ip(self) -> Option<IpAddr> {
        self.destination.and_then(Destination::ip)
    }
}
