//! Wall clocks that are wrong, and that jump.

use std::time::{Duration, UNIX_EPOCH};

use crate::faulty_store::FaultyStore;
use crate::node::{DataFile, Node, hours, noon, somebody};

#[test]
fn a_clock_set_back_between_two_runs_lengthens_no_ban() {
    let file = DataFile::new();
    let (_, subject) = somebody();
    let node = Node::start(file.open());
    node.ban(subject.clone(), 3_600);
    drop(node);

    let node = Node::start_at(noon() - hours(1_000), file.open());

    assert_eq!(node.bans(), [(subject, Some(3_600))]);
}

#[test]
fn a_clock_far_ahead_at_the_start_ends_no_ban() {
    let (_, subject) = somebody();
    let store = FaultyStore::default();
    Node::start(store.clone()).ban(subject.clone(), 3_600);

    let years = |years: u64| noon() + hours(years * 366 * 24);
    let furthest = UNIX_EPOCH + Duration::from_secs(u64::MAX / 4);
    for wall in [years(1), years(30), years(5_000), furthest] {
        assert_eq!(Node::start_at(wall, store.copy()).bans(), [(subject.clone(), Some(3_600))]);
    }
}

#[test]
fn a_clock_that_was_never_set_ends_no_ban_and_ends_none_once_it_is() {
    let (_, subject) = somebody();
    let store = FaultyStore::default();
    let mut node = Node::start_at(UNIX_EPOCH, store.clone());
    node.ban(subject.clone(), 3_600);
    node.flush();
    node.advance(Duration::from_secs(600));

    // Killed before it was set.
    assert_eq!(Node::start(store.copy()).bans(), [(subject.clone(), Some(3_600))]);

    node.timer.set_wall_clock(noon());
    node.flush();
    let later = Node::start_at(noon(), store.copy());
    assert_eq!(later.bans(), [(subject.clone(), Some(3_000))]);
    let later = Node::start_at(noon() + Duration::from_secs(1_000), store.copy());
    assert_eq!(later.bans(), [(subject, Some(2_000))]);
}

#[test]
fn a_clock_before_the_epoch_is_one_that_was_never_set() {
    let (_, subject) = somebody();
    let store = FaultyStore::default();
    let node = Node::start_at(UNIX_EPOCH - hours(24), store.clone());
    node.ban(subject.clone(), 3_600);
    drop(node);

    assert_eq!(Node::start(store).bans(), [(subject, Some(3_600))]);
}

#[test]
fn a_clock_that_jumps_while_the_node_runs_changes_no_ban() {
    for jumped in [noon() + hours(50), noon() - hours(50)] {
        let (_, subject) = somebody();
        let store = FaultyStore::default();
        let mut node = Node::start(store.clone());
        node.ban(subject.clone(), 3_600);
        node.flush();

        node.timer.set_wall_clock(jumped);
        node.advance(Duration::from_secs(600));
        assert_eq!(node.bans(), [(subject.clone(), Some(3_000))]);
        node.flush();

        // Killed here, with the clock as it is.
        let wall = jumped + Duration::from_secs(700);
        assert_eq!(Node::start_at(wall, store).bans(), [(subject, Some(2_900))]);
    }
}

#[test]
fn a_clock_that_jumps_ahead_and_back_again_changes_no_ban() {
    let (_, early) = somebody();
    let (_, late) = somebody();
    let store = FaultyStore::default();
    let mut node = Node::start(store.clone());
    node.ban(early.clone(), 7_200);
    node.flush();
    node.timer.set_wall_clock(noon() + hours(9_000));
    node.ban(late.clone(), 7_200);
    node.flush();
    node.advance(Duration::from_secs(600));
    node.timer.set_wall_clock(noon() + Duration::from_secs(600));
    node.flush();
    drop(node);

    let node = Node::start_at(noon() + hours(1), store);

    assert_eq!(node.bans(), [(early, Some(3_600)), (late, Some(3_600))]);
}
