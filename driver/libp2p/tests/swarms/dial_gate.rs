//! Addresses that are not dialled, though somebody offers them.

use std::net::{IpAddr, SocketAddr, TcpListener};
use std::pin::pin;
use std::thread;

use futures::channel::oneshot;
use futures::future::{Either, select};
use futures::{FutureExt, StreamExt};
use libp2p::core::transport::TransportError;
use libp2p::identity::Keypair;
use libp2p::multiaddr::Protocol;
use libp2p::swarm::dial_opts::DialOpts;
use libp2p::swarm::{DialError, Swarm, SwarmEvent};
use libp2p::{Multiaddr, PeerId, yamux};
use peerwarden_libp2p::{
    Behaviour, Config, Denied, DialGate, Direction, Event, Handle, IpNet, ManualTimer, Misbehavior,
    NoticeKind, Origin, Subject, Tag,
};

use crate::networks::strict_places;
use crate::node::{LOCALHOST, by_operator, said, seconds};
use crate::peer::Peer;
use crate::runtime;
use crate::swarm::{at, in_time, until};
use crate::wiring::{swarm, upgraded};

#[apply(test!)]
async fn a_banned_ip_that_is_offered_among_others_is_not_dialled() {
    let (mut node, peer, trap) = (Node::start(), Peer::start().await, Trap::set());
    node.ban(trap.ip());

    node.dial(peer.id, [trap.addr(), peer.addr.clone()]);

    assert_eq!(node.connected().await, at(&peer.addr, peer.id));
    assert!(!trap.was_dialled());
}

/// What makes the test above worth its name.
#[apply(test!)]
async fn an_ip_that_is_offered_among_others_is_dialled() {
    let (mut node, peer, trap) = (Node::start(), Peer::start().await, Trap::set());

    node.dial(peer.id, [trap.addr()]);

    match select(pin!(in_time(trap.dialled())), pin!(node.connected())).await {
        Either::Left(_) => {}
        Either::Right(_) => panic!("there is nobody"),
    }
}

#[apply(test!)]
async fn a_banned_ip_is_not_dialled_by_name() {
    let (mut node, trap) = (Node::start(), Trap::set_at(LOCALHOST));
    let (peer, denial) = (PeerId::random(), by_operator(60, Some(node.ban(LOCALHOST))));
    let mut notices = node.handle.subscribe().unwrap();

    node.dial(peer, [trap.name()]);

    let error = node.failed_dial().await;
    let refused: Vec<_> = Denied::from_dial_addresses(&error).collect();
    let [(address, denied)] = refused[..] else {
        panic!("{error:?}");
    };
    assert_eq!(*address, at(&trap.name(), peer));
    assert_eq!(said(denied), (Some(peer), Some(LOCALHOST), Direction::Outbound, denial));
    assert_eq!(Denied::from_dial_error(&error), None);
    let printed = error.to_string();
    assert_eq!(printed.matches("banned by operator").count(), 1, "{printed}");
    let told = notices.next().now_or_never().flatten().unwrap();
    assert_eq!(told.kind, NoticeKind::Denied(denied.0.clone()));
    assert!(!trap.was_dialled());
}

#[apply(test!)]
async fn an_ip_that_is_not_banned_any_more_is_dialled_by_name() {
    let (mut node, peer) = (Node::start(), Peer::start().await);
    let network = node.ban(LOCALHOST);
    let name = by_name(&peer.addr);
    node.dial(peer.id, [name.clone()]);
    assert!(matches!(node.failed_dial().await, DialError::Transport(_)));

    node.handle.unban(Subject::Addr(network), None).unwrap();
    node.dial(peer.id, [name.clone()]);

    assert_eq!(node.connected().await, at(&name, peer.id));
}

#[apply(test!)]
async fn a_peer_that_is_protected_is_dialled_wherever_it_is() {
    let (mut node, peer) = (Node::start(), Peer::start().await);
    node.ban(LOCALHOST);
    node.handle.protect(Subject::Peer(peer.id), Tag::OPERATOR).unwrap();

    node.dial(peer.id, [by_name(&peer.addr)]);

    node.connected().await;
}

