//! Deliveries of handlers after a ban, at moments that no swarm can be made to stop at.

use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use libp2p::core::ConnectedPoint;
use libp2p::swarm::behaviour::{ConnectionClosed, ConnectionEstablished};
use libp2p::swarm::{CloseConnection, ConnectionId, FromSwarm, NetworkBehaviour, ToSwarm};
use libp2p::{PeerId, ping};
use peerwarden_libp2p::{
    Behaviour, Config, DriverOptions, EventKind, Guard, GuardEvent, Handle, ManualTimer,
    Misbehavior, Origin, Subject,
};

use crate::by_hand::Wakes;

/// A guard around ping, with the test in the part of the swarm.
struct ByHand {
    guard: Guard<ping::Behaviour, ManualTimer>,
    handle: Handle,
    timer: ManualTimer,
    peer: PeerId,
}

/// Part of an order to the swarm that these tests look at.
#[derive(Debug, Eq, PartialEq)]
enum Order {
    Banned,
    Close,
    Ping(ConnectionId),
    Unbanned,
}

#[test]
fn deliveries_of_a_peer_that_may_connect_reach_the_inner_behaviour() {
    let mut by_hand = ByHand::new(Config::default());
    by_hand.establish(1, "/ip4/192.0.2.2/tcp/2");

    by_hand.deliver(1);

    assert_eq!(by_hand.orders(), [Order::Ping(id(1))]);
}

#[test]
fn nothing_is_delivered_between_a_ban_and_the_closed_connection() {
    let mut by_hand = ByHand::new(Config::default());
    by_hand.establish(1, "/ip4/192.0.2.2/tcp/2");

    by_hand.ban(Subject::Peer(by_hand.peer));
    by_hand.deliver(1);
    assert_eq!(by_hand.orders(), [Order::Close, Order::Banned]);
    by_hand.deliver(1);

    assert_eq!(by_hand.orders(), []);
}

#[test]
fn a_connection_that_was_told_to_close_delivers_nothing_after_a_pardon_either() {
    let mut by_hand = ByHand::new(Config::default());
    by_hand.establish(1, "/ip4/192.0.2.2/tcp/2");
    by_hand.ban(Subject::Peer(by_hand.peer));
    assert_eq!(by_hand.orders(), [Order::Close, Order::Banned]);

    by_hand.handle.unban(Subject::Peer(by_hand.peer), None).unwrap();
    by_hand.establish(2, "/ip4/192.0.2.2/tcp/3");
    by_hand.deliver(1);
    by_hand.deliver(2);

    assert_eq!(by_hand.orders(), [Order::Unbanned, Order::Ping(id(2))]);
}

#[test]
fn of_a_banned_network_only_the_connections_inside_deliver_nothing() {
    let mut by_hand = ByHand::new(Config::default());
    by_hand.establish(1, "/ip4/192.0.2.2/tcp/2");
    by_hand.establish(2, "/ip4/198.51.100.2/tcp/2");

    by_hand.ban(Subject::Addr("192.0.2.0/24".parse().unwrap()));
    by_hand.deliver(1);
    by_hand.deliver(2);

    let orders = by_hand.orders();
    assert!(!orders.contains(&Order::Ping(id(1))), "{orders:?}");
    assert!(orders.contains(&Order::Ping(id(2))), "{orders:?}");
}

#[test]
fn a_connection_of_which_something_was_dropped_closes_although_the_ban_was_lifted_meanwhile() {
    let mut by_hand = ByHand::new(Config::default());
    by_hand.establish(1, "/ip4/192.0.2.2/tcp/2");
    by_hand.establish(2, "/ip4/192.0.2.2/tcp/3");
    let network = Subject::Addr("192.0.2.0/24".parse().unwrap());

    by_hand.ban(network.clone());
    by_hand.deliver(1);
    by_hand.handle.unban(network, None).unwrap();
    by_hand.deliver(1);
    by_hand.deliver(2);

    let orders = by_hand.orders();
    let closed: Vec<_> = orders.iter().filter(|order| **order == Order::Close).collect();
    assert_eq!(closed.len(), 1, "{orders:?}");
    assert!(orders.contains(&Order::Ping(id(2))), "{orders:?}");
    assert!(!orders.contains(&Order::Ping(id(1))), "{orders:?}");
}

#[test]
fn a_ban_by_penalties_cuts_off_in_the_middle_of_what_was_queued() {
    let mut by_hand = ByHand::new(Config::default());
    by_hand.establish(1, "/ip4/192.0.2.2/tcp/2");

    let mut delivered = 0;
    for _ in 0..120 {
        by_hand.handle.report(by_hand.peer, Misbehavior::INVALID_MESSAGE).unwrap();
        by_hand.deliver(1);
        delivered +=
            by_hand.orders().iter().filter(|order| matches!(order, Order::Ping(_))).count();
    }

    assert_eq!(delivered, 100);
}

