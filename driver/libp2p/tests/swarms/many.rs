//! The behaviour without a swarm, with as many peers and connections as a test likes.

use std::net::IpAddr;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use libp2p::core::transport::PortUse;
use libp2p::core::{ConnectedPoint, Endpoint};
use libp2p::multiaddr::Protocol;
use libp2p::swarm::behaviour::{
    AddressChange, ConnectionClosed, ConnectionEstablished, DialFailure,
};
use libp2p::swarm::dial_opts::DialOpts;
use libp2p::swarm::{
    CloseConnection, ConnectionId, DialError, FromSwarm, NetworkBehaviour, ToSwarm,
};
use libp2p::{Multiaddr, PeerId};
use peerwarden_libp2p::{Behaviour, Config, Direction, EventKind, Handle, ManualTimer};

use crate::by_hand::Wakes;

/// A behaviour, with the test in the part of the swarm.
pub(crate) struct Many {
    pub(crate) behaviour: Behaviour<ManualTimer>,
    pub(crate) timer: ManualTimer,
    pub(crate) handle: Handle,
    pub(crate) wakes: Arc<Wakes>,
}

/// What the swarm is told.
#[derive(Debug)]
pub(crate) enum Order {
    Close(usize),
    CloseAll(PeerId),
    Dial(DialOpts),
    Tell(EventKind),
}

impl Many {
    pub(crate) fn new(config: Config) -> Self {
        let timer = ManualTimer::new();
        let behaviour = Behaviour::new(config, timer.clone());
        Self { handle: behaviour.handle(), behaviour, timer, wakes: Arc::default() }
    }

    /// A connection comes up, of no IP if it is relayed.
    pub(crate) fn establish(
        &mut self,
        id: usize,
        peer: PeerId,
        ip: Option<IpAddr>,
        direction: Direction,
    ) {
        self.established(ConnectionId::new_unchecked(id), peer, &endpoint(ip, direction));
    }

    /// This dial succeeds.
    pub(crate) fn succeed(&mut self, dial: &DialOpts, peer: PeerId) {
        let ip = "198.51.100.1".parse().ok();
        self.established(dial.connection_id(), peer, &endpoint(ip, Direction::Outbound));
    }

    fn established(&mut self, connection_id: ConnectionId, peer_id: PeerId, at: &ConnectedPoint) {
        self.behaviour.on_swarm_event(FromSwarm::ConnectionEstablished(ConnectionEstablished {
            peer_id,
            connection_id,
            endpoint: at,
            failed_addresses: &[],
            other_established: 0,
        }));
    }

    /// This dial fails.
    pub(crate) fn fail(&mut self, dial: &DialOpts, peer: PeerId, error: &DialError) {
        self.behaviour.on_swarm_event(FromSwarm::DialFailure(DialFailure {
            peer_id: Some(peer),
            connection_id: dial.connection_id(),
            error,
        }));
    }

    /// An inbound connection moves.
    pub(crate) fn relocate(&mut self, id: usize, peer_id: PeerId, ip: IpAddr) {
        let (old, new) =
            (endpoint(None, Direction::Inbound), endpoint(Some(ip), Direction::Inbound));
        self.behaviour.on_swarm_event(FromSwarm::AddressChange(AddressChange {
            peer_id,
            connection_id: ConnectionId::new_unchecked(id),
            old: &old,
            new: &new,
        }));
    }

    /// A connection is gone, and so many with its peer are left.
    pub(crate) fn close(&mut self, id: usize, peer_id: PeerId, left: usize) {
        self.behaviour.on_swarm_event(FromSwarm::ConnectionClosed(ConnectionClosed {
            peer_id,
            connection_id: ConnectionId::new_unchecked(id),
            endpoint: &endpoint(None, Direction::Inbound),
            cause: None,
            remaining_established: left,
        }));
    }

    /// What the swarm is told next.
    pub(crate) fn poll(&mut self) -> Poll<Order> {
        let waker = Waker::from(self.wakes.clone());
        self.behaviour.poll(&mut Context::from_waker(&waker)).map(|order| match order {
            ToSwarm::CloseConnection { peer_id, connection: CloseConnection::All } => {
                Order::CloseAll(peer_id)
            }
            ToSwarm::CloseConnection { connection: CloseConnection::One(id), .. } => {
                Order::Close(number(id))
            }
            ToSwarm::Dial { opts } => Order::Dial(opts),
            ToSwarm::GenerateEvent(event) => Order::Tell(event.kind),
            other => panic!("{other:?}"),
        })
    }

    /// All that the swarm is told until there is nothing more, however often others go first.
    pub(crate) fn orders(&mut self) -> Vec<Order> {
        let mut orders = Vec::new();
        loop {
            let wakes = self.wakes.count();
            match self.poll() {
                Poll::Ready(order) => orders.push(order),
                Poll::Pending if self.wakes.count() == wakes => return orders,
                Poll::Pending => {}
            }
        }
    }

    /// The dials among all that the swarm is told.
    pub(crate) fn dials(&mut self) -> Vec<DialOpts> {
        let dials = self.orders().into_iter().filter_map(|order| match order {
            Order::Dial(opts) => Some(opts),
            Order::Close(_) | Order::CloseAll(_) | Order::Tell(_) => None,
        });
        dials.collect()
    }

    /// The connections that are closed one by one, in the order of their numbers.
    pub(crate) fn closes(&mut self) -> Vec<usize> {
        let mut closes: Vec<_> = self
            .orders()
            .into_iter()
            .filter_map(|order| match order {
                Order::Close(id) => Some(id),
                Order::CloseAll(peer) => panic!("every connection with {peer} is closed"),
                Order::Dial(_) | Order::Tell(_) => None,
            })
            .collect();
        closes.sort_unstable();
        closes
    }
}

fn endpoint(ip: Option<IpAddr>, direction: Direction) -> ConnectedPoint {
    let there = match ip {
        Some(ip) => Multiaddr::from(ip).with(Protocol::Tcp(1)),
        None => "/memory/1".parse().unwrap(),
    };
    match direction {
        Direction::Inbound => ConnectedPoint::Listener {
            local_addr: "/ip4/192.0.2.1/tcp/1".parse().unwrap(),
            send_back_addr: there,
        },
        Direction::Outbound => ConnectedPoint::Dialer {
            address: there,
            role_override: Endpoint::Dialer,
            port_use: PortUse::Reuse,
        },
    }
}

/// Of a connection that a test has numbered.
fn number(id: ConnectionId) -> usize {
    id.to_string().parse().unwrap()
}
