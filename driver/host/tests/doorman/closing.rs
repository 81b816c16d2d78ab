//! Connections that are closed, and news to the engine of those that are left.

use std::time::Duration;

use futures::{FutureExt, StreamExt};
use peerwarden_host::{Cause, Direction, NoticeKind, Origin, Subject, Tag, Task};

use crate::node::{Node, config, ip};
use crate::peer::Peer;

#[test]
fn a_banned_peer_loses_every_connection_each_of_them_once() {
    let (mut node, peer) = (Node::new(config()), Peer::random());
    let _one = node.admit(peer, "192.0.2.1", 1).unwrap();
    let _two = node.admit(peer, "198.51.100.1", 2).unwrap();
    let _other = node.admit(Peer::random(), "192.0.2.1", 3).unwrap();
    node.ban(peer);

    assert_eq!(node.closes(), [1, 2]);

    node.warden().ban(Subject::Peer(peer), None, Origin::Remote).unwrap();
    assert_eq!(node.closes(), [0; 0], "they are being closed");
    assert_eq!(node.doorman.connections(), 3, "and count until they are");
}

#[test]
fn a_connection_that_waits_to_be_closed_says_so_when_it_is_checked() {
    let (mut node, peer) = (Node::new(config()), Peer::random());
    let connection = node.admit(peer, "192.0.2.1", 1).unwrap();
    let mut other = node.admit(Peer::random(), "198.51.100.1", 2).unwrap();
    let mut notices = node.warden().subscribe().unwrap();
    assert!(connection.check().is_ok());

    node.ban(peer);
    let refusal = connection.check().unwrap_err();
    assert_eq!((refusal.peer, refusal.denial.cause), (Some(peer), Cause::Operator));
    assert!(other.check().is_ok());
    assert_eq!(node.closes(), [1]);
    assert!(connection.check().is_err(), "and until it is dropped");
    let kinds: Vec<_> = std::iter::from_fn(|| Some(notices.next().now_or_never()??.kind)).collect();
    assert!(
        matches!(&kinds[..], [NoticeKind::Banned { .. }]),
        "none of that is a refused connection: {kinds:?}"
    );

    node.ban("203.0.113.0/24");
    other.moved(ip("203.0.113.1"));
    assert!(other.check().is_err(), "it is judged by where it is");

    node.unban(peer);
    assert!(connection.check().is_ok());
    drop(node);
    assert!(other.check().is_ok(), "there is no node to ask");
}

#[test]
fn a_peer_counts_once_and_until_its_last_connection_is_gone() {
    let (node, peer) = (Node::new(config()), Peer::random());
    let one = node.admit(peer, "192.0.2.1", 1).unwrap();
    let two = node.admit(peer, "-", 2).unwrap();
    assert_eq!((node.connected(), node.doorman.connections()), (1, 2));

    drop(one);
    assert_eq!((node.connected(), node.doorman.connections()), (1, 1));

    drop(two);
    assert_eq!((node.connected(), node.doorman.connections()), (0, 0));
}

#[test]
fn when_the_connection_seen_last_is_gone_the_engine_hears_of_one_that_is_left() {
    let (node, peer) = (Node::new(config()), Peer::random());
    let one = node.admit(peer, "192.0.2.1", 1).unwrap();
    let two = node.admit(peer, "198.51.100.2", 2).unwrap();
    let _relayed = node.admit(peer, "-", 3).unwrap();
    assert_eq!(node.seen_at(&peer), ip("198.51.100.2"));

    drop(two);
    assert_eq!(node.seen_at(&peer), ip("192.0.2.1"));

    drop(one);
    assert_eq!((node.connected(), node.doorman.connections()), (1, 1));
}

#[test]
fn a_banned_network_closes_what_comes_from_there_and_leaves_the_rest() {
    let (mut node, peer) = (Node::new(config()), Peer::random());
    let _stays = node.admit(peer, "198.51.100.1", 1).unwrap();
    let goes = node.admit(peer, "192.0.2.1", 2).unwrap();
    let _gone_too = node.admit(Peer::random(), "192.0.2.77", 3).unwrap();
    let dialled = Peer::random();
    let _dialled = node.doorman.admit(dialled, ip("192.0.2.78"), Direction::Outbound, 4).unwrap();
    node.ban("192.0.2.0/24");

    assert_eq!(node.closes(), [2, 3, 4]);
    assert_eq!(node.seen_at(&peer), ip("198.51.100.1"), "it is told which one stays");
    drop(goes);
    assert_eq!((node.closes(), node.connected()), (vec![], 1), "those that are to go do not count");
}

#[test]
fn a_network_that_is_not_the_one_seen_last_is_looked_through_all_the_same() {
    let (mut node, peer) = (Node::new(config()), Peer::random());
    let _goes = node.admit(peer, "192.0.2.1", 1).unwrap();
    let _mapped = node.admit(peer, "::ffff:192.0.2.2", 2).unwrap();
    let _translated = node.admit(peer, "64:ff9b::192.0.2.3", 3).unwrap();
    let _stays = node.admit(peer, "198.51.100.1", 4).unwrap();
    node.ban("192.0.2.0/24");

    assert_eq!(node.closes(), [1, 2, 3]);
}

