//! Redials: how many at once, how often, and until when.

use std::time::Duration;

use libp2p::Multiaddr;
use libp2p::PeerId;
use libp2p::connection_limits::{self, ConnectionLimits};
use libp2p::core::transport::TransportError;
use libp2p::swarm::dial_opts::{DialOpts, PeerCondition};
use libp2p::swarm::{ConnectionDenied, DialError, NetworkBehaviour, Swarm, SwarmEvent};
use peerwarden_libp2p::{
    Behaviour, Config, Direction, DriverOptions, EventKind, Handle, Instant, ManualTimer, Origin,
    RedialError, Subject, Tag,
};

use crate::many::{Many, Order};
use crate::node::{Node, seconds};
use crate::peer::Peer;
use crate::swarm::{at, listening, until};

#[test]
fn of_ten_thousand_bans_that_end_together_four_lead_to_a_dial_at_a_time() {
    let mut warden = Many::new(Config::flow());
    let peers = released(&mut warden, 10_000);

    let mut under_way = warden.dials();
    let mut dialled: Vec<_> = under_way.iter().filter_map(DialOpts::get_peer_id).collect();
    assert_eq!(under_way.len(), 4);
    while let Some(dial) = under_way.pop() {
        let peer = dial.get_peer_id().unwrap();
        if dialled.len() % 2 == 0 {
            warden.succeed(&dial, peer);
        } else {
            warden.fail(&dial, peer, &DialError::NoAddresses);
        }
        let next = warden.dials();
        dialled.extend(next.iter().filter_map(DialOpts::get_peer_id));
        under_way.extend(next);
        assert!(under_way.len() <= 4);
    }

    // Each of them once so far, in the order in which the bans ended.
    assert_eq!(dialled, peers);
}

#[test]
fn so_many_dials_are_under_way_at_once_as_the_options_say() {
    let mut warden = Many::new(Config::flow());
    let options = DriverOptions::default().with_max_redials(9.try_into().unwrap());
    warden.behaviour = warden.behaviour.with_options(&options);
    released(&mut warden, 20);

    assert_eq!(warden.dials().len(), 9);
}

#[test]
fn a_peer_that_is_down_is_dialled_six_times_in_an_hour_and_given_up() {
    let mut warden = Many::new(Config::flow());
    let peer = released(&mut warden, 1)[0];

    let (tries, mut waits) = (warden.fail_until_it_rests(), Vec::new());
    assert_eq!(tries, [failed(peer)]);
    while let [due] = warden.timer.armed()[..] {
        let wait = due.saturating_duration_since(warden.handle.now().unwrap());
        waits.push(wait);
        // Not a moment sooner.
        warden.timer.advance(wait - Duration::from_nanos(1));
        assert!(warden.dials().is_empty());
        warden.timer.advance(Duration::from_nanos(1));
        let told = warden.fail_until_it_rests();
        if waits.len() < 5 {
            assert_eq!(told, [failed(peer)]);
        } else {
            let error = RedialError::NoAddresses;
            assert_eq!(told, [failed(peer), EventKind::RedialGaveUp { peer, tries: 6, error }]);
        }
    }

    let minutes = [2, 4, 8, 16, 32].map(|minutes| Duration::from_secs(60 * minutes));
    for (wait, longest) in waits.iter().zip(minutes) {
        assert!(*wait <= longest && *wait >= longest * 3 / 4, "{waits:?}");
    }
    assert_eq!(waits.len(), 5);
    warden.timer.advance(Duration::from_secs(86_400));
    assert!(warden.orders().is_empty());
}

#[test]
fn a_peer_is_dialled_as_often_as_the_options_say() {
    let mut warden = Many::new(Config::flow());
    let options = DriverOptions::default().with_redial_attempts(1.try_into().unwrap());
    warden.behaviour = warden.behaviour.with_options(&options);
    let peer = released(&mut warden, 1)[0];

    let error = RedialError::NoAddresses;
    assert_eq!(
        warden.fail_until_it_rests(),
        [failed(peer), EventKind::RedialGaveUp { peer, tries: 1, error }]
    );
    assert_eq!(warden.timer.armed(), []);
}

#[test]
fn a_protected_peer_is_dialled_without_end_ten_minutes_apart_at_most() {
    let mut warden = Many::new(Config::flow());
    let peer = PeerId::random();
    warden.handle.protect(Subject::Peer(peer), Tag::OPERATOR).unwrap();
    release(&mut warden, &[peer]);

    for _ in 0..100 {
        assert_eq!(warden.fail_until_it_rests(), [failed(peer)]);
        let [due] = warden.timer.armed()[..] else {
            panic!("it is not tried again");
        };
        let wait = due.saturating_duration_since(warden.handle.now().unwrap());
        assert!(wait <= Duration::from_secs(600) && wait > Duration::ZERO, "{wait:?}");
        warden.timer.advance(wait);
    }
}

