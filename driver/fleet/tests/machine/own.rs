//! Statements of a node on its own bans, and when it makes them.

use std::time::Duration;

use peerwarden_core::{Cause, Subject};
use peerwarden_fleet::{Decision, Input, Says, Statement};
use proptest::prelude::*;

use crate::world::{HOUR, World, at, own_ban, peer, rules, said, says};

const JITTER: Duration = Duration::from_secs(2);

#[test]
fn an_own_ban_is_said_within_two_seconds_and_taken_back_when_it_is_lifted() {
    let mut world = World::new(rules());
    assert_eq!(world.give(Input::Banned(own_ban(&peer("a"), at(1)))), []);
    let told = world.pass(JITTER);
    assert_eq!(said(&told), [("peer:a".to_owned(), Says::Ban)]);
    let Some(Decision::Put { key, value, .. }) = told.first() else {
        panic!("{told:?}");
    };
    assert_eq!(key.as_str(), "n0.p.a");
    let opened = Statement::<String>::open(value).unwrap();
    assert_eq!((opened.statement.lasts, opened.statement.offences), (HOUR - JITTER, 1));

    world.give(Input::Lifted(peer("a")));
    assert_eq!(said(&world.pass(JITTER)), [("peer:a".to_owned(), Says::Withdrawn)]);
}

#[test]
fn a_ban_that_is_lifted_before_it_was_said_is_never_said() {
    let mut world = World::new(rules());
    world.give(Input::Banned(own_ban(&peer("a"), at(1))));
    world.give(Input::Lifted(peer("a")));
    assert_eq!(world.pass(HOUR), []);
}

#[test]
fn an_end_that_moves_is_said_once_a_minute_and_by_a_tenth() {
    let mut world = World::new(rules());
    world.give(Input::Banned(own_ban(&peer("a"), at(10))));
    world.pass(JITTER);
    world.give(Input::Banned(own_ban(&peer("a"), at(10).later(HOUR / 2))));
    assert_eq!(said(&world.pass(HOUR)), [], "it has moved by a twentieth");
    world.give(Input::Banned(own_ban(&peer("a"), at(20))));
    assert_eq!(said(&world.pass(JITTER)), [("peer:a".to_owned(), Says::Ban)]);
    for minutes in 1..30 {
        world.give(Input::Banned(own_ban(&peer("a"), at(20 + 2 * minutes))));
    }
    assert_eq!(said(&world.pass(Duration::from_secs(30))), [], "it was said half a minute ago");
    assert_eq!(said(&world.pass(Duration::from_secs(32))).len(), 1);
}

#[test]
fn short_bans_and_causes_that_are_not_shared_are_kept_to_oneself() {
    let mut world = World::new(rules());
    let short = own_ban(&peer("short"), world.now.later(Duration::from_secs(599)));
    world.give(Input::Banned(short));
    for cause in [Cause::Operator, Cause::Application, Cause::Remote] {
        let ban = own_ban(&peer(cause.as_str()), at(9));
        world.give(Input::Banned(peerwarden_fleet::OwnBan { cause, ..ban }));
    }
    let network = "203.0.113.0/24".parse::<Subject<String>>().unwrap();
    world.give(Input::Banned(own_ban(&network, at(9))));
    assert_eq!(world.pass(HOUR), []);

    let mut generous = rules();
    generous.share.insert(Cause::Operator);
    generous.share_networks = true;
    let mut world = World::new(generous);
    world.give(Input::Banned(own_ban(&network, at(9))));
    assert_eq!(said(&world.pass(JITTER)), [("addr:203.0.113.0/24".to_owned(), Says::Ban)]);
}

#[test]
fn nothing_new_is_said_in_an_incident_and_the_walk_after_it_makes_up_for_that() {
    let mut world = World::new(rules());
    world.give(Input::Incident(true));
    world.give(Input::Banned(own_ban(&peer("a"), at(1))));
    assert_eq!(world.pass(JITTER), []);
    world.give(Input::Incident(false));
    world.give(Input::Walked(vec![own_ban(&peer("a"), at(1))]));
    assert_eq!(said(&world.pass(JITTER)), [("peer:a".to_owned(), Says::Ban)]);
}

#[test]
fn a_walk_says_what_is_missing_and_takes_back_what_is_over() {
    let mut world = World::new(rules());
    world.give(Input::Walked(vec![own_ban(&peer("a"), at(1)), own_ban(&peer("b"), at(1))]));
    assert_eq!(said(&world.pass(JITTER)).len(), 2);
    world.give(Input::Walked(vec![own_ban(&peer("b"), at(1)), own_ban(&peer("c"), at(1))]));
    let mut told = said(&world.pass(JITTER));
    told.sort();
    assert_eq!(told, [("peer:a".to_owned(), Says::Withdrawn), ("peer:c".to_owned(), Says::Ban)]);
}

#[test]
fn a_bucket_that_has_lost_everything_is_told_again_and_one_that_has_not_is_not() {
    let mut world = World::new(rules());
    world.give(Input::Banned(own_ban(&peer("a"), at(1))));
    let told = world.pass(JITTER);
    let Some(Decision::Put { key, value, .. }) = told.first().cloned() else {
        panic!("{told:?}");
    };
    let seq = Statement::<String>::open(&value).unwrap().statement.seq;
    world.give(Input::Stored { subject: peer("a"), seq, is_stored: true });

    world.give(Input::SnapshotBegan);
    world.read(key, value);
    world.give(Input::CaughtUp);
    assert_eq!(world.pass(JITTER), []);

    world.give(Input::SnapshotBegan);
    world.give(Input::CaughtUp);
    assert_eq!(said(&world.pass(JITTER)), [("peer:a".to_owned(), Says::Ban)]);
}