#[test]
fn what_is_dropped_during_a_farewell_does_not_cut_it_short() {
    let mut by_hand = ByHand::with_farewell(5);
    by_hand.establish(1, "/ip4/192.0.2.2/tcp/2");
    by_hand.ban(Subject::Peer(by_hand.peer));
    assert_eq!(by_hand.orders(), [Order::Banned]);

    by_hand.timer.advance(Duration::from_secs(4));
    by_hand.deliver(1);
    assert_eq!(by_hand.orders(), []);

    by_hand.timer.advance(Duration::from_secs(1));
    assert_eq!(by_hand.orders(), [Order::Close]);
    by_hand.closed(1);
    assert_eq!((by_hand.orders(), by_hand.timer.armed()), (vec![], vec![]));
}

#[test]
fn a_connection_that_misses_something_goes_although_its_farewell_ends_with_a_pardon() {
    let mut by_hand = ByHand::with_farewell(5);
    by_hand.establish(1, "/ip4/192.0.2.2/tcp/2");
    by_hand.establish(2, "/ip4/192.0.2.2/tcp/3");
    let peer = Subject::Peer(by_hand.peer);
    by_hand.ban(peer.clone());
    by_hand.deliver(1);
    by_hand.handle.unban(peer, None).unwrap();
    assert_eq!(by_hand.orders(), [Order::Banned, Order::Unbanned]);
    by_hand.deliver(1);
    by_hand.deliver(2);
    assert_eq!(by_hand.orders(), [Order::Ping(id(2))]);

    by_hand.timer.advance(Duration::from_secs(5));

    assert_eq!(by_hand.orders(), [Order::Close]);
    by_hand.deliver(2);
    assert_eq!(by_hand.orders(), [Order::Ping(id(2))]);
}

impl ByHand {
    fn new(config: Config) -> Self {
        Self::with_options(config, &DriverOptions::default())
    }

    /// Leaves connections up for so long after a ban, and asks for no scores.
    fn with_farewell(secs: u64) -> Self {
        let farewell = Duration::from_secs(secs);
        let options = DriverOptions::default().with_farewell(farewell).unwrap();
        Self::with_options(Config::flow(), &options)
    }

    fn with_options(config: Config, options: &DriverOptions) -> Self {
        let timer = ManualTimer::new();
        let warden = Behaviour::new(config, timer.clone()).with_options(options);
        let guard = Guard::new(warden, ping::Behaviour::default());
        Self { handle: guard.handle(), guard, timer, peer: PeerId::random() }
    }

    fn ban(&self, subject: Subject<PeerId>) {
        let _ = self.handle.ban(subject, None, Origin::Operator).unwrap();
    }

    /// An inbound connection comes up.
    fn establish(&mut self, n: usize, from: &str) {
        let endpoint = inbound(from);
        self.guard.on_swarm_event(FromSwarm::ConnectionEstablished(ConnectionEstablished {
            peer_id: self.peer,
            connection_id: id(n),
            endpoint: &endpoint,
            failed_addresses: &[],
            other_established: n - 1,
        }));
    }

    /// The last connection is gone.
    fn closed(&mut self, n: usize) {
        let endpoint = inbound("/ip4/192.0.2.2/tcp/2");
        self.guard.on_swarm_event(FromSwarm::ConnectionClosed(ConnectionClosed {
            peer_id: self.peer,
            connection_id: id(n),
            endpoint: &endpoint,
            cause: None,
            remaining_established: 0,
        }));
    }

    /// The handler of a connection delivers the result of a ping.
    fn deliver(&mut self, n: usize) {
        self.guard.on_connection_handler_event(self.peer, id(n), Ok(Duration::from_millis(1)));
    }

    /// Everything that the swarm is told, until the guard is idle.
    fn orders(&mut self) -> Vec<Order> {
        let waker = Waker::from(Arc::<Wakes>::default());
        let mut orders = Vec::new();
        while let Poll::Ready(order) = self.guard.poll(&mut Context::from_waker(&waker)) {
            match order {
                ToSwarm::CloseConnection { connection: CloseConnection::All, .. }
                | ToSwarm::CloseConnection { connection: CloseConnection::One(_), .. } => {
                    orders.push(Order::Close);
                }
                ToSwarm::GenerateEvent(GuardEvent::Inner(event)) => {
                    orders.push(Order::Ping(event.connection));
                }
                ToSwarm::GenerateEvent(GuardEvent::Warden(event)) => match event.kind {
                    EventKind::Banned { .. } => orders.push(Order::Banned),
                    EventKind::Unbanned { .. } => orders.push(Order::Unbanned),
                    _ => {}
                },
                other => panic!("{other:?}"),
            }
        }
        orders
    }
}

fn inbound(from: &str) -> ConnectedPoint {
    ConnectedPoint::Listener {
        local_addr: "/ip4/192.0.2.1/tcp/1".parse().unwrap(),
        send_back_addr: from.parse().unwrap(),
    }
}

fn id(n: usize) -> ConnectionId {
    ConnectionId::new_unchecked(n)
}
