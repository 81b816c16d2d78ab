//! Peers that are reached through a third.

use std::net::{IpAddr, Ipv4Addr};

use futures::channel::mpsc;
use futures::future::{Either, select};
use futures::{SinkExt, StreamExt};
use libp2p::identity::Keypair;
use libp2p::multiaddr::Protocol;
use libp2p::swarm::behaviour::toggle::Toggle;
use libp2p::swarm::dial_opts::{DialOpts, PeerCondition};
use libp2p::swarm::{NetworkBehaviour, Swarm, SwarmEvent};
use libp2p::{Multiaddr, PeerId, dcutr, identify, relay, yamux};
use peerwarden_libp2p::{
    Behaviour, Config, Denied, Direction, Handle, IpNet, ManualTimer, Origin, Subject,
};

use crate::node::{LOCALHOST, by_operator, denied_dial, said, seconds};
use crate::runtime::{self, spawn};
use crate::swarm::{at, listen_at, until};
use crate::wiring::{either, swarm, upgraded};

#[apply(test!)]
async fn a_banned_peer_that_connects_over_a_relay_is_refused() {
    let mut meeting = Meeting::arrange(false).await;
    meeting.ban(Subject::Peer(meeting.peer));

    meeting.peer_dials().await;

    let denied = until(&mut meeting.node, |event| match event {
        SwarmEvent::IncomingConnectionError { error, .. } => {
            Denied::from_listen_error(&error).cloned()
        }
        _ => None,
    })
    .await;
    let denial = by_operator(60, None);
    assert_eq!(said(&denied), (Some(meeting.peer), None, Direction::Inbound, denial));
    assert!(!meeting.node.is_connected(&meeting.peer));
}

#[apply(test!)]
async fn a_banned_peer_is_not_dialled_over_a_relay_and_refused_if_it_was_already() {
    let mut meeting = Meeting::arrange(false).await;
    let (dial, under_way) = (meeting.dial(), meeting.dial());
    meeting.node.dial(under_way).unwrap();

    meeting.ban(Subject::Peer(meeting.peer));

    let error = meeting.node.dial(dial).unwrap_err();
    let expected = (Some(meeting.peer), None, Direction::Outbound, by_operator(60, None));
    assert_eq!(Denied::from_dial_error(&error).map(said), Some(expected));
    let denied = until(&mut meeting.node, denied_dial).await;
    assert_eq!(said(&denied), expected);
    assert!(!meeting.node.is_connected(&meeting.peer));
}

#[apply(test!)]
async fn a_relayed_peer_that_is_banned_is_disconnected_and_its_relay_is_not() {
    let mut meeting = Meeting::arrange(false).await;
    meeting.peer_dials().await;
    assert!(meeting.connected().await.is_relayed());

    meeting.ban(Subject::Peer(meeting.peer));

    meeting.disconnected().await;
    assert!(meeting.node.is_connected(&meeting.relay));
}

#[apply(test!)]
async fn a_relayed_peer_has_no_address_to_be_banned_by() {
    let mut meeting = Meeting::arrange(false).await;
    meeting.peer_dials().await;
    assert!(meeting.connected().await.is_relayed());

    meeting.ban(Subject::Addr(IpNet::from(LOCALHOST)));
    until(&mut meeting.node, |event| match event {
        SwarmEvent::Behaviour(NetEvent::Warden(_)) => Some(()),
        _ => None,
    })
    .await;

    assert_eq!(meeting.handle.counts().unwrap().connected, 2);
    assert!(meeting.node.is_connected(&meeting.peer));
}

#[apply(test!)]
async fn a_hole_punched_connection_counts_with_its_address() {
    let mut meeting = Meeting::arrange(true).await;
    meeting.peer_dials().await;
    assert!(meeting.connected().await.is_relayed());
    let punched = until(&mut meeting.node, |event| match event {
        SwarmEvent::ConnectionEstablished { peer_id, endpoint, .. } => {
            (peer_id == meeting.peer && !endpoint.is_relayed()).then_some(endpoint)
        }
        _ => None,
    })
    .await;
    let first = punched.get_remote_address().iter().next();
    assert_eq!(first, Some(Protocol::Ip4(Ipv4Addr::LOCALHOST)));

    meeting.ban(Subject::Addr(IpNet::from(LOCALHOST)));

    // Both connections.
    meeting.disconnected().await;
    assert!(meeting.node.is_connected(&meeting.relay));
}

/// A guarded node and a peer without a warden, each with a place at the same relay.
struct Meeting {
    node: Swarm<Net>,
    handle: Handle,
    relay: PeerId,
    peer: PeerId,
    /// Where the peer can be reached, and it in turn the node.
    peer_addr: Multiaddr,
    dial_node: mpsc::Sender<Multiaddr>,
    node_addr: Multiaddr,
}