#[test]
fn whatever_went_wrong_it_is_tried_again() {
    let other: ConnectionDenied = ConnectionDenied::new(std::io::Error::other("full"));
    let address: Multiaddr = "/ip4/192.0.2.1/tcp/1".parse().unwrap();
    let wrong = TransportError::MultiaddrNotSupported(address.clone());
    for error in [
        DialError::Denied { cause: other },
        DialError::DialPeerConditionFalse(PeerCondition::NotDialing),
        DialError::NoAddresses,
        DialError::Aborted,
        DialError::Transport(vec![(address.clone(), wrong)]),
        DialError::WrongPeerId { obtained: PeerId::random(), address: address.clone() },
        DialError::LocalPeerId { address },
    ] {
        let mut warden = Many::new(Config::flow());
        let peer = released(&mut warden, 1)[0];
        let dial = warden.dials().pop().unwrap();

        warden.fail(&dial, peer, &error);
        warden.timer.advance(Duration::from_secs(120));

        let again: Vec<_> = warden.dials().iter().map(DialOpts::get_peer_id).collect();
        assert_eq!(again, [Some(peer)], "{error}");
    }
}

#[test]
fn peers_that_failed_at_the_same_moment_are_not_dialled_in_step() {
    let mut warden = Many::new(Config::flow());
    let options = DriverOptions::default().with_max_redials(100.try_into().unwrap());
    warden.behaviour = warden.behaviour.with_options(&options);
    released(&mut warden, 100);
    let told = warden.fail_until_it_rests();
    assert_eq!(told.len(), 100);

    warden.timer.advance(Duration::from_secs(105));

    let early = warden.dials().len();
    assert!((20..80).contains(&early), "{early} of 100 in the first half of the time");
}

#[test]
fn a_peer_that_is_banned_again_is_not_dialled_any_more() {
    let mut warden = Many::new(Config::flow());
    let peer = released(&mut warden, 1)[0];
    assert_eq!(warden.fail_until_it_rests(), [failed(peer)]);

    warden.handle.ban(Subject::Peer(peer), Some(seconds(7_200)), Origin::Operator).unwrap();
    warden.timer.advance(Duration::from_secs(3_600));

    assert!(warden.dials().is_empty());
    assert_eq!(warden.timer.armed(), [Instant::from_secs(60 + 7_200)]);
}

#[test]
fn a_peer_that_is_banned_while_it_is_dialled_is_told_of_once_and_left_alone() {
    let mut warden = Many::new(Config::flow());
    let peer = released(&mut warden, 1)[0];
    let dial = warden.dials().pop().unwrap();
    warden.handle.ban(Subject::Peer(peer), None, Origin::Operator).unwrap();
    let _ = warden.orders();

    warden.fail(&dial, peer, &DialError::NoAddresses);

    assert_eq!(told(warden.orders()), [failed(peer)]);
    assert_eq!(warden.timer.armed(), []);
}

#[test]
fn a_peer_that_connects_by_itself_is_not_dialled_any_more() {
    let mut warden = Many::new(Config::flow());
    let peer = released(&mut warden, 1)[0];
    assert_eq!(warden.fail_until_it_rests(), [failed(peer)]);

    warden.establish(2_000_000, peer, "192.0.2.2".parse().ok(), Direction::Inbound);
    warden.close(2_000_000, peer, 0);

    warden.timer.advance(Duration::from_secs(3_600));
    assert!(warden.dials().is_empty());
}

#[apply(test!)]
async fn a_dial_that_another_behaviour_refuses_is_made_when_there_is_room() {
    let mut node = Limited::start().await;
    let (peer, silent) = (Peer::start().await, std::net::TcpListener::bind("127.0.0.1:0").unwrap());
    node.swarm.dial(at(&peer.addr, peer.id)).unwrap();
    node.connected(peer.id).await;
    node.handle.ban(Subject::Peer(peer.id), Some(seconds(60)), Origin::Operator).unwrap();
    node.disconnected(peer.id).await;
    // Somebody who never says a word takes up the only place.
    let port = silent.local_addr().unwrap().port();
    let nobody: Multiaddr = format!("/ip4/127.0.0.1/tcp/{port}").parse().unwrap();
    node.swarm.dial(nobody).unwrap();

    node.timer.advance(Duration::from_secs(60));
    assert_eq!(node.failed_redial().await, RedialError::DeniedElsewhere);
    drop(silent);
    until(&mut node.swarm, |event| match event {
        SwarmEvent::OutgoingConnectionError { peer_id: None, .. } => Some(()),
        _ => None,
    })
    .await;
    node.timer.advance(Duration::from_secs(120));

    node.connected(peer.id).await;
}

#[apply(test!)]
async fn a_peer_that_was_down_when_its_ban_ended_is_connected_once_it_is_back() {
    let (mut node, peer) = (Node::start(Config::flow()).await, Peer::start().await);
    node.dial(&peer).await;
    node.ban(peer.id, 60);
    node.disconnected(peer.id).await;
    peer.close_listener().await;
    for wait in [60, 120, 240] {
        node.timer.advance(Duration::from_secs(wait));
        node.failed_redial().await;
    }

    peer.listen_at(peer.addr.clone()).await;
    node.timer.advance(Duration::from_secs(480));

    node.connected(peer.id).await;
}