#[test]
fn a_relayed_connection_stays_beside_one_that_is_allowed_and_goes_with_the_last() {
    let (mut node, peer) = (Node::new(config()), Peer::random());
    let _relayed = node.admit(peer, "-", 1).unwrap();
    let _stays = node.admit(peer, "198.51.100.1", 2).unwrap();
    let goes = node.admit(peer, "192.0.2.1", 3).unwrap();
    node.ban("192.0.2.0/24");
    assert_eq!(node.closes(), [3]);
    drop(goes);

    node.ban("198.51.100.0/24");
    assert_eq!(node.closes(), [1, 2]);
}

#[test]
fn the_end_of_a_protection_closes_what_is_refused_by_then() {
    let (mut node, peer) = (Node::new(config()), Peer::random());
    let warden = node.warden();
    warden.protect(Subject::Peer(peer), Tag::OPERATOR).unwrap();
    let _one = node.admit(peer, "192.0.2.1", 1).unwrap();
    let _two = node.admit(peer, "198.51.100.1", 2).unwrap();
    node.ban("192.0.2.0/24");
    assert_eq!(node.closes(), [0; 0]);

    warden.unprotect(Subject::Peer(peer), Tag::OPERATOR).unwrap();

    assert_eq!(node.closes(), [1]);
}

#[test]
fn the_end_of_a_networks_protection_closes_what_is_refused_by_then() {
    let (mut node, peer) = (Node::new(config()), Peer::random());
    let inside = Subject::Addr("192.0.2.0/28".parse().unwrap());
    let warden = node.warden();
    warden.protect(inside.clone(), Tag::OPERATOR).unwrap();
    let _one = node.admit(peer, "192.0.2.1", 1).unwrap();
    let _two = node.admit(peer, "198.51.100.1", 2).unwrap();
    node.ban("192.0.2.0/24");
    assert_eq!(node.closes(), [0; 0]);

    warden.unprotect(inside, Tag::OPERATOR).unwrap();

    assert_eq!(node.closes(), [1]);
}

#[test]
fn what_came_after_a_pardon_is_not_closed_for_the_ban_before() {
    let (mut node, peer) = (Node::new(config()), Peer::random());
    let _before = node.admit(peer, "192.0.2.1", 1).unwrap();
    node.ban(peer);
    node.unban(peer);
    let _after = node.admit(peer, "192.0.2.1", 2).unwrap();

    assert_eq!(node.closes(), [1]);

    node.ban(peer);
    assert_eq!(node.closes(), [2]);
}

#[test]
fn a_ban_of_thousands_is_carried_out_in_slices_to_the_last() {
    let mut node = Node::new(config());
    let peer = Peer::random();
    let one = (0..1_500).map(|n| node.admit(peer, "192.0.2.1", n).unwrap());
    let mut all: Vec<_> = one.collect();
    let many = (1_500..3_000).map(|n| node.admit(Peer::random(), "192.0.2.1", n).unwrap());
    all.extend(many);
    node.ban(peer);
    assert_eq!(node.closes(), (0..1_500).collect::<Vec<_>>());

    node.ban("192.0.2.0/24");
    assert_eq!(node.closes(), (1_500..3_000).collect::<Vec<_>>());

    drop(all);
    assert_eq!((node.connected(), node.doorman.connections()), (0, 0));
}

#[test]
fn a_connection_that_moves_into_a_banned_network_is_closed() {
    let (mut node, peer) = (Node::new(config()), Peer::random());
    node.ban("192.0.2.0/24");
    let mut moving = node.admit(peer, "198.51.100.1", 1).unwrap();
    moving.moved(ip("203.0.113.5"));
    assert_eq!((node.closes(), node.seen_at(&peer)), (vec![], ip("203.0.113.5")));

    moving.moved(ip("192.0.2.1"));

    assert_eq!(node.closes(), [1]);
}

#[test]
fn a_connection_that_moves_behind_a_relay_leaves_its_place_to_another() {
    let (node, peer) = (Node::new(config()), Peer::random());
    let _other = node.admit(peer, "198.51.100.1", 1).unwrap();
    let mut moving = node.admit(peer, "203.0.113.5", 2).unwrap();

    moving.moved(None);

    assert_eq!(node.seen_at(&peer), ip("198.51.100.1"));
    assert_eq!((node.connected(), node.doorman.connections()), (1, 2));
}

#[test]
fn a_peer_that_was_dialled_is_dialled_again_when_its_ban_is_over() {
    let (mut node, peer) = (Node::new(config().with_redial(true)), Peer::random());
    let out = node.doorman.admit(peer, ip("192.0.2.1"), Direction::Outbound, 1).unwrap();
    let minute = Duration::from_secs(60).try_into().unwrap();
    node.warden().ban(Subject::Peer(peer), Some(minute), Origin::Operator).unwrap();
    assert_eq!(node.due(), [Task::Close { peer, connection: 1 }]);
    drop(out);

    node.timer.advance(Duration::from_secs(60));

    assert_eq!(node.due(), [Task::Dial { peer }]);
    let status = node.warden().status(&peer).unwrap();
    assert!(status.is_none_or(|status| !status.causes.contains(Cause::Operator)));
}
