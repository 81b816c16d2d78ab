//! Standing of peers that are connected, over a restart.

use std::num::NonZeroU32;
use std::time::Duration;

use peerwarden_host::Config;

use crate::faulty_store::FaultyStore;
use crate::node::{Node, noon, somebody};
use crate::peer::Peer;

/// Reported a minute after it came, it is in standing 30 minutes after that.
#[test]
fn standing_that_is_earned_late_is_there_after_a_kill_and_after_a_stop() {
    for minutes in [1, 2, 20, 50, 62] {
        let store = FaultyStore::default();
        let mut node = Node::start(store.clone());
        let (friend, _) = somebody();
        node.connect(friend);
        let mut passed = pass(&mut node, 1);
        node.report(friend, 11);
        assert!(!in_standing(&node, friend));
        // Looked at meanwhile, in vain.
        passed += pass(&mut node, 29);
        node.flush();
        passed += pass(&mut node, minutes);
        node.flush();
        assert!(in_standing(&node, friend), "{minutes}");

        let killed = Node::start_at(noon() + passed, store.copy());
        assert!(in_standing(&killed, friend), "{minutes}");

        // Earned since, with nobody asking.
        node.report(friend, 11);
        node.flush();
        assert!(!in_standing(&node, friend));
        passed += pass(&mut node, 31);
        assert!(in_standing(&node, friend));
        drop(node);
        assert!(in_standing(&Node::start_at(noon() + passed, store), friend), "{minutes}");
    }
}

#[test]
fn a_peer_in_standing_that_connects_again_and_again_keeps_it() {
    let store = FaultyStore::default();
    let mut node = Node::start(store.clone());
    let (friend, _) = somebody();
    let mut passed = Duration::ZERO;
    for _ in 0..72 {
        node.connect(friend);
        passed += pass(&mut node, 20);
        node.flush();
        let after = Node::start_at(noon() + passed, store.copy());
        assert_eq!(in_standing(&after, friend), in_standing(&node, friend), "{passed:?}");
    }
}

#[test]
fn a_policy_that_comes_to_know_of_standing_finds_who_is_here() {
    let store = FaultyStore::default();
    let mut node = Node::start(store.clone());
    node.handle.reconfigure(Config::default().with_standing_after(None)).unwrap();
    let (friend, _) = somebody();
    node.connect(friend);
    let passed = pass(&mut node, 45);
    node.flush();
    assert_eq!(store.rows(), 0);
    node.handle.reconfigure(Config::default()).unwrap();
    assert!(in_standing(&node, friend));
    node.flush();

    assert!(in_standing(&Node::start_at(noon() + passed, store), friend));
}

#[test]
fn a_flush_writes_nothing_of_a_peer_whose_standing_is_written() {
    let store = FaultyStore::default();
    let mut node = Node::start(store.clone());
    let (friend, _) = somebody();
    node.connect(friend);
    pass(&mut node, 31);
    node.flush();
    store.writes();
    for _ in 0..5 {
        pass(&mut node, 2);
        node.flush();
    }

    assert_eq!(store.writes(), Vec::<usize>::new());
    let confirmations = NonZeroU32::MIN;
    node.handle.reconfigure(Config::default().with_confirmations(confirmations)).unwrap();
    node.flush();
    assert_eq!(store.writes(), [1]);
}

/// So many minutes, one after the other.
fn pass(node: &mut Node, minutes: u64) -> Duration {
    for _ in 0..minutes {
        node.advance(Duration::from_secs(60));
    }
    Duration::from_secs(60 * minutes)
}

fn in_standing(node: &Node, peer: Peer) -> bool {
    node.status(peer).is_some_and(|status| status.standing)
}
