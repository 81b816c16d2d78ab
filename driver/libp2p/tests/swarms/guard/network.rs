//! Swarms with several protocols, guarded and not.

use futures::StreamExt;
use std::convert::Infallible;
use std::pin::pin;
use std::time::Duration;

use futures::future::{Either, select};
use libp2p::gossipsub::{self, MessageAuthenticity, ValidationMode};
use libp2p::identity::Keypair;
use libp2p::kad::store::MemoryStore;
use libp2p::request_response::{self, ProtocolSupport};
use libp2p::swarm::{NetworkBehaviour, StreamProtocol, Swarm, SwarmEvent};
use libp2p::{Multiaddr, PeerId, identify, kad};
use peerwarden_libp2p::{
    Behaviour, Config, Event, Guard, GuardEvent, Handle, Instant, ManualTimer, Origin, Subject,
};

use crate::swarm::{Wire, at, in_time, listening_as};

/// The protocols of both nodes.
#[derive(NetworkBehaviour)]
pub(super) struct Inner {
    pub(super) gossipsub: gossipsub::Behaviour,
    pub(super) identify: identify::Behaviour,
    pub(super) kad: kad::Behaviour<MemoryStore>,
    pub(super) requests: request_response::cbor::Behaviour<u32, u32>,
}

/// A guarded node and a peer without a warden, which run only while a test waits for one of them.
pub(super) struct Pair {
    pub(super) node: Swarm<Guard<Inner, ManualTimer>>,
    pub(super) timer: ManualTimer,
    pub(super) handle: Handle,
    pub(super) peer: Swarm<Inner>,
    addr: Multiaddr,
}

/// Event of one of the two nodes.
pub(super) enum Of {
    Node(SwarmEvent<GuardEvent<InnerEvent>>),
    Peer(SwarmEvent<InnerEvent>),
}

impl Pair {
    pub(super) async fn start(
        config: Config,
        guard: impl FnOnce(Guard<Inner, ManualTimer>) -> Guard<Inner, ManualTimer>,
    ) -> Self {
        let timer = ManualTimer::new();
        let warden = Behaviour::new(config, timer.clone());
        let handle = warden.handle();
        let (key, other) = (Keypair::generate_ed25519(), Keypair::generate_ed25519());
        let guarded = guard(Guard::new(warden, inner(&key)));
        let (node, addr, _) = listening_as(&key, Wire::Tcp, guarded).await;
        let (peer, _, _) = listening_as(&other, Wire::Tcp, inner(&other)).await;
        Self { node, timer, handle, peer, addr }
    }

    pub(super) fn node_id(&self) -> PeerId {
        *self.node.local_peer_id()
    }

    pub(super) fn peer_id(&self) -> PeerId {
        *self.peer.local_peer_id()
    }

    /// The next event of the node or the peer for which `pick` answers.
    #[track_caller]
    pub(super) fn until<'a, T: 'a>(
        &'a mut self,
        mut pick: impl FnMut(Of) -> Option<T> + 'a,
    ) -> impl Future<Output = T> + 'a {
        in_time(async move {
            loop {
                let event = match select(self.node.next(), self.peer.next()).await {
                    Either::Left((event, _)) => Of::Node(event.unwrap()),
                    Either::Right((event, _)) => Of::Peer(event.unwrap()),
                };
                if let Some(found) = pick(event) {
                    return found;
                }
            }
        })
    }

    /// Has the peer dial the node, and waits until the node has the connection or refused it.
    pub(super) async fn connect(&mut self) -> bool {
        let dialled = at(&self.addr, self.node_id());
        self.peer.dial(dialled).unwrap();
        self.until(|event| match event {
            Of::Node(SwarmEvent::ConnectionEstablished { .. }) => Some(true),
            Of::Node(SwarmEvent::IncomingConnectionError { .. }) => Some(false),
            _ => None,
        })
        .await
    }

    /// Waits until both nodes know that their connection is closed.
    pub(super) async fn disconnected(&mut self) {
        self.disconnected_meanwhile(|_| {}).await;
    }

    /// The same, and shows `see` what else they tell of.
    pub(super) async fn disconnected_meanwhile(&mut self, mut see: impl FnMut(&Of)) {
        let (mut node, mut peer) = (false, false);
        self.until(|event| {
            see(&event);
            match event {
                Of::Node(SwarmEvent::ConnectionClosed { .. }) => node = true,
                Of::Peer(SwarmEvent::ConnectionClosed { .. }) => peer = true,
                _ => {}
            }
            (node && peer).then_some(())
        })
        .await;
    }

    /// Runs both nodes until the node's timers wait for the tick at this second, and lets that come.
    pub(super) async fn tick(&mut self, secs: u64) {
        self.run_until(|armed| armed.contains(&Instant::from_secs(secs))).await;
        self.timer.advance(Duration::from_secs(1));
    }

    /// Runs both nodes until the deadlines that the node's timers wait for are these.
    pub(super) async fn until_armed(&mut self, deadlines: &[Instant]) {
        self.run_until(|armed| armed == deadlines).await;
    }

    async fn run_until(&mut self, wanted: impl FnMut(&[Instant]) -> bool) {
        let timer = self.timer.clone();
        let waiting = timer.until_armed(wanted);
        in_time(async {
            let mut waiting = pin!(waiting);
            let mut both = pin!(async {
                loop {
                    let _ = select(self.node.next(), self.peer.next()).await;
                }
            });
            let _: Either<(Infallible, _), _> = select(both.as_mut(), waiting.as_mut()).await;
        })
        .await;
    }

    pub(super) fn ban(&self) {
        let peer = Subject::Peer(self.peer_id());
        let _ = self.handle.ban(peer, None, Origin::Operator).unwrap();
    }

    pub(super) fn pardon(&self) {
        let _ = self.handle.unban(Subject::Peer(self.peer_id()), None).unwrap();
    }
}

/// The warden's event, if it is one of the node's.
pub(super) fn of_warden(event: Of) -> Option<Event> {
    match event {
        Of::Node(SwarmEvent::Behaviour(GuardEvent::Warden(event))) => Some(event),
        _ => None,
    }
}

/// The inner behaviour's event, if it is one of the node's.
pub(super) fn of_inner(event: Of) -> Option<InnerEvent> {
    match event {
        Of::Node(SwarmEvent::Behaviour(GuardEvent::Inner(event))) => Some(event),
        _ => None,
    }
}

fn inner(key: &Keypair) -> Inner {
    let config = gossipsub::ConfigBuilder::default()
        .validation_mode(ValidationMode::Strict)
        .build()
        .unwrap();
    let protocol = [(StreamProtocol::new("/test/requests/1"), ProtocolSupport::Full)];
    let id = key.public().to_peer_id();
    let mut kad = kad::Behaviour::new(id, MemoryStore::new(id));
    kad.set_mode(Some(kad::Mode::Server));
    Inner {
        identify: identify::Behaviour::new(identify::Config::new("/test/1".into(), key.public())),
        gossipsub: gossipsub::Behaviour::new(MessageAuthenticity::Signed(key.clone()), config)
            .unwrap(),
        kad,
        requests: request_response::cbor::Behaviour::new(protocol, Default::default()),
    }
}