impl Meeting {
    /// The relay is at an IP of its own. `punching` says whether the two try to do without it.
    async fn arrange(punching: bool) -> Self {
        let (relay, relay_addr) = start_relay().await;

        let warden = Behaviour::new(Config::flow(), ManualTimer::new());
        let handle = warden.handle();
        let (node, node_addr) = start_client(Some(warden), punching, &relay_addr).await;

        let (mut peer, peer_addr) = start_client(None, punching, &relay_addr).await;
        let id = *peer.local_peer_id();
        let (dial_node, mut dials) = mpsc::channel::<Multiaddr>(1);
        spawn(async move {
            loop {
                let order = match select(dials.next(), peer.next()).await {
                    Either::Left((order, _)) => order,
                    Either::Right(_) => continue,
                };
                // Nobody is left to give any.
                let Some(addr) = order else { return };
                peer.dial(addr).unwrap();
            }
        });
        Self { node, handle, relay, peer: id, peer_addr, dial_node, node_addr }
    }

    fn ban(&self, subject: Subject<PeerId>) {
        self.handle.ban(subject, Some(seconds(60)), Origin::Operator).unwrap();
    }

    async fn peer_dials(&self) {
        self.dial_node.clone().send(self.node_addr.clone()).await.unwrap();
    }

    fn dial(&self) -> DialOpts {
        DialOpts::peer_id(self.peer)
            .addresses(vec![self.peer_addr.clone()])
            .condition(PeerCondition::Always)
            .build()
    }

    /// Waits for a connection with the peer.
    async fn connected(&mut self) -> libp2p::core::ConnectedPoint {
        let peer = self.peer;
        until(&mut self.node, |event| match event {
            SwarmEvent::ConnectionEstablished { peer_id, endpoint, .. } if peer_id == peer => {
                Some(endpoint)
            }
            _ => None,
        })
        .await
    }

    /// Waits until the last connection with the peer is closed.
    async fn disconnected(&mut self) {
        let peer = self.peer;
        until(&mut self.node, |event| match event {
            SwarmEvent::ConnectionClosed { peer_id, num_established: 0, .. } => {
                (peer_id == peer).then_some(())
            }
            _ => None,
        })
        .await;
    }
}

#[derive(NetworkBehaviour)]
struct Net {
    warden: Toggle<Behaviour<ManualTimer>>,
    dcutr: Toggle<dcutr::Behaviour>,
    identify: identify::Behaviour,
    relay: relay::client::Behaviour,
}

#[derive(NetworkBehaviour)]
struct Relay {
    identify: identify::Behaviour,
    relay: relay::Behaviour,
}

async fn start_relay() -> (PeerId, Multiaddr) {
    let key = Keypair::generate_ed25519();
    let transport = upgraded!(runtime::tcp(), &key, yamux::Config::default());
    let behaviour = Relay {
        identify: identify::Behaviour::new(identify::Config::new("/test/1".into(), key.public())),
        relay: relay::Behaviour::new(key.public().to_peer_id(), relay::Config::default()),
    };
    let mut relay = swarm(&key, transport, behaviour);
    let ip: IpAddr = [127, 0, 0, 2].into();
    let (addr, _) = listen_at(&mut relay, Multiaddr::from(ip).with(Protocol::Tcp(0))).await;
    let id = *relay.local_peer_id();
    let addr = at(&addr, id);
    relay.add_external_address(addr.clone());
    spawn(async move {
        loop {
            relay.select_next_some().await;
        }
    });
    (id, addr)
}

/// Starts a node that listens directly and over the relay; where it can be reached over that.
async fn start_client(
    warden: Option<Behaviour<ManualTimer>>,
    punching: bool,
    relay: &Multiaddr,
) -> (Swarm<Net>, Multiaddr) {
    let key = Keypair::generate_ed25519();
    let id = key.public().to_peer_id();
    let (relayed, behaviour) = relay::client::new(id);
    let relayed = upgraded!(relayed, &key, yamux::Config::default());
    let direct = upgraded!(runtime::tcp(), &key, yamux::Config::default());
    let behaviour = Net {
        warden: warden.into(),
        dcutr: punching.then(|| dcutr::Behaviour::new(id)).into(),
        identify: identify::Behaviour::new(identify::Config::new("/test/1".into(), key.public())),
        relay: behaviour,
    };
    let mut client = swarm(&key, either(relayed, direct), behaviour);
    listen_at(&mut client, Multiaddr::from(LOCALHOST).with(Protocol::Tcp(0))).await;
    // Whom it meets there says at which address it was seen, or there is nothing to punch.
    client.dial(relay.clone()).unwrap();
    until(&mut client, |event| match event {
        SwarmEvent::NewExternalAddrCandidate { .. } => Some(()),
        _ => None,
    })
    .await;
    let (addr, _) = listen_at(&mut client, relay.clone().with(Protocol::P2pCircuit)).await;
    (client, addr)
}