#[apply(test!)]
async fn a_place_with_many_banned_peers_is_dialled() {
    let (mut node, banned, peer) =
        (Node::with(strict_places()), Peer::start().await, Peer::start().await);
    node.dial(banned.id, [banned.addr.clone()]);
    node.connected().await;
    node.handle.expel(banned.id, Misbehavior::INVALID_MESSAGE, None).unwrap();
    assert!(node.handle.check_addr(LOCALHOST).unwrap().denial(Direction::Inbound).is_some());

    node.dial(peer.id, [by_name(&peer.addr)]);

    assert_eq!(node.connected().await, at(&by_name(&peer.addr), peer.id));
}

#[apply(test!)]
async fn a_gate_whose_behaviour_is_gone_dials_nobody_and_says_why() {
    let trap = Trap::set();
    let handle = Behaviour::new(Config::default(), ManualTimer::new()).handle();
    let mut node = Node::asking(handle, Behaviour::new(Config::default(), ManualTimer::new()));

    node.dial(PeerId::random(), [trap.addr()]);

    let DialError::Transport(tried) = node.failed_dial().await else {
        panic!("not by the gate");
    };
    let [(_, TransportError::Other(error))] = &tried[..] else {
        panic!("{tried:?}");
    };
    assert!(error.to_string().ends_with("the node was shut down: this handle is closed"));
    assert!(!trap.was_dialled());
}

/// A swarm that resolves names and asks before each dial.
struct Node {
    swarm: Swarm<Behaviour<ManualTimer>>,
    handle: Handle,
}

impl Node {
    fn start() -> Self {
        Self::with(Config::flow())
    }

    fn with(config: Config) -> Self {
        let warden = Behaviour::new(config, ManualTimer::new());
        Self::asking(warden.handle(), warden)
    }

    fn asking(handle: Handle, warden: Behaviour<ManualTimer>) -> Self {
        let asked = handle.clone();
        let key = Keypair::generate_ed25519();
        let resolved = runtime::resolving(DialGate::new(runtime::tcp(), asked));
        let transport = upgraded!(resolved, &key, yamux::Config::default());
        Self { swarm: swarm(&key, transport, warden), handle }
    }

    fn ban(&self, ip: IpAddr) -> IpNet {
        let network = IpNet::from(ip);
        let duration = Some(seconds(60));
        self.handle.ban(Subject::Addr(network), duration, Origin::Operator).unwrap();
        network
    }

    fn dial<const N: usize>(&mut self, peer: PeerId, addresses: [Multiaddr; N]) {
        let opts = DialOpts::peer_id(peer).addresses(addresses.into()).build();
        self.swarm.dial(opts).unwrap();
    }

    /// Waits for a connection; where it leads.
    async fn connected(&mut self) -> Multiaddr {
        until(&mut self.swarm, |event: SwarmEvent<Event>| match event {
            SwarmEvent::ConnectionEstablished { endpoint, .. } => {
                Some(endpoint.get_remote_address().clone())
            }
            SwarmEvent::OutgoingConnectionError { error, .. } => panic!("{error:?}"),
            _ => None,
        })
        .await
    }

    async fn failed_dial(&mut self) -> DialError {
        until(&mut self.swarm, |event| match event {
            SwarmEvent::OutgoingConnectionError { error, .. } => Some(error),
            _ => None,
        })
        .await
    }
}

/// A socket at another IP of this machine that takes note of who connects.
struct Trap {
    listener: TcpListener,
    at: SocketAddr,
}

impl Trap {
    fn set() -> Self {
        Self::set_at([127, 0, 0, 2].into())
    }

    fn set_at(ip: IpAddr) -> Self {
        let listener = TcpListener::bind((ip, 0)).unwrap();
        listener.set_nonblocking(true).unwrap();
        Self { at: listener.local_addr().unwrap(), listener }
    }

    fn ip(&self) -> IpAddr {
        self.at.ip()
    }

    fn addr(&self) -> Multiaddr {
        Multiaddr::from(self.at.ip()).with(Protocol::Tcp(self.at.port()))
    }

    fn name(&self) -> Multiaddr {
        by_name(&self.addr())
    }

    fn was_dialled(&self) -> bool {
        self.listener.accept().is_ok()
    }

    async fn dialled(&self) {
        let listener = self.listener.try_clone().unwrap();
        listener.set_nonblocking(false).unwrap();
        let (tell, told) = oneshot::channel();
        thread::spawn(move || tell.send(listener.accept().is_ok()));
        assert!(told.await.unwrap());
    }
}

/// The same place by the name that every machine has for itself.
fn by_name(addr: &Multiaddr) -> Multiaddr {
    addr.replace(0, |_| Some(Protocol::Dns4("localhost".into()))).unwrap()
}
