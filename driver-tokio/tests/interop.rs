//! A node on Tokio and one on smol, each on its own runtime, guard themselves against each other.
#![expect(clippy::panic, clippy::unwrap_used, reason = "a test may panic, helpers included")]
#![expect(clippy::wildcard_enum_match_arm, reason = "tests wait for one event among many")]

use std::thread;
use std::time::Duration;

use futures::channel::mpsc;
use futures::future::{Either, select};
use futures::{SinkExt, StreamExt};
use libp2p::swarm::{NetworkBehaviour, Swarm, SwarmEvent};
use libp2p::{Multiaddr, PeerId, SwarmBuilder, noise, tcp, yamux};
use peerwarden_tokio::{Cause, CloseTimeout, Config, Denied, Handle, Misbehavior, Origin, Subject};
use tokio::time::timeout;

#[tokio::test]
async fn each_bans_refuses_and_takes_back_the_other() {
    let (mut tokio, mut smol) = (on_tokio().await, on_smol().await);

    // The one that dials is banned by the one that listens, and the other way round.
    the_one_bans_the_other(&mut tokio, &mut smol).await;
    the_one_bans_the_other(&mut smol, &mut tokio).await;
}

#[tokio::test]
async fn each_dials_the_other_again_when_its_ban_is_over() {
    for of_tokio in [true, false] {
        let (tokio, smol) = (on_tokio().await, on_smol().await);
        let (mut one, mut other) = if of_tokio { (tokio, smol) } else { (smol, tokio) };
        one.dial(&other).await;
        one.expect(Seen::Connected(other.id)).await;
        other.expect(Seen::Connected(one.id)).await;

        one.warden.ban(Subject::Peer(other.id), None, Origin::Operator).unwrap();
        one.expect(Seen::Closed(other.id)).await;
        other.expect(Seen::Closed(one.id)).await;
        one.warden.unban(Subject::Peer(other.id), None).unwrap();

        one.expect(Seen::Connected(other.id)).await;
        other.expect(Seen::Connected(one.id)).await;
    }
}

/// From not connected to not connected.
async fn the_one_bans_the_other(one: &mut Node, other: &mut Node) {
    other.dial(one).await;
    one.expect(Seen::Connected(other.id)).await;
    other.expect(Seen::Connected(one.id)).await;

    for _ in 0..101 {
        one.warden.report(other.id, Misbehavior::INVALID_MESSAGE).unwrap();
    }
    one.expect(Seen::Closed(other.id)).await;
    other.expect(Seen::Closed(one.id)).await;
    let banned = one.warden.status(&other.id).unwrap().unwrap();
    assert!(banned.causes.iter().any(|active| active.cause == Cause::Penalty));

    other.dial(one).await;
    one.expect(Seen::Refused(Some(other.id))).await;
    // It is told nothing of why, and may have seen the connection for a moment.
    other.until(|seen| matches!(seen, Seen::Closed(_) | Seen::NotDialled)).await;

    one.warden.unban(Subject::Peer(other.id), None).unwrap();
    other.dial(one).await;
    one.expect(Seen::Connected(other.id)).await;
    other.expect(Seen::Connected(one.id)).await;
    other.disconnect(one).await;
    one.expect(Seen::Closed(other.id)).await;
    other.expect(Seen::Closed(one.id)).await;
}

/// A node, and how to talk with it from here.
struct Node {
    id: PeerId,
    addr: Multiaddr,
    warden: Handle,
    orders: mpsc::Sender<Order>,
    seen: mpsc::Receiver<Seen>,
}

enum Order {
    Dial(Multiaddr),
    Disconnect(PeerId),
}

/// What a node sees of others.
#[derive(Debug, Eq, PartialEq)]
enum Seen {
    Closed(PeerId),
    Connected(PeerId),
    ListeningAt(Multiaddr),
    NotDialled,
    /// By the warden, and whom.
    Refused(Option<PeerId>),
}

impl Node {
    /// Starts a node by handing what it runs to `spawn`.
    async fn start<B: NetworkBehaviour>(
        mut swarm: Swarm<B>,
        warden: Handle,
        spawn: impl FnOnce(Run<B>),
    ) -> Self {
        swarm.listen_on("/ip4/127.0.0.1/tcp/0".parse().unwrap()).unwrap();
        let id = *swarm.local_peer_id();
        let (orders, inbox) = mpsc::channel(8);
        let (outbox, seen) = mpsc::channel(8);
        spawn(Run { swarm, inbox, outbox });
        let mut node = Self { id, addr: Multiaddr::empty(), warden, orders, seen };
        let Seen::ListeningAt(addr) = node.until(|_| true).await else {
            panic!("not listening");
        };
        node.addr = addr;
        node
    }

