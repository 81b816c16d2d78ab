//! Orders and pardons of operators, and pardons of one node.

use std::time::Duration;

use peerwarden_fleet::{Ceased, Decision, Input, Says};

use crate::world::{HOUR, World, own_ban, peer, roster, rules, said, says};

#[test]
fn an_order_counts_as_a_quorum() {
    let mut world = World::new(rules());
    let order = says(&peer("a"), Says::Ban, world.now, 1);
    let until = world.now.later(HOUR);
    let begun = world.hear_operator(&order);
    assert_eq!(begun, [Decision::Believe { subject: peer("a"), until }]);
    let over = says(&peer("a"), Says::Withdrawn, world.now, 2);
    let lifted = world.hear_operator(&over);
    assert_eq!(lifted, [Decision::Cease { subject: peer("a"), why: Ceased::Votes }]);
}

#[test]
fn a_pardon_clears_a_ban_until_it_ends_and_a_newer_order_stands() {
    let mut world = World::new(rules());
    world.banned_by(1..5, &peer("a"));
    let pardon = says(&peer("a"), Says::Pardon, world.now, 1);
    let lifted = world.hear_operator(&pardon);
    assert_eq!(lifted, [Decision::Cease { subject: peer("a"), why: Ceased::Pardoned }]);
    world.pass(Duration::from_secs(60));
    assert_eq!(world.banned_by(1..9, &peer("a")), [], "newer votes do not undo it");
    assert_eq!(world.withheld(), [("pardon", 1), ("quorum", 1)]);

    let until = world.now.later(HOUR);
    let order = says(&peer("a"), Says::Ban, world.now, 2);
    let begun = world.hear_operator(&order);
    assert_eq!(begun, [Decision::Believe { subject: peer("a"), until }]);
}

#[test]
fn votes_count_again_once_a_pardon_has_ended() {
    let mut world = World::new(rules());
    let mut pardon = says(&peer("a"), Says::Pardon, world.now, 1);
    pardon.lasts = HOUR / 2;
    world.hear_operator(&pardon);
    let until = world.now.later(HOUR);
    assert_eq!(world.banned_by(1..4, &peer("a")), []);
    assert_eq!(world.pass(HOUR / 2 - Duration::from_secs(1)), []);
    let again = world.pass(Duration::from_secs(60));
    assert_eq!(again, [Decision::Believe { subject: peer("a"), until }]);
}

#[test]
fn a_pardon_of_another_member_is_its_own_business() {
    let mut world = World::new(rules());
    world.banned_by(1..5, &peer("a"));
    let pardon = says(&peer("a"), Says::Pardon, world.now, world.now.0 + 1);
    assert_eq!(world.hear(5, &pardon), []);
    assert_eq!(world.hear(1, &pardon), [], "three votes are left");
    assert_eq!(world.hear(2, &pardon).len(), 1, "a pardon takes back its author's own vote");
}

#[test]
fn a_pardon_on_this_node_is_not_undone_by_the_next_vote_nor_by_a_restart() {
    let mut world = World::new(rules());
    world.banned_by(1..5, &peer("a"));
    let told = world.give(Input::Pardoned { subject: peer("a"), note: None });
    let cease = Decision::Cease { subject: peer("a"), why: Ceased::Pardoned };
    assert_eq!(told.first(), Some(&cease));
    assert_eq!(said(&told), [("peer:a".to_owned(), Says::Pardon)]);
    assert_eq!(world.banned_by(5..9, &peer("a")), []);

    let Some(Decision::Put { key, value, .. }) = told.get(1).cloned() else {
        panic!("{told:?}");
    };
    let mut restarted = World::silent(rules(), Some(roster()), Vec::new());
    restarted.give(Input::SnapshotBegan);
    restarted.banned_by(1..9, &peer("a"));
    restarted.read(key, value);
    assert_eq!(restarted.give(Input::CaughtUp), []);
    let why = restarted.fleet.withheld(&peer("a"));
    assert_eq!(why.map(|why| why.as_str()), Some("pardon"));

    restarted.give(Input::SnapshotBegan);
    restarted.give(Input::CaughtUp);
    let again = said(&restarted.pass(Duration::from_secs(2)));
    assert_eq!(again, [("peer:a".to_owned(), Says::Pardon)], "an empty bucket is told of it again");
}

#[test]
fn a_node_that_bans_a_peer_itself_says_so_although_it_had_pardoned_it() {
    let mut world = World::new(rules());
    world.give(Input::Pardoned { subject: peer("a"), note: None });
    let end = world.now.later(HOUR);
    world.give(Input::Banned(own_ban(&peer("a"), end)));
    let told = said(&world.pass(Duration::from_secs(2)));
    assert_eq!(told, [("peer:a".to_owned(), Says::Ban)]);
}
