//! A guarded node that learns of addresses in every way that libp2p has.

use std::net::IpAddr;

use libp2p::core::ConnectedPoint;
use libp2p::identity::Keypair;
use libp2p::kad::store::MemoryStore;
use libp2p::multiaddr::Protocol;
use libp2p::swarm::{DialError, NetworkBehaviour, Swarm, SwarmEvent};
use libp2p::{Multiaddr, PeerId, identify, kad, yamux};
use peerwarden_libp2p::{Behaviour, Config, DialGate, Handle, IpNet, ManualTimer, Origin, Subject};

use crate::runtime;
use crate::swarm::{listen_at, until};
use crate::wiring::{swarm, upgraded};

/// A swarm that resolves names, and asks before each dial or not.
pub(super) struct Guard {
    pub(super) swarm: Swarm<Net>,
    pub(super) handle: Handle,
    pub(super) is_gated: bool,
}

#[derive(NetworkBehaviour)]
pub(super) struct Net {
    warden: Behaviour<ManualTimer>,
    identify: identify::Behaviour,
    pub(super) kad: kad::Behaviour<MemoryStore>,
}

/// What came of a dial.
#[derive(Debug, Eq, PartialEq)]
pub(super) enum Met {
    /// Somebody, at this address.
    Connected(Multiaddr),
    Refused,
}

impl Guard {
    pub(super) fn start() -> Self {
        Self::with(Config::flow(), false)
    }

    /// Behind a `DialGate`.
    pub(super) fn gated() -> Self {
        Self::with(Config::flow(), true)
    }

    pub(super) fn with(config: Config, is_gated: bool) -> Self {
        let warden = Behaviour::new(config, ManualTimer::new());
        let handle = warden.handle();
        let key = Keypair::generate_ed25519();
        let transport = if is_gated {
            let gated = DialGate::new(runtime::tcp(), handle.clone());
            upgraded!(runtime::resolving(gated), &key, yamux::Config::default())
        } else {
            upgraded!(runtime::resolving(runtime::tcp()), &key, yamux::Config::default())
        };
        let id = key.public().to_peer_id();
        let net = Net {
            warden,
            identify: identify::Behaviour::new(identify::Config::new(
                "/test/1".into(),
                key.public(),
            )),
            kad: kad::Behaviour::new(id, MemoryStore::new(id)),
        };
        Self { swarm: swarm(&key, transport, net), handle, is_gated }
    }

    pub(super) fn id(&self) -> PeerId {
        *self.swarm.local_peer_id()
    }

    pub(super) async fn listen(&mut self) -> Multiaddr {
        listen_at(&mut self.swarm, "/ip4/127.0.0.1/tcp/0".parse().unwrap()).await.0
    }

    /// Bans this IP for good.
    pub(super) fn ban(&self, ip: IpAddr) {
        self.handle.ban(Subject::Addr(IpNet::from(ip)), None, Origin::Operator).unwrap();
    }

    /// Waits for the end of a dial.
    pub(super) async fn met(&mut self) -> Met {
        until(&mut self.swarm, |event| match event {
            SwarmEvent::ConnectionEstablished {
                endpoint: ConnectedPoint::Dialer { address, .. },
                ..
            } => Some(Met::Connected(address)),
            SwarmEvent::OutgoingConnectionError { .. } => Some(Met::Refused),
            _ => None,
        })
        .await
    }

    /// Waits for a dial to fail, and for nothing else.
    pub(super) async fn failed_dial(&mut self) -> DialError {
        until(&mut self.swarm, |event| match event {
            SwarmEvent::ConnectionEstablished { endpoint, .. } => panic!("{endpoint:?}"),
            SwarmEvent::OutgoingConnectionError { error, .. } => Some(error),
            _ => None,
        })
        .await
    }
}

/// The same place by the name that every machine has for itself.
pub(super) fn by_name(addr: &Multiaddr) -> Multiaddr {
    addr.replace(0, |_| Some(Protocol::Dns4("localhost".into()))).unwrap()
}