#[apply(test!)]
async fn a_peer_that_somebody_else_dials_in_vain_is_dialled_again() {
    let (mut node, peer) = (Node::start(Config::flow()).await, Peer::start().await);
    node.dial(&peer).await;
    node.ban(peer.id, 60);
    node.disconnected(peer.id).await;
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = silent.local_addr().unwrap().port();
    let nobody: Multiaddr = format!("/ip4/127.0.0.1/tcp/{port}").parse().unwrap();
    node.handle.unban(Subject::Peer(peer.id), None).unwrap();
    node.swarm.dial(at(&nobody, peer.id)).unwrap();
    assert_eq!(node.failed_redial().await, RedialError::AlreadyDialing);

    drop(silent);
    node.until(|event| match event {
        SwarmEvent::OutgoingConnectionError { .. } => Some(()),
        _ => None,
    })
    .await;
    node.timer.advance(Duration::from_secs(120));

    node.connected(peer.id).await;
}

/// A node that may have one dial under way.
struct Limited {
    swarm: Swarm<Net>,
    timer: ManualTimer,
    handle: Handle,
}

#[derive(NetworkBehaviour)]
struct Net {
    warden: Behaviour<ManualTimer>,
    limits: connection_limits::Behaviour,
}

impl Limited {
    async fn start() -> Self {
        let timer = ManualTimer::new();
        let warden = Behaviour::new(Config::flow(), timer.clone());
        let handle = warden.handle();
        let limits = ConnectionLimits::default().with_max_pending_outgoing(Some(1));
        let limits = connection_limits::Behaviour::new(limits);
        let (swarm, _, _) = listening(Net { warden, limits }).await;
        Self { swarm, timer, handle }
    }

    async fn connected(&mut self, peer: PeerId) {
        until(&mut self.swarm, |event| match event {
            SwarmEvent::ConnectionEstablished { peer_id, .. } => (peer_id == peer).then_some(()),
            _ => None,
        })
        .await;
    }

    async fn disconnected(&mut self, peer: PeerId) {
        until(&mut self.swarm, |event| match event {
            SwarmEvent::ConnectionClosed { peer_id, .. } => (peer_id == peer).then_some(()),
            _ => None,
        })
        .await;
    }

    async fn failed_redial(&mut self) -> RedialError {
        until(&mut self.swarm, |event| match event {
            SwarmEvent::Behaviour(NetEvent::Warden(event)) => error(event.kind),
            _ => None,
        })
        .await
    }
}

impl Node {
    async fn failed_redial(&mut self) -> RedialError {
        self.until(|event| match event {
            SwarmEvent::Behaviour(event) => error(event.kind),
            _ => None,
        })
        .await
    }
}

fn error(kind: EventKind) -> Option<RedialError> {
    match kind {
        EventKind::RedialFailed { error, .. } => Some(error),
        _ => None,
    }
}

impl Many {
    /// Fails every dial until none is under way or due. What the application is told, apart from
    /// bans that end.
    fn fail_until_it_rests(&mut self) -> Vec<EventKind> {
        let mut events = Vec::new();
        loop {
            let mut dials = Vec::new();
            for order in self.orders() {
                match order {
                    Order::Dial(opts) => dials.push(opts),
                    Order::Tell(EventKind::Unbanned { .. }) => {}
                    Order::Tell(kind) => events.push(kind),
                    Order::Close(_) | Order::CloseAll(_) => panic!("{order:?}"),
                }
            }
            if dials.is_empty() {
                return events;
            }
            for dial in dials {
                let peer = dial.get_peer_id().unwrap();
                self.fail(&dial, peer, &DialError::NoAddresses);
            }
        }
    }
}

/// So many peers whose bans are over, and that are to be dialled.
fn released(warden: &mut Many, count: usize) -> Vec<PeerId> {
    let peers: Vec<_> = (0..count).map(|_| PeerId::random()).collect();
    release(warden, &peers);
    peers
}

fn release(warden: &mut Many, peers: &[PeerId]) {
    for (n, peer) in peers.iter().enumerate() {
        let id = NOT_A_DIALS + n;
        warden.establish(id, *peer, "192.0.2.2".parse().ok(), Direction::Outbound);
        warden.handle.ban(Subject::Peer(*peer), Some(seconds(60)), Origin::Operator).unwrap();
    }
    let _ = warden.orders();
    for (n, peer) in peers.iter().enumerate() {
        warden.close(NOT_A_DIALS + n, *peer, 0);
    }
    warden.timer.advance(Duration::from_secs(60));
}

/// What is told of a dial of a released peer that failed.
fn failed(peer: PeerId) -> EventKind {
    let addresses = vec!["/ip4/192.0.2.2/tcp/1".parse().unwrap()];
    EventKind::RedialFailed { peer, addresses, error: RedialError::NoAddresses }
}

fn told(orders: Vec<Order>) -> Vec<EventKind> {
    let told = orders.into_iter().filter_map(|order| match order {
        Order::Tell(kind) => Some(kind),
        Order::Close(_) | Order::CloseAll(_) | Order::Dial(_) => None,
    });
    told.collect()
}

/// Numbers of connections that no dial is given.
const NOT_A_DIALS: usize = 1_000_000;
