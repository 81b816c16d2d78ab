//! The behaviour without a swarm, for moments that no swarm can be made to stop at.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use libp2p::core::transport::PortUse;
use libp2p::core::{ConnectedPoint, Endpoint};
use libp2p::swarm::behaviour::{AddressChange, ConnectionClosed, ConnectionEstablished};
use libp2p::swarm::{ConnectionDenied, ConnectionId, FromSwarm, NetworkBehaviour, ToSwarm};
use libp2p::{Multiaddr, PeerId};
use peerwarden_libp2p::{
    BanDuration, Behaviour, Config, Event, EventKind, Handle, ManualTimer, Misbehavior, Origin,
    Subject,
};

use crate::node::seconds;

/// A behaviour and one peer, with the test in the part of the swarm.
pub(crate) struct ByHand {
    pub(crate) behaviour: Behaviour<ManualTimer>,
    pub(crate) timer: ManualTimer,
    pub(crate) handle: Handle,
    pub(crate) peer: PeerId,
    pub(crate) wakes: Arc<Wakes>,
}

impl ByHand {
    pub(crate) fn new(config: Config) -> Self {
        let timer = ManualTimer::new();
        let behaviour = Behaviour::new(config, timer.clone());
        Self {
            handle: behaviour.handle(),
            behaviour,
            timer,
            peer: PeerId::random(),
            wakes: Arc::default(),
        }
    }

    pub(crate) fn ban(&self, secs: u64) {
        self.handle.ban(Subject::Peer(self.peer), Some(seconds(secs)), Origin::Operator).unwrap();
    }

    /// Bans somebody else.
    pub(crate) fn ban_somebody(&self, millis: u64) {
        let duration = BanDuration::try_from(Duration::from_millis(millis)).unwrap();
        let subject = Subject::Peer(PeerId::random());
        self.handle.ban(subject, Some(duration), Origin::Operator).unwrap();
    }

    pub(crate) fn ban_network(&self, network: &str) {
        let subject = Subject::Addr(network.parse().unwrap());
        self.handle.ban(subject, None, Origin::Operator).unwrap();
    }

    pub(crate) fn report(&self, times: usize) {
        for _ in 0..times {
            self.handle.report(self.peer, Misbehavior::INVALID_MESSAGE).unwrap();
        }
    }

    pub(crate) fn pass_inbound_gate(&mut self) -> Result<(), ConnectionDenied> {
        let (peer, id) = (self.peer, ConnectionId::new_unchecked(1));
        self.behaviour.handle_established_inbound_connection(id, peer, &here(), &there()).map(drop)
    }

    /// A connection from this address asks to be let in, before its peer is known.
    pub(crate) fn passes_pending_gate(&mut self, from: &str) -> bool {
        let (id, from) = (ConnectionId::new_unchecked(9), from.parse().unwrap());
        self.behaviour.handle_pending_inbound_connection(id, &here(), &from).is_ok()
    }

    /// An inbound connection comes up, beside as many others with the same peer.
    pub(crate) fn establish_inbound(&mut self, others: usize) {
        self.establish(&inbound(), others);
    }

    /// A dial succeeded.
    pub(crate) fn establish_outbound(&mut self) {
        self.establish_outbound_at(&there());
    }

    /// A dial of this address did.
    pub(crate) fn establish_outbound_at(&mut self, address: &Multiaddr) {
        let endpoint = ConnectedPoint::Dialer {
            address: address.clone(),
            role_override: Endpoint::Dialer,
            port_use: PortUse::Reuse,
        };
        self.establish(&endpoint, 0);
    }

    fn establish(&mut self, endpoint: &ConnectedPoint, others: usize) {
        let (peer_id, connection_id) = (self.peer, ConnectionId::new_unchecked(1));
        self.ask_about(endpoint);
        self.behaviour.on_swarm_event(FromSwarm::ConnectionEstablished(ConnectionEstablished {
            peer_id,
            connection_id,
            endpoint,
            failed_addresses: &[],
            other_established: others,
        }));
    }

