//! Connections that stay up for a while after a ban, for a last message.

use std::sync::mpsc;
use std::time::Duration;

use peerwarden_host::{
    Direction, DoormanBuilder, DriverOptions, Instant, Origin, Subject, SystemTimer, Task,
};

use crate::node::{Node, config, ip};
use crate::peer::Peer;

#[test]
fn a_banned_peer_keeps_its_connections_for_as_long_as_the_farewell_lasts() {
    let (mut node, peer) = (Node::with_farewell(config(), 5), Peer::random());
    let one = node.admit(peer, "192.0.2.1", 1).unwrap();
    let _two = node.admit(peer, "-", 2).unwrap();
    let _other = node.admit(Peer::random(), "192.0.2.1", 3).unwrap();
    node.ban(peer);

    assert!(node.admit(peer, "192.0.2.1", 4).is_err(), "the gate is shut");
    assert!(one.check().is_err(), "what it still sends need not be answered");
    node.timer.advance(Duration::from_millis(4_999));
    assert_eq!((node.closes(), node.doorman.connections()), (vec![], 3));
    assert_eq!(node.timer.armed(), [Instant::from_secs(5)]);

    node.timer.advance(Duration::from_millis(1));
    assert_eq!(node.closes(), [1, 2]);
    assert_eq!(node.timer.armed(), []);
}

#[test]
fn a_second_ban_does_not_put_the_close_off() {
    let (mut node, peer) = (Node::with_farewell(config(), 5), Peer::random());
    let _open = node.admit(peer, "192.0.2.1", 1).unwrap();
    node.ban(peer);
    node.timer.advance(Duration::from_secs(4));
    node.warden().ban(Subject::Peer(peer), None, Origin::Remote).unwrap();
    node.ban("192.0.2.0/24");

    node.timer.advance(Duration::from_secs(1));

    assert_eq!(node.closes(), [1]);
}

#[test]
fn an_order_to_disconnect_does_not_wait() {
    let (mut node, peer) = (Node::with_farewell(config(), 5), Peer::random());
    let open = node.admit(peer, "192.0.2.1", 1).unwrap();
    node.ban(peer);
    assert_eq!(node.closes(), [0; 0]);

    assert_eq!(node.warden().disconnect(&peer), Ok(true));

    assert_eq!(node.closes(), [1]);
    drop(open);
    assert_eq!((node.closes(), node.timer.armed()), (vec![], vec![]));
}

#[test]
fn a_peer_whose_ban_ends_during_the_farewell_stays() {
    let (mut node, peer) = (Node::with_farewell(config(), 5), Peer::random());
    let open = node.admit(peer, "192.0.2.1", 1).unwrap();
    node.ban(peer);
    node.timer.advance(Duration::from_secs(1));
    node.unban(peer);

    assert_eq!((node.closes(), node.connected()), (vec![], 1));
    let _after = node.admit(peer, "192.0.2.1", 2).unwrap();
    node.timer.advance(Duration::from_secs(60));
    assert_eq!((node.closes(), node.connected()), (vec![], 1));
    assert!(open.check().is_ok());

    node.ban(peer);
    node.timer.advance(Duration::from_secs(5));
    assert_eq!(node.closes(), [1, 2]);
}

#[test]
fn a_peer_that_leaves_by_itself_is_not_closed_when_it_comes_back() {
    let (mut node, peer) = (Node::with_farewell(config(), 5), Peer::random());
    let open = node.admit(peer, "192.0.2.1", 1).unwrap();
    node.ban(peer);
    assert_eq!(node.closes(), [0; 0]);
    drop(open);
    assert_eq!((node.closes(), node.timer.armed()), (vec![], vec![]));

    node.unban(peer);
    let _again = node.admit(peer, "192.0.2.1", 2).unwrap();
    node.timer.advance(Duration::from_secs(60));

    assert_eq!(node.closes(), [0; 0]);
}

#[test]
fn of_a_banned_network_goes_after_the_farewell_what_is_refused_by_then() {
    let (mut node, peer) = (Node::with_farewell(config(), 5), Peer::random());
    let _stays = node.admit(peer, "198.51.100.1", 1).unwrap();
    let _goes = node.admit(peer, "192.0.2.1", 2).unwrap();
    let mut moves = node.admit(Peer::random(), "192.0.2.2", 3).unwrap();
    node.ban("192.0.2.0/24");
    assert_eq!(node.closes(), [0; 0]);
    moves.moved(ip("203.0.113.1"));

    node.timer.advance(Duration::from_secs(5));
    assert_eq!(node.closes(), [2]);
    assert_eq!((node.seen_at(&peer), node.connected()), (ip("198.51.100.1"), 2));

    node.ban("198.51.100.0/24");
    node.timer.advance(Duration::from_secs(1));
    node.unban("198.51.100.0/24");
    node.timer.advance(Duration::from_secs(4));
    assert_eq!((node.closes(), node.timer.armed()), (vec![], vec![]));
    assert_eq!(node.connected(), 2);
}

#[test]
fn a_connection_that_moves_into_a_banned_network_is_closed_at_once() {
    let (mut node, peer) = (Node::with_farewell(config(), 5), Peer::random());
    node.ban("192.0.2.0/24");
    node.timer.advance(Duration::from_secs(5));
    assert_eq!(node.closes(), [0; 0]);
    let mut moving = node.admit(peer, "198.51.100.1", 1).unwrap();

    moving.moved(ip("192.0.2.1"));

    assert_eq!(node.closes(), [1]);
}

#[test]
fn in_real_time_a_thread_closes_when_the_farewell_is_over_and_not_before() {
    let farewell = Duration::from_millis(50);
    let options = DriverOptions::<Peer>::default().with_farewell(farewell).unwrap();
    let builder = DoormanBuilder::<Peer, u32, _>::new(config(), SystemTimer::new());
    let (doorman, tasks) = builder.with_options(&options).build();
    let (peer, warden) = (Peer::random(), doorman.handle());
    let _open = doorman.admit(peer, ip("192.0.2.1"), Direction::Inbound, 1).unwrap();
    let (done, told) = mpsc::channel();
    let closed = warden.clone();
    let thread = tasks.spawn(move |task| done.send((task, closed.now())).unwrap()).unwrap();

    let banned = warden.now().unwrap();
    warden.ban(Subject::Peer(peer), None, Origin::Operator).unwrap();

    let (task, at) = told.recv_timeout(Duration::from_secs(60)).unwrap();
    assert_eq!(task, Task::Close { peer, connection: 1 });
    let waited = at.unwrap().saturating_duration_since(banned);
    assert!(waited >= farewell, "{waited:?}");
    drop(doorman);
    thread.join().unwrap();
}
