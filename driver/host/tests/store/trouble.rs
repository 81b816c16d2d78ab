//! A store that cannot be written while the node runs.

use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use peerwarden_host::{Cause, Config, FlushError, ManualTimer, Misbehavior, Origin, Tag, Verdict};

use crate::faulty_store::FaultyStore;
use crate::node::{Guarded, Handle, Node, hours, network, somebody};

const FULL: &str = "no room to write the store (no storage space): make some, or raise the limit";

#[test]
fn what_could_not_be_written_is_enforced_and_reported_and_written_later() {
    let store = FaultyStore::default();
    let node = Node::start(store.clone());
    let (peer, subject) = somebody();
    store.look(|contents| contents.full = true);
    node.ban(subject.clone(), 3_600);

    let error = node.handle.flush().wait().unwrap_err();
    assert_eq!(error.to_string(), FULL);
    assert!(matches!(node.handle.check_peer(&peer, None), Ok(Verdict::Deny(_))));
    let health = node.handle.store_health().unwrap().unwrap();
    assert_eq!((health.rows, health.waiting, health.writes), (0, 1, 0));
    assert!(health.errors >= 1);
    assert_eq!(health.failing.map(|error| error.to_string()), Some(FULL.to_owned()));

    store.look(|contents| contents.full = false);
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
    assert_eq!(Node::start(store).bans(), [(subject, Some(3_600))]);
}

#[test]
fn of_many_that_could_not_be_written_all_are_later() {
    let store = FaultyStore::default();
    let node = Node::start(store.clone());
    store.look(|contents| contents.full = true);
    for _ in 0..3_000 {
        node.ban(somebody().1, 3_600);
    }
    assert!(node.handle.flush().wait().is_err());
    assert_eq!(node.handle.store_health().unwrap().unwrap().waiting, 3_000);
    store.look(|contents| contents.full = false);

    node.flush();

    assert_eq!(store.rows(), 3_000);
}

#[test]
fn a_ban_that_is_over_before_it_could_be_written_is_not_written() {
    let store = FaultyStore::default();
    let mut node = Node::start(store.clone());
    let (peer, subject) = somebody();
    store.look(|contents| contents.full = true);
    node.ban(subject, 60);
    assert!(node.handle.flush().wait().is_err());
    node.advance(Duration::from_secs(61));
    store.look(|contents| contents.full = false);

    node.flush();

    assert_eq!(node.status(peer), None);
    assert_eq!(store.rows(), 0);
}

#[test]
fn a_row_that_could_not_be_removed_is_removed_later() {
    let store = FaultyStore::default();
    let mut node = Node::start(store.clone());
    node.ban(somebody().1, 60);
    node.flush();
    store.look(|contents| contents.full = true);
    node.advance(Duration::from_secs(61));
    assert!(node.handle.flush().wait().is_err());
    store.look(|contents| contents.full = false);

    node.flush();

    assert_eq!(store.rows(), 0);
}

#[test]
fn a_pardon_after_a_write_that_was_made_and_failed_is_written_too() {
    let store = FaultyStore::default();
    let mut node = Node::start(store.clone());
    let ((peer, subject), place) = (somebody(), network("192.0.2.0/24"));
    store.look(|contents| contents.late = true);
    node.ban(subject.clone(), 3_600);
    node.ban(place.clone(), 3_600);
    assert!(node.handle.flush().wait().is_err());
    assert_eq!(store.rows(), 2);
    store.look(|contents| contents.late = false);
    // Of neither anything is left, and nobody says so again.
    node.handle.unban(subject, Some(Cause::Operator)).unwrap();
    node.handle.unban(place, Some(Cause::Operator)).unwrap();
    node.advance(Duration::from_secs(2));
    assert_eq!(node.status(peer), None);
    assert_eq!(node.handle.store_health().unwrap().unwrap().rows, 0);

    node.flush();

    assert_eq!(store.rows(), 0);
    drop(node);
    assert_eq!(Node::start(store).bans(), []);
}

#[test]
fn a_removal_that_was_made_and_failed_does_not_hide_a_ban_that_comes_after_it() {
    let store = FaultyStore::default();
    let node = Node::start(store.clone());
    let (_, subject) = somebody();
    node.ban(subject.clone(), 3_600);
    node.flush();
    store.look(|contents| contents.late = true);
    node.handle.unban(subject.clone(), Some(Cause::Operator)).unwrap();
    assert!(node.handle.flush().wait().is_err());
    node.ban(subject.clone(), 7_200);
    assert!(node.handle.flush().wait().is_err());
    store.look(|contents| contents.late = false);

    node.flush();

    drop(node);
    assert_eq!(Node::start(store).bans(), [(subject, Some(7_200))]);
}