    /// Asks about a connection, as a swarm does right before it is up. What the answer is does not
    /// matter: a ban can come in between, and some tests have it come there.
    fn ask_about(&mut self, endpoint: &ConnectedPoint) {
        let (peer, id) = (self.peer, ConnectionId::new_unchecked(1));
        let _ = match endpoint {
            ConnectedPoint::Dialer { address, role_override, port_use } => {
                self.behaviour.handle_established_outbound_connection(
                    id,
                    peer,
                    address,
                    *role_override,
                    *port_use,
                )
            }
            ConnectedPoint::Listener { local_addr, send_back_addr } => self
                .behaviour
                .handle_established_inbound_connection(id, peer, local_addr, send_back_addr),
        };
    }

    /// The connection's address changes.
    pub(crate) fn move_inbound(&mut self, addr: &str) {
        let new =
            ConnectedPoint::Listener { local_addr: here(), send_back_addr: addr.parse().unwrap() };
        self.behaviour.on_swarm_event(FromSwarm::AddressChange(AddressChange {
            peer_id: self.peer,
            connection_id: ConnectionId::new_unchecked(1),
            old: &inbound(),
            new: &new,
        }));
    }

    /// The last connection is gone.
    pub(crate) fn close(&mut self) {
        let (peer_id, connection_id) = (self.peer, ConnectionId::new_unchecked(1));
        self.behaviour.on_swarm_event(FromSwarm::ConnectionClosed(ConnectionClosed {
            peer_id,
            connection_id,
            endpoint: &inbound(),
            cause: None,
            remaining_established: 0,
        }));
    }

    /// What the swarm is told next.
    pub(crate) fn poll_order(&mut self) -> Poll<ToSwarm<Event, Infallible>> {
        let waker = Waker::from(self.wakes.clone());
        self.behaviour.poll(&mut Context::from_waker(&waker))
    }

    /// What the swarm is told next, in a word.
    pub(crate) fn poll(&mut self) -> Poll<&'static str> {
        self.poll_order().map(|order| match order {
            ToSwarm::CloseConnection { .. } => "close",
            ToSwarm::Dial { .. } => "dial",
            ToSwarm::GenerateEvent(event) => match event.kind {
                EventKind::Banned { .. } => "ban",
                EventKind::Unbanned { .. } => "unban",
                EventKind::ScoreRequested { .. } => "ask",
                EventKind::Incident { .. } => "incident",
                EventKind::Warned { .. } => "warn",
                EventKind::Withheld { .. } => "withhold",
                other => panic!("{other:?}"),
            },
            other => panic!("{other:?}"),
        })
    }

    /// The events that wait, however often the behaviour lets others go first.
    pub(crate) fn events(&mut self) -> Vec<Event> {
        let mut events = Vec::new();
        loop {
            let wakes = self.wakes.count();
            match self.poll_order() {
                Poll::Ready(ToSwarm::GenerateEvent(event)) => events.push(event),
                Poll::Ready(other) => panic!("{other:?}"),
                Poll::Pending if self.wakes.count() == wakes => return events,
                Poll::Pending => {}
            }
        }
    }

    /// Everything the swarm is told until the behaviour is idle.
    pub(crate) fn poll_all(&mut self) -> Vec<&'static str> {
        let mut all = Vec::new();
        while let Poll::Ready(order) = self.poll() {
            all.push(order);
        }
        all
    }
}

/// Counts how often the behaviour's task is woken.
#[derive(Debug, Default)]
pub(crate) struct Wakes(AtomicUsize);

impl Wakes {
    pub(crate) fn count(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

impl Wake for Wakes {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

fn inbound() -> ConnectedPoint {
    ConnectedPoint::Listener { local_addr: here(), send_back_addr: there() }
}

fn here() -> Multiaddr {
    "/ip4/192.0.2.1/tcp/1".parse().unwrap()
}

fn there() -> Multiaddr {
    "/ip4/192.0.2.2/tcp/2".parse().unwrap()
}
