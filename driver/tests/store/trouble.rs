//! A store that cannot be written while the node runs.

use std::thread;
use std::time::{Duration, Instant};

use peerwarden_libp2p::{FlushError, Verdict};

use crate::node::{Node, somebody};
use crate::shelf::Shelf;

const FULL: &str = "no room to write the shelf (no storage space): make some, or raise the limit";

#[test]
fn what_could_not_be_written_is_enforced_and_reported_and_written_later() {
    let shelf = Shelf::default();
    let node = Node::start(shelf.clone());
    let (peer, subject) = somebody();
    shelf.look(|contents| contents.full = true);
    node.ban(subject.clone(), 3_600);

    let error = node.handle.flush().wait().unwrap_err();
    assert_eq!(error.to_string(), FULL);
    assert!(matches!(node.handle.check_peer(&peer, None), Ok(Verdict::Deny(_))));
    let health = node.handle.store_health().unwrap().unwrap();
    assert_eq!((health.rows, health.waiting, health.writes), (0, 1, 0));
    assert!(health.errors >= 1);
    assert_eq!(health.failing.map(|error| error.to_string()), Some(FULL.to_owned()));

    shelf.look(|contents| contents.full = false);
    let started = Instant::now();
    while node.handle.store_health().unwrap().unwrap().waiting > 0 {
        assert!(started.elapsed() < Duration::from_secs(60));
        thread::sleep(Duration::from_millis(10));
    }
    node.flush();
    let health = node.handle.store_health().unwrap().unwrap();
    assert_eq!((health.rows, health.waiting, health.writes), (1, 0, 1));
    assert!(health.failing.is_none());
    assert!(health.lag >= Duration::from_millis(20));
    drop(node);
    assert_eq!(Node::start(shelf).bans(), [(subject, Some(3_600))]);
}

#[test]
fn of_many_that_could_not_be_written_all_are_later() {
    let shelf = Shelf::default();
    let node = Node::start(shelf.clone());
    shelf.look(|contents| contents.full = true);
    for _ in 0..3_000 {
        node.ban(somebody().1, 3_600);
    }
    assert!(node.handle.flush().wait().is_err());
    assert_eq!(node.handle.store_health().unwrap().unwrap().waiting, 3_000);
    shelf.look(|contents| contents.full = false);

    node.flush();

    assert_eq!(shelf.rows(), 3_000);
}

#[test]
fn a_ban_that_is_over_before_it_could_be_written_is_not_written() {
    let shelf = Shelf::default();
    let mut node = Node::start(shelf.clone());
    let (peer, subject) = somebody();
    shelf.look(|contents| contents.full = true);
    node.ban(subject, 60);
    assert!(node.handle.flush().wait().is_err());
    node.advance(Duration::from_secs(61));
    shelf.look(|contents| contents.full = false);

    node.flush();

    assert_eq!(node.status(peer), None);
    assert_eq!(shelf.rows(), 0);
}

#[test]
fn a_row_that_could_not_be_removed_is_removed_later() {
    let shelf = Shelf::default();
    let mut node = Node::start(shelf.clone());
    node.ban(somebody().1, 60);
    node.flush();
    shelf.look(|contents| contents.full = true);
    node.advance(Duration::from_secs(61));
    assert!(node.handle.flush().wait().is_err());
    shelf.look(|contents| contents.full = false);

    node.flush();

    assert_eq!(shelf.rows(), 0);
}

#[test]
fn a_store_that_panics_is_an_error_for_who_waits_and_no_end_of_the_node() {
    let shelf = Shelf::default();
    let node = Node::start(shelf.clone());
    let (peer, subject) = somebody();
    shelf.look(|contents| contents.broken = true);
    node.ban(subject, 60);

    assert!(matches!(node.handle.flush().wait(), Err(FlushError::Stopped)));
    assert!(matches!(node.handle.flush().wait(), Err(FlushError::Stopped)));
    assert!(matches!(node.handle.check_peer(&peer, None), Ok(Verdict::Deny(_))));
}