#[test]
fn nothing_grows_while_the_store_fails() {
    for config in [Config::op_node(), Config::default(), Config::flow()] {
        let config = config.with_max_records(100.try_into().unwrap());
        let store = FaultyStore::default();
        let timer = ManualTimer::new();
        let behaviour = Guarded::restore(config, Arc::new(timer), store.clone()).unwrap();
        let handle = behaviour.handle();
        store.look(|contents| contents.full = true);
        // One write fails while there is something in it, which is to be tried again.
        handle.ban(somebody().1, None, Origin::Operator).unwrap();
        assert!(handle.flush().wait().is_err());

        for round in 0..5_000_u32 {
            strangers(&handle, round);
        }

        let health = handle.store_health().unwrap().unwrap();
        assert!(health.failing.is_some());
        // Grace and offences of a hundred records, and some networks.
        assert!(health.waiting <= 400, "{}", health.waiting);
    }
}

/// Everything that can be said of peers and networks that nobody knows.
fn strangers(handle: &Handle, round: u32) {
    let ((peer, subject), place) = (somebody(), network(&format!("10.{}.0.0/16", round % 256)));
    // One that owed something would be remembered for as long as the grace lasts.
    handle.unban(subject.clone(), None).unwrap();
    handle.report(peer, Misbehavior::INVALID_MESSAGE).unwrap();
    handle.unban(subject.clone(), Some(Cause::Remote)).unwrap();
    handle.unprotect(subject, Tag::OPERATOR).unwrap();
    let fresh = network(&format!("172.{}.{}.0/24", round / 256 % 256, round % 256));
    handle.unprotect(fresh.clone(), Tag::OPERATOR).unwrap();
    handle.unban(fresh.clone(), None).unwrap();
    // Too wide, and withheld.
    handle.ban(network(&format!("{}.0.0.0/8", round % 256)), None, Origin::Remote).unwrap();
    let (peer, subject) = somebody();
    handle.ban(subject.clone(), None, Origin::Remote).unwrap();
    handle.unban(subject, Some(Cause::Remote)).unwrap();
    handle.ban(fresh.clone(), None, Origin::Operator).unwrap();
    handle.unban(fresh, Some(Cause::Operator)).unwrap();
    handle.ban(place.clone(), None, Origin::Operator).unwrap();
    handle.unban(place, Some(Cause::Operator)).unwrap();
    for _ in 0..2 {
        let score = peerwarden_host::Score::try_from(-500.0).unwrap();
        handle.score(peer, score).unwrap();
    }
}

#[test]
fn rows_of_pardoned_networks_go_when_their_grace_is_over() {
    let store = FaultyStore::default();
    let mut node = Node::start(store.clone());
    for n in 0..200 {
        let place = network(&format!("10.0.{n}.0/24"));
        node.ban(place.clone(), 3_600);
        node.handle.unban(place, None).unwrap();
    }
    node.flush();
    assert_eq!(store.rows(), 200);
    let torn = store.copy();

    node.advance(Duration::from_secs(601));
    node.flush();
    assert_eq!(store.rows(), 0);

    // The same of rows that were there at the start.
    let mut node = Node::start(torn.clone());
    node.flush();
    assert_eq!(torn.rows(), 200);
    node.advance(hours(1));
    node.flush();
    assert_eq!(torn.rows(), 0);
}

#[test]
fn a_pardoned_network_that_is_banned_again_keeps_its_row() {
    let store = FaultyStore::default();
    let mut node = Node::start(store.clone());
    let place = network("10.0.0.0/16");
    node.ban(place.clone(), 3_600);
    node.handle.unban(place.clone(), None).unwrap();
    node.flush();
    node.ban(place.clone(), 36_000);
    node.advance(hours(1));
    node.flush();

    assert_eq!(Node::start(store.copy()).bans().len(), 1);
}

#[test]
fn a_thread_that_died_shows() {
    let store = FaultyStore::named(" of the dead");
    let node = Node::start(store.clone());
    store.look(|contents| contents.broken = true);
    node.ban(somebody().1, 60);
    assert!(matches!(node.handle.flush().wait(), Err(FlushError::Stopped)));

    let health = node.handle.store_health().unwrap().unwrap();
    assert_eq!(health.errors, 1);
    assert_eq!(
        health.failing.map(|error| error.to_string()).as_deref(),
        Some(
            "the thread that writes the store of the dead has died: bans are enforced, but those \
             from here on will not outlive this node; restart it"
        )
    );
}

#[test]
fn a_store_that_panics_is_an_error_for_who_waits_and_no_end_of_the_node() {
    let store = FaultyStore::default();
    let node = Node::start(store.clone());
    let (peer, subject) = somebody();
    store.look(|contents| contents.broken = true);
    node.ban(subject, 60);

    assert!(matches!(node.handle.flush().wait(), Err(FlushError::Stopped)));
    assert!(matches!(node.handle.flush().wait(), Err(FlushError::Stopped)));
    assert!(matches!(node.handle.check_peer(&peer, None), Ok(Verdict::Deny(_))));
}
