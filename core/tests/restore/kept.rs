//! State that survives a save and a restore.

use std::hash::RandomState;
use std::num::NonZeroUsize;
use std::time::Duration;

use peerwarden_core::{
    Cause, Config, Direction, Event, Misbehavior, Origin, Penalty, PlaceLevel, Points, Saved,
    SavedNetwork, SavedNumber, SavedPeer, SavedPlace, SavedStanding, Subject, TimeOffset, Warden,
};

use crate::saved::{
    Engine, NOW, after, ban, debt, falling_by, heartbeat, input, nobody, nowhere, restore,
    restore_with, secs,
};

#[test]
fn everything_that_is_remembered_comes_back() {
    let mut engine = restore([]).unwrap();
    let subject = Subject::Addr("10.0.0.0/8".parse().unwrap());
    let addr = Some([192, 0, 2, 1].into());
    let (misbehavior, direction) = (Misbehavior::INVALID_MESSAGE, Direction::Outbound);
    let penalty = Penalty::from_points(100_000).unwrap();
    for event in [
        Event::Connected { peer: "a", addr, direction },
        Event::Report { peer: "a", misbehavior, penalty, via: None },
        Event::Ban { subject, duration: None, origin: Origin::Operator },
        Event::Protect { subject: Subject::Peer("b"), addr: None },
    ] {
        drop(input(&mut engine, event, 0));
    }

    let mut again = restore(engine.snapshot(NOW)).unwrap();

    let mut status = engine.status(&"a", NOW).unwrap();
    (status.connected, status.direction) = (false, None);
    assert_eq!(again.status(&"a", NOW), Some(status));
    let bans = |engine: &Engine| {
        let bans = engine.bans(NOW).map(|ban| (ban.subject, ban.causes, ban.until, ban.began));
        bans.collect::<Vec<_>>()
    };
    assert_eq!(bans(&again), bans(&engine));
    assert_eq!(again.next_deadline(), engine.next_deadline());
    assert_eq!(input(&mut again, Event::Disconnected { peer: "a" }, 1), [""; 0]);
    assert_eq!(heartbeat(&mut again, 100), ["unban peer:a", "dial a"]);
}

#[test]
fn an_announced_end_is_still_what_a_report_is_compared_with_after_a_silent_waiver() {
    let (misbehavior, via) = (Misbehavior::INVALID_MESSAGE, None);
    let report = |points| Event::Report {
        peer: "a",
        misbehavior,
        penalty: Penalty::from_points(points).unwrap(),
        via,
    };
    let mut engine = restore([]).unwrap();
    assert_eq!(input(&mut engine, report(87_264), 0), ["ban peer:a penalty until 1000087.264"]);
    let waive = Event::Waive { peer: "a", points: Points::from_points(864) };
    assert_eq!(input(&mut engine, waive, 0), [""; 0]);

    let mut again = restore(engine.snapshot(NOW)).unwrap();

    for engine in [&mut engine, &mut again] {
        assert_eq!(input(engine, report(1_863), 0), [""; 0]);
        assert_eq!(input(engine, report(1), 0), ["amend peer:a penalty until 1000088.264"]);
    }
}

#[test]
fn time_that_passed_meanwhile_counts() {
    let banned = Some(ban(&[(Cause::Score, Some(60))]));
    let saved = Saved::Peer(SavedPeer { ban: banned, ..nobody("a") });

    let mut engine = restore([saved.aged(Duration::from_secs(50))]).unwrap();

    assert_eq!(heartbeat(&mut engine, 9), [""; 0]);
    assert_eq!(heartbeat(&mut engine, 10), ["unban peer:a", "forget a"]);
}

#[test]
fn ageing_beyond_all_measure_ends_what_has_an_end() {
    let causes = [(Cause::Operator, None), (Cause::Score, Some(60))];
    let saved = Saved::Peer(SavedPeer {
        ban: Some(ban(&causes)),
        grace: Some(secs(60)),
        clean_since: TimeOffset(i64::MIN),
        ..nobody("a")
    });

    let mut engine = restore([saved.aged(Duration::MAX)]).unwrap();

    assert_eq!(heartbeat(&mut engine, 0), [""; 0]);
    let causes = engine.status(&"a", NOW).unwrap().causes;
    assert_eq!(causes.iter().map(|active| active.cause).collect::<Vec<_>>(), [Cause::Operator]);
}

#[test]
fn a_connection_that_went_down_with_the_node_is_gone() {
    let mut engine = restore([]).unwrap();
    let (addr, direction) = (None, Direction::Inbound);
    drop(input(&mut engine, Event::Connected { peer: "a", addr, direction }, 0));

    let saved = engine.save(&Subject::Peer("a"), NOW).unwrap();
    let mut again = restore([saved]).unwrap();

    assert_eq!(again.counts().connected, 0);
    assert_eq!(heartbeat(&mut again, 0), ["forget a"]);
}

#[test]
fn who_is_in_standing_here_keeps_it_as_if_it_had_left() {
    let mut engine = restore([]).unwrap();
    let (addr, direction) = (Some([192, 0, 2, 1].into()), Direction::Inbound);
    drop(input(&mut engine, Event::Connected { peer: "a", addr, direction }, 0));

    let saved: Vec<_> = engine.snapshot(after(1_800)).collect();
    let again = Warden::restore(Config::default(), RandomState::new(), saved, after(1_800));

    let week = 7 * 86_400;
    let standing = |seconds| {
        let status = again.as_ref().ok().and_then(|engine| engine.status(&"a", after(seconds)));
        status.is_some_and(|status| status.standing)
    };
    assert!(standing(1_800) && standing(1_799 + week) && !standing(1_800 + week));
}

