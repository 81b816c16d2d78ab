//! Votes of members: in any order, repeated, lost and sent again, withdrawn, over.

use std::time::Duration;

use peerwarden_core::Subject;
use peerwarden_fleet::{Ceased, Decision, Input, Says, Statement, UnixMillis};
use proptest::prelude::*;

use crate::world::{HOUR, Name, World, at, peer, rules, says};

fn believed(world: &World) -> Vec<(String, UnixMillis)> {
    world.fleet.believed().map(|(subject, until)| (subject.to_string(), until)).collect()
}

#[test]
fn the_third_vote_bans_and_the_second_does_not() {
    let mut world = World::new(rules());
    let spammer = peer("spammer");
    assert_eq!(world.banned_by(1..3, &spammer), []);
    assert_eq!(world.withheld(), [("quorum", 1)]);

    let until = world.now.later(HOUR);
    let begun = world.banned_by(3..4, &spammer);
    assert_eq!(begun, [Decision::Believe { subject: spammer.clone(), until }]);
    assert_eq!(world.banned_by(3..4, &spammer), [], "one that is repeated says nothing new");
    assert_eq!(world.fleet.votes_on(&spammer).len(), 3);
}

#[test]
fn nothing_is_banned_before_everything_was_read() {
    let mut world = World::silent(rules(), Some(crate::world::roster()), Vec::new());
    world.give(Input::SnapshotBegan);
    assert_eq!(world.banned_by(1..5, &peer("spammer")), []);
    let until = world.now.later(HOUR);
    let begun = world.give(Input::CaughtUp);
    assert_eq!(begun, [Decision::Believe { subject: peer("spammer"), until }]);
}

#[test]
fn a_vote_that_is_withdrawn_lifts_the_ban_that_needed_it() {
    let mut world = World::new(rules());
    let spammer = peer("spammer");
    world.banned_by(1..4, &spammer);
    let withdrawn = says(&spammer, Says::Withdrawn, world.now, world.now.0 + 1);
    let lifted = world.hear(2, &withdrawn);
    let cease = Decision::Cease { subject: spammer.clone(), why: Ceased::Votes };
    assert_eq!(lifted, [cease]);
    assert_eq!(world.banned_by(2..3, &spammer), [], "what was withdrawn cannot be replayed");
    assert_eq!(world.refused(), [("seq", 1)]);
}

#[test]
fn entries_that_vanish_say_nothing_and_bans_run_to_their_ends() {
    let mut world = World::new(rules());
    let spammer = peer("spammer");
    world.banned_by(1..4, &spammer);
    assert_eq!(world.give(Input::LinkLost), []);
    assert_eq!(world.give(Input::SnapshotBegan), []);
    assert_eq!(world.give(Input::CaughtUp), [], "the bucket is empty now");
    assert_eq!(believed(&world), [("peer:spammer".to_owned(), at(1))]);

    world.pass(HOUR - Duration::from_secs(1));
    assert_eq!(believed(&world).len(), 1);
    world.pass(Duration::from_secs(60));
    assert_eq!(believed(&world), []);
    let ended = world.fleet.counts().ceased.get(&Ceased::Ended);
    assert_eq!(ended, Some(&1));
}

#[test]
fn what_was_believed_before_a_start_counts_until_something_is_said_against_it() {
    let carried = vec![(peer("a"), at(3)), (peer("b"), at(3)), (peer("c"), at(3))];
    let mut world = World::carrying(rules(), carried);
    assert_eq!(believed(&world).len(), 3, "an empty bucket frees no peer");

    world.banned_by(1..3, &peer("a"));
    assert_eq!(believed(&world).len(), 3, "nor do too few votes");
    let withdrawn = says(&peer("b"), Says::Withdrawn, world.now, 1);
    let cease = Decision::Cease { subject: peer("b"), why: Ceased::Votes };
    assert_eq!(world.hear(1, &withdrawn), [cease]);
    world.banned_by(1..4, &peer("c"));
    let until = |name: &str| world.fleet.believed_until(&peer(name));
    assert_eq!((until("a"), until("c")), (Some(at(3)), Some(at(1))));
}

