//! The brakes: observing, so many bans an hour, so many of the connected peers.

use std::time::Duration;

use peerwarden_fleet::{Alarm, Decision, FleetRules, Input, Mode};

use crate::world::{HOUR, World, at, peer, rules};

#[test]
fn a_node_that_observes_counts_and_bans_nothing() {
    let mut world = World::new(FleetRules::default());
    assert_eq!(world.fleet.rules().mode, Mode::Observe);
    assert_eq!(world.banned_by(1..4, &peer("a")), []);
    assert_eq!(world.withheld(), [("observe", 1), ("quorum", 1)]);
    assert_eq!(world.fleet.believed().count(), 0);
}

#[test]
fn what_was_banned_before_is_lifted_where_the_node_only_observes_now() {
    let mut world = World::silent(FleetRules::default(), None, vec![(peer("a"), at(1))]);
    world.give(Input::SnapshotBegan);
    let told = world.give(Input::CaughtUp);
    assert!(matches!(told.as_slice(), [Decision::Cease { .. }]), "{told:?}");
}

#[test]
fn a_hundred_new_bans_an_hour_and_the_others_wait() {
    let mut world = World::new(rules());
    let mut alarms = Vec::new();
    for number in 0..102 {
        let told = world.banned_by(1..4, &peer(&format!("p{number}")));
        alarms.extend(told.into_iter().filter(|told| matches!(told, Decision::Alarm(_))));
    }
    assert_eq!(world.fleet.believed().count(), 100);
    assert_eq!(alarms, [Decision::Alarm(Alarm::Rate { subject: peer("p100") })]);

    // Long enough to be still there when the hour is over.
    let mut world = World::new(rules());
    let long = |world: &mut World, name: &str| {
        for member in 1..4 {
            let mut ban = crate::world::says(&peer(name), peerwarden_fleet::Says::Ban, at(0), 1);
            ban.lasts = 3 * HOUR;
            world.hear(member, &ban);
        }
    };
    for number in 0..102 {
        long(&mut world, &format!("p{number}"));
    }
    assert_eq!(world.fleet.believed().count(), 100);
    world.pass(HOUR - Duration::from_secs(1));
    assert_eq!(world.fleet.believed().count(), 100);
    let late = world.pass(Duration::from_secs(60));
    assert_eq!(late.len(), 2);
    assert_eq!(world.fleet.believed().count(), 102);
}

#[test]
fn the_breaker_stops_everything_until_an_operator_looks() {
    let mut world = World::new(rules());
    world.around.connected = 20;
    world.around.hit = ["a", "b", "c"].map(peer).to_vec();
    world.banned_by(1..4, &peer("a"));
    world.banned_by(1..4, &peer("b"));
    assert_eq!(world.fleet.believed().count(), 2);
    let told = world.banned_by(1..4, &peer("c"));
    let alarm = Alarm::Breaker { subject: peer("c"), hits: 1, connected: 20 };
    assert_eq!(told, [Decision::Alarm(alarm)]);
    assert!(world.fleet.is_stopped());
    assert_eq!(world.banned_by(1..4, &peer("elsewhere")), [], "nothing further, and one alarm");
    assert_eq!(world.withheld(), [("quorum", 4), ("share", 2)]);

    let resumed = world.give(Input::ResumeBans);
    let subjects = resumed.iter().filter_map(|told| match told {
        Decision::Believe { subject, .. } => Some(subject.to_string()),
        Decision::Alarm(_) | Decision::Cease { .. } | _ => None,
    });
    let subjects: Vec<_> = subjects.collect();
    assert_eq!(resumed.len(), 2);
    assert_eq!(subjects, ["peer:c", "peer:elsewhere"]);
}