#[test]
fn a_place_keeps_what_it_answers_for() {
    let place = SavedPlace {
        net: "192.0.2.1/32".parse().unwrap(),
        created: 3,
        debts: SavedNumber { micros: 864_000_000_000, at: secs(0) },
        crowd: SavedNumber { micros: 5_000_000, at: secs(-100) },
        bans: 2,
        over: Some(secs(-60)),
    };
    let mut engine = restore([Saved::Place(place.clone())]).unwrap();

    assert_eq!(engine.counts().places, 1);
    let net = place.net;
    assert_eq!(engine.save_place(net, NOW), Some(SavedPlace { created: 0, ..place }));

    let (peer, addr, direction) = ("a", Some([192, 0, 2, 1].into()), Direction::Inbound);
    let misbehavior = Misbehavior::INVALID_MESSAGE;
    drop(input(&mut engine, Event::Connected { peer, addr, direction }, 0));
    drop(input(&mut engine, Event::Expel { peer, misbehavior, duration: None }, 0));
    let third = input(&mut engine, Event::Heartbeat, 0);
    assert_eq!(third, [""; 0]);
    let (peer, penalty) = ("b", Penalty::from_points(1).unwrap());
    drop(input(&mut engine, Event::Connected { peer, addr, direction }, 0));
    drop(input(&mut engine, Event::Report { peer, misbehavior, penalty, via: None }, 0));
    let left = input(&mut engine, Event::Disconnected { peer }, 0);
    assert_eq!(left.last().unwrap(), "ban addr:192.0.2.1/32 address until 1004800");
}

#[test]
fn numbers_besides_the_debt_come_back() {
    let number = |micros| SavedNumber { micros, at: secs(-1) };
    let peer = SavedPeer {
        long: number(86_400_000_000),
        hearsay: number(2_000_000_000),
        deliveries: number(864_000_000),
        reported: Points::from_points(7),
        ..nobody("a")
    };

    let engine = restore_with(falling_by(1), [Saved::Peer(peer.clone())]).unwrap();
    let again = engine.save(&Subject::Peer("a"), NOW);

    assert_eq!(again, Some(Saved::Peer(peer)));
}

#[test]
fn of_more_in_standing_than_there_is_room_for_those_lose_it_that_would_first() {
    let saved = [("a", 60, 1), ("b", 50, 2), ("c", 50, 1)].map(|(peer, until, left)| {
        let standing = Some(SavedStanding { until: secs(until), left });
        Saved::Peer(SavedPeer { standing, ..nobody(peer) })
    });

    let engine = restore_with(Config::default().with_max_standing(2), saved).unwrap();

    let standing = |peer| engine.status(&peer, NOW).is_some_and(|status| status.standing);
    assert_eq!(["a", "b", "c"].map(standing), [true, true, false]);
}

#[test]
fn what_fell_before_the_clock_began_is_paid() {
    // Half of the time since then lies before the origin of this clock.
    let peer = SavedPeer { debt: debt(3_000_000, 2_000_000), ..nobody("a") };
    let engine = restore_with(falling_by(1), [Saved::Peer(peer)]).unwrap();

    let owed = engine.status(&"a", NOW).unwrap().penalty;

    assert_eq!(owed, Points::from_points(1_000_000));
}

#[test]
fn a_pardoned_place_keeps_its_grace() {
    let pardoned = SavedNetwork { grace: Some(secs(60)), ..nowhere("192.0.2.1/32") };
    let mut engine = restore_with(one_is_too_many(), [Saved::Network(pardoned)]).unwrap();

    assert_eq!(banned_at(&mut engine, "a", 59), ["withhold addr:192.0.2.1/32 address grace"]);
    let banned = ["ban addr:192.0.2.1/32 address until 1000660"];
    assert_eq!(banned_at(&mut engine, "b", 60), banned);
}

#[test]
fn a_banned_place_counts_towards_the_most_there_may_be() {
    let place = SavedNetwork {
        ban: Some(ban(&[(Cause::Address, Some(500))])),
        ..nowhere("198.51.100.1/32")
    };
    let config = one_is_too_many().with_max_addr_bans(NonZeroUsize::MIN);
    let mut engine = restore_with(config, [Saved::Network(place)]).unwrap();

    assert_eq!(
        banned_at(&mut engine, "a", 0),
        ["ban addr:192.0.2.1/32 address until 1000600", "unban addr:198.51.100.1/32"]
    );
}

/// A policy under which one banned peer bans its place.
fn one_is_too_many() -> Config {
    let level = PlaceLevel { length: 32, debts: Points::from_points(1_000_000), crowd: 0 };
    Config::default().with_places_v4(&[level]).unwrap()
}

/// What comes of banning one more peer that was seen there, its own ban and leave aside.
fn banned_at(engine: &mut Engine, peer: &'static str, seconds: u64) -> Vec<String> {
    let (addr, direction) = (Some([192, 0, 2, 1].into()), Direction::Inbound);
    let misbehavior = Misbehavior::INVALID_MESSAGE;
    assert_eq!(input(engine, Event::Connected { peer, addr, direction }, seconds), [""; 0]);
    input(engine, Event::Expel { peer, misbehavior, duration: None }, seconds).split_off(2)
}
