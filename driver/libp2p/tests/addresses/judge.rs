//! Readings of addresses, as peerwarden's gates give them away.

use std::cell::RefCell;
use std::net::IpAddr;

use libp2p::core::Endpoint;
use libp2p::core::transport::PortUse;
use libp2p::swarm::{ConnectionDenied, ConnectionId, NetworkBehaviour};
use libp2p::{Multiaddr, PeerId};
use peerwarden_libp2p::{Behaviour, Config, Denied, ManualTimer, Origin, RefusedAddress, Subject};

/// A behaviour that bans every IP there is, and so says of each address which one it is about.
pub(crate) struct Judge(RefCell<Behaviour<ManualTimer>>);

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Reading {
    /// This IP, IPv4 in its own form.
    Ip(IpAddr),
    /// No IP that is known beforehand.
    NoIp,
    Refused,
}

impl Judge {
    pub(crate) fn new() -> Self {
        let behaviour = Behaviour::new(Config::flow(), ManualTimer::new());
        for all in ["0.0.0.0/1", "128.0.0.0/1", "::/1", "8000::/1"] {
            let network = Subject::Addr(all.parse().unwrap());
            behaviour.handle().ban(network, None, Origin::Operator).unwrap();
        }
        Self(RefCell::new(behaviour))
    }

    /// What all gates agree on.
    pub(crate) fn read(&self, address: &Multiaddr) -> Reading {
        let (mut gates, here) = (self.0.borrow_mut(), Multiaddr::empty());
        let (id, peer) = (ConnectionId::new_unchecked(1), PeerId::random());
        let (dialer, reuse) = (Endpoint::Dialer, PortUse::Reuse);
        let only = std::slice::from_ref(address);
        let readings = [
            gates.handle_pending_inbound_connection(id, &here, address),
            gates.handle_established_inbound_connection(id, peer, &here, address).map(drop),
            gates.handle_pending_outbound_connection(id, None, only, dialer).map(drop),
            gates
                .handle_established_outbound_connection(id, peer, address, dialer, reuse)
                .map(drop),
        ]
        .map(reading);
        assert!(readings.iter().all(|each| *each == readings[0]), "{address}: {readings:?}");
        readings[0]
    }
}

fn reading(passed: Result<(), ConnectionDenied>) -> Reading {
    let Err(refusal) = passed else {
        return Reading::NoIp;
    };
    match refusal.downcast::<Denied>() {
        Ok(denied) => Reading::Ip(denied.addr.unwrap().to_canonical()),
        Err(other) => {
            assert!(other.downcast::<RefusedAddress>().is_ok());
            Reading::Refused
        }
    }
}