#[test]
fn an_end_that_hardly_moves_is_not_told() {
    let mut world = World::new(rules());
    let spammer = peer("spammer");
    world.banned_by(1..4, &spammer);
    let longer = |world: &mut World, secs, seq| {
        let lasts = HOUR + Duration::from_secs(secs);
        let mut told = Vec::new();
        for number in 1..4 {
            let statement =
                Statement::new(spammer.clone(), Says::Ban, lasts, world.now, world.now.0 + seq);
            told.extend(world.hear(number, &statement));
        }
        told
    };
    assert_eq!(longer(&mut world, 35, 1), []);
    let until = at(1).later(Duration::from_secs(36));
    assert_eq!(longer(&mut world, 36, 2), [Decision::Believe { subject: spammer.clone(), until }]);
}

/// A statement of one of a few members on one of a few subjects.
#[derive(Clone, Debug)]
struct Told {
    member: u8,
    statement: Statement<Name>,
}

fn told() -> impl Strategy<Value = Vec<Told>> {
    let one = (1_u8..6, 0_u8..3, 0_u8..8, 1_u64..200);
    prop::collection::vec(one, 1..40).prop_map(|all| {
        let told = (1_u64..).zip(all).map(|(seq, (member, subject, kind, minutes))| {
            let subject: Subject<Name> = peer(&format!("p{subject}"));
            let what = match kind {
                0 => Says::Withdrawn,
                1 => Says::Pardon,
                _ => Says::Ban,
            };
            let lasts = Duration::from_secs(60 * minutes);
            Told { member, statement: Statement::new(subject, what, lasts, at(0), seq) }
        });
        told.collect()
    })
}

/// What is believed once everything was read, in this order.
fn outcome(all: &[Told]) -> Vec<(String, UnixMillis)> {
    let mut world = World::new(rules());
    let mut shown = std::collections::BTreeMap::new();
    for told in all {
        for decision in world.hear(told.member, &told.statement) {
            match decision {
                Decision::Believe { subject, until } => shown.insert(subject, until),
                Decision::Cease { subject, .. } => shown.remove(&subject),
                Decision::Alarm(_) | Decision::Put { .. } | _ => None,
            };
        }
    }
    let believed: std::collections::BTreeMap<_, _> =
        world.fleet.believed().map(|(subject, until)| (subject.clone(), until)).collect();
    assert_eq!(shown, believed, "what was told adds up to what is believed");
    // The ends as the quorum has them: what is told may lag behind by a hundredth.
    let subjects = (0..3).map(|number| peer(&format!("p{number}")));
    let tallied = subjects.filter_map(|subject| {
        let until = world.fleet.tally_of(&subject, world.now).until?;
        assert!(believed.contains_key(&subject));
        Some((subject.to_string(), until))
    });
    let tallied: Vec<_> = tallied.collect();
    assert_eq!(tallied.len(), believed.len());
    tallied
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn order_repeats_and_losses_that_are_made_good_change_nothing(
        (all, shuffled, lost) in told().prop_flat_map(|all| {
            let lost = prop::collection::vec(any::<bool>(), all.len());
            (Just(all.clone()), Just(all).prop_shuffle(), lost)
        }),
    ) {
        let expected = outcome(&all);
        prop_assert_eq!(&outcome(&shuffled), &expected);
        let repeated: Vec<_> = all.iter().chain(&shuffled).cloned().collect();
        prop_assert_eq!(&outcome(&repeated), &expected);
        let kept = all.iter().zip(&lost).filter(|(_, lost)| !**lost).map(|(told, _)| told.clone());
        let made_good: Vec<_> = kept.chain(all.iter().cloned()).collect();
        prop_assert_eq!(&outcome(&made_good), &expected);
    }
}
