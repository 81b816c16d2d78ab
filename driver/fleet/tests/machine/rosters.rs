//! Rosters in the bucket, and members that come and go.

use peerwarden_fleet::{Alarm, Ceased, Decision, FleetRules, Input, Key, Member, Roster};

use crate::world::{World, member, name, operator, peer, rules, secret};

fn put(world: &mut World, members: Vec<Member>, seq: u64) -> Vec<Decision<String>> {
    let roster = Roster::new(members).unwrap();
    let value = roster.seal(&name(), &operator(), world.now, seq).unwrap();
    world.read(Key::roster(), value)
}

#[test]
fn a_member_that_is_taken_off_the_roster_loses_its_votes() {
    let mut world = World::silent(rules(), None, Vec::new());
    world.give(Input::SnapshotBegan);
    put(&mut world, (0..5).map(member).collect(), 1);
    world.give(Input::CaughtUp);
    assert_eq!(world.banned_by(1..4, &peer("a")).len(), 1);

    let told = put(&mut world, (0..3).map(member).collect(), 2);
    assert_eq!(
        told,
        [
            Decision::Alarm(Alarm::Roster { members: 3, is_member: true }),
            Decision::Cease { subject: peer("a"), why: Ceased::Votes },
        ]
    );
    assert_eq!(world.banned_by(3..4, &peer("a")), []);
    assert_eq!(world.refused(), [("member", 1)]);
    assert_eq!(put(&mut world, (0..5).map(member).collect(), 1), [], "an older roster");
    assert_eq!(world.refused(), [("member", 1), ("seq", 1)]);
}

#[test]
fn a_name_with_another_key_is_another_member() {
    let mut world = World::silent(rules(), None, Vec::new());
    world.give(Input::SnapshotBegan);
    put(&mut world, (0..5).map(member).collect(), 1);
    world.give(Input::CaughtUp);
    world.banned_by(1..4, &peer("a"));
    let mut members: Vec<_> = (0..5).map(member).collect();
    members[1].id = secret(77).public();
    let told = put(&mut world, members, 2);
    let cease = Decision::Cease { subject: peer("a"), why: Ceased::Votes };
    assert_eq!(told.last(), Some(&cease));
    world.banned_by(1..2, &peer("a"));
    assert_eq!(world.refused(), [("signature", 1)], "the old key counts no longer");
}

#[test]
fn everything_is_read_again_for_members_whose_statements_came_before_the_roster() {
    let mut world = World::silent(rules(), None, Vec::new());
    world.give(Input::SnapshotBegan);
    world.banned_by(1..4, &peer("a"));
    let told = put(&mut world, (0..5).map(member).collect(), 1);
    let alarm = Decision::Alarm(Alarm::Roster { members: 5, is_member: true });
    assert_eq!(told, [alarm, Decision::ReadAnew]);
    world.give(Input::SnapshotBegan);
    world.banned_by(1..4, &peer("a"));
    assert_eq!(world.give(Input::CaughtUp).len(), 1);
}

#[test]
fn a_roster_that_no_operator_signed_is_told_of_and_not_followed() {
    let mut world = World::silent(rules(), None, Vec::new());
    world.give(Input::SnapshotBegan);
    let roster = Roster::new((0..5).map(member).collect()).unwrap();
    let value = roster.seal(&name(), &secret(3), world.now, 1).unwrap();
    let told = world.read(Key::roster(), value);
    let error = "no key in operator_keys has signed the roster".to_owned();
    assert_eq!(told, [Decision::Alarm(Alarm::WrongRoster { error })]);
    assert_eq!(world.fleet.roster().members(), []);
    assert_eq!(world.refused(), [("signature", 1)]);
}

#[test]
fn members_of_one_group_have_one_vote() {
    let groups = |distinct| {
        let mut rules: FleetRules = rules();
        rules.distinct_groups = distinct;
        let mut members: Vec<_> = (0..6).map(member).collect();
        for member in &mut members[1..4] {
            member.group = Some("fra".to_owned());
        }
        let roster = Roster::new(members).unwrap();
        let mut world = World::silent(rules, Some(roster), Vec::new());
        world.give(Input::SnapshotBegan);
        world.give(Input::CaughtUp);
        world
    };
    let mut world = groups(true);
    assert_eq!(world.banned_by(1..5, &peer("a")), [], "fra and n4");
    assert_eq!(world.banned_by(5..6, &peer("a")).len(), 1);
    let mut world = groups(false);
    assert_eq!(world.banned_by(1..4, &peer("a")).len(), 1);
}

#[test]
fn a_node_that_is_no_member_listens_and_says_nothing() {
    let roster = Roster::new((1..6).map(member).collect()).unwrap();
    let mut world = World::silent(rules(), Some(roster), Vec::new());
    world.give(Input::SnapshotBegan);
    world.give(Input::CaughtUp);
    let end = world.now.later(crate::world::HOUR);
    world.give(Input::Banned(crate::world::own_ban(&peer("a"), end)));
    assert_eq!(world.pass(std::time::Duration::from_secs(2)), []);
    assert_eq!(world.banned_by(1..4, &peer("a")).len(), 1);
    assert!(!world.fleet.is_member());
}