    async fn dial(&mut self, other: &Self) {
        let addr = other.addr.clone().with_p2p(other.id).unwrap();
        self.orders.send(Order::Dial(addr)).await.unwrap();
    }

    async fn disconnect(&mut self, other: &Self) {
        self.orders.send(Order::Disconnect(other.id)).await.unwrap();
    }

    #[track_caller]
    fn expect(&mut self, expected: Seen) -> impl Future<Output = ()> {
        let place = std::panic::Location::caller();
        async move {
            let seen = self.until(|_| true).await;
            assert_eq!(seen, expected, "at {place}");
        }
    }

    async fn until(&mut self, wanted: impl Fn(&Seen) -> bool) -> Seen {
        loop {
            let seen = timeout(PATIENCE, self.seen.next()).await.unwrap().unwrap();
            if wanted(&seen) {
                return seen;
            }
        }
    }
}

/// A swarm that does as told and tells what it sees.
struct Run<B: NetworkBehaviour> {
    swarm: Swarm<B>,
    inbox: mpsc::Receiver<Order>,
    outbox: mpsc::Sender<Seen>,
}

impl<B: NetworkBehaviour> Run<B> {
    async fn run(mut self) {
        loop {
            let event = match select(self.inbox.next(), self.swarm.next()).await {
                Either::Left((order, _)) => Either::Left(order),
                Either::Right((event, _)) => Either::Right(event),
            };
            match event {
                Either::Left(Some(Order::Dial(addr))) => self.swarm.dial(addr).unwrap(),
                Either::Left(Some(Order::Disconnect(peer))) => {
                    self.swarm.disconnect_peer_id(peer).unwrap();
                }
                Either::Right(Some(event)) => {
                    if let Some(seen) = seen(event) {
                        let _ = self.outbox.send(seen).await;
                    }
                }
                Either::Left(None) | Either::Right(None) => return,
            }
        }
    }
}

fn seen<E>(event: SwarmEvent<E>) -> Option<Seen> {
    match event {
        SwarmEvent::ConnectionClosed { peer_id, .. } => Some(Seen::Closed(peer_id)),
        SwarmEvent::ConnectionEstablished { peer_id, .. } => Some(Seen::Connected(peer_id)),
        SwarmEvent::IncomingConnectionError { error, .. } => {
            Some(Seen::Refused(Denied::from_listen_error(&error).and_then(|denied| denied.peer)))
        }
        SwarmEvent::NewListenAddr { address, .. } => Some(Seen::ListeningAt(address)),
        SwarmEvent::OutgoingConnectionError { .. } => Some(Seen::NotDialled),
        _ => None,
    }
}

async fn on_tokio() -> Node {
    let swarm = SwarmBuilder::with_new_identity()
        .with_tokio()
        .with_tcp(
            tcp::Config::default(),
            noise::Config::new,
            CloseTimeout::<yamux::Config>::default,
        )
        .unwrap()
        .with_behaviour(|_| peerwarden_tokio::behaviour(Config::default()))
        .unwrap()
        .with_swarm_config(|config| config.with_idle_connection_timeout(LONG))
        .build();
    let warden = swarm.behaviour().handle();
    Node::start(swarm, warden, |node| drop(tokio::spawn(node.run()))).await
}

async fn on_smol() -> Node {
    let swarm =
        peerwarden_smol::SwarmBuilder::with_new_identity(peerwarden_smol::SmolExecutor::global())
            .with_swarm_config(|config| config.with_idle_connection_timeout(LONG))
            .build(|_| peerwarden_smol::behaviour(Config::default()))
            .unwrap();
    let warden = swarm.behaviour().handle();
    Node::start(swarm, warden, |node| drop(thread::spawn(|| smol::block_on(node.run())))).await
}

/// Longer than any test takes.
const LONG: Duration = Duration::from_secs(600);
/// Far longer than anything takes, since nothing waits for it to pass.
const PATIENCE: Duration = Duration::from_secs(60);