#[test]
fn a_value_that_the_bucket_has_not_taken_is_said_again() {
    let mut world = World::new(rules());
    world.give(Input::Banned(own_ban(&peer("a"), at(1))));
    let told = world.pass(JITTER);
    let Some(Decision::Put { seq, .. }) = told.first().cloned() else {
        panic!("{told:?}");
    };
    world.give(Input::Stored { subject: peer("a"), seq, is_stored: false });
    assert_eq!(world.pass(Duration::from_secs(4)), []);
    assert_eq!(said(&world.pass(Duration::from_secs(1))), [("peer:a".to_owned(), Says::Ban)]);
    assert_eq!(world.fleet.counts().publish_errors, 1);
}

#[test]
fn fifty_bans_are_said_at_once_and_five_a_second_from_there_on() {
    let mut world = World::new(rules());
    for number in 0..100 {
        world.give(Input::Banned(own_ban(&peer(&format!("p{number}")), at(1))));
    }
    assert_eq!(said(&world.pass(JITTER)).len(), 50);
    assert_eq!(said(&world.pass(Duration::from_secs(1))).len(), 5);
    assert_eq!(said(&world.pass(Duration::from_secs(2))).len(), 10);
}

#[test]
fn the_bans_that_end_first_make_room_for_others() {
    let mut few = rules();
    few.max_statements = 2;
    let mut world = World::new(few);
    world.give(Input::Banned(own_ban(&peer("a"), at(1))));
    world.give(Input::Banned(own_ban(&peer("b"), at(2))));
    assert_eq!(said(&world.pass(JITTER)).len(), 2);
    world.give(Input::Banned(own_ban(&peer("c"), at(3))));
    let mut told = said(&world.pass(JITTER));
    told.extend(said(&world.pass(JITTER)));
    let expected = [("peer:a".to_owned(), Says::Withdrawn), ("peer:c".to_owned(), Says::Ban)];
    assert_eq!(told, expected);
    world.give(Input::Banned(own_ban(&peer("d"), at(1).later(HOUR / 2))));
    assert_eq!(said(&world.pass(JITTER)), []);
}

#[test]
fn a_node_with_far_more_bans_than_it_may_say_is_not_slowed_down() {
    let mut world = World::new(rules());
    let bans: Vec<_> =
        (0..5_000).map(|number| own_ban(&peer(&format!("p{number}")), at(10))).collect();
    let start = std::time::Instant::now();
    let mut told = Vec::new();
    told.extend(said(&world.give(Input::Walked(bans.clone()))));
    for _ in 0..200 {
        told.extend(said(&world.pass(Duration::from_secs(2))));
    }
    told.extend(said(&world.give(Input::Walked(bans))));
    told.extend(said(&world.pass(Duration::from_secs(2))));
    assert_eq!((told.len(), world.fleet.said(world.now)), (1000, 1000));
    assert!(world.fleet.left_out() >= 4_000);
    let taken = start.elapsed();
    // Unoptimised, and with others at work.
    assert!(taken < Duration::from_secs(20), "{taken:?}");
}

#[test]
fn a_restarted_node_knows_what_it_said_from_the_bucket() {
    let mut world = World::silent(rules(), Some(crate::world::roster()), Vec::new());
    world.give(Input::SnapshotBegan);
    let before = world.now.earlier(HOUR / 2);
    world.hear(0, &says(&peer("a"), Says::Ban, before, 9));
    world.hear(0, &says(&peer("b"), Says::Ban, before, 9));
    world.give(Input::CaughtUp);
    world.give(Input::Walked(vec![own_ban(&peer("b"), at(0).later(HOUR / 2))]));
    let told = world.pass(JITTER);
    assert_eq!(said(&told), [("peer:a".to_owned(), Says::Withdrawn)]);
    let Some(Decision::Put { seq, .. }) = told.first() else {
        panic!("{told:?}");
    };
    assert!(*seq > 9, "{seq}");
}

#[test]
fn what_is_long_over_is_deleted_by_its_author() {
    let mut world = World::new(rules());
    world.give(Input::Banned(own_ban(&peer("a"), at(1))));
    world.pass(JITTER);
    world.give(Input::Lifted(peer("a")));
    world.pass(JITTER);
    assert_eq!(world.pass(HOUR), [], "those who were away must still see that it was taken back");
    let over = world.pass(Duration::from_secs(360));
    assert!(matches!(over.as_slice(), [Decision::Delete(key)] if key.as_str() == "n0.p.a"));
}

proptest! {
    #[test]
    fn what_a_list_bans_is_never_said(ends in prop::collection::vec(1_u64..99, 1..20), shared: bool) {
        let mut all = rules();
        if shared {
            all.share.extend(Cause::ALL);
        }
        let mut world = World::new(all);
        for (number, end) in (0..).zip(ends) {
            let ban = own_ban(&peer(&format!("p{number}")), at(end));
            let ban = peerwarden_fleet::OwnBan { cause: Cause::Remote, ..ban };
            prop_assert_eq!(world.give(Input::Banned(ban.clone())), []);
            prop_assert_eq!(world.give(Input::Walked(vec![ban])), []);
            prop_assert_eq!(world.pass(JITTER), []);
        }
    }
}
