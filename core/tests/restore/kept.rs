//! What is written down means the same when it is read back.

use std::num::NonZeroUsize;
use std::time::Duration;

use peerwarden_core::{
    Cause, Config, Direction, Event, Misbehavior, Offset, Origin, Penalty, Points, Saved,
    SavedConnection, SavedNetwork, SavedPeer, Score, Subject,
};

use crate::saved::{
    Engine, NOW, ban, debt, falling_by, heartbeat, input, nobody, nowhere, restore, restore_with,
    secs,
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

    assert_eq!(again.status(&"a", NOW), engine.status(&"a", NOW));
    assert_eq!(again.bans(NOW).collect::<Vec<_>>(), engine.bans(NOW).collect::<Vec<_>>());
    assert_eq!(again.next_deadline(), engine.next_deadline());
    assert_eq!(input(&mut again, Event::Disconnected { peer: "a" }, 1), [""; 0]);
    assert_eq!(heartbeat(&mut again, 100), ["unban peer:a", "dial a"]);
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
        clean_since: Offset(i64::MIN),
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

    let saved = engine.save(&Subject::Peer("a"), NOW).unwrap().disconnected();
    let mut again = restore([saved]).unwrap();

    assert_eq!(again.counts().connected, 0);
    assert_eq!(heartbeat(&mut again, 0), ["forget a"]);
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
    let banned = ["ban addr:192.0.2.1/32 address until 1003660"];
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
        ["ban addr:192.0.2.1/32 address until 1003600", "unban addr:198.51.100.1/32"]
    );
}

/// Neither the order of their names nor that of the queue.
#[test]
fn the_connected_leave_in_the_order_in_which_they_came() {
    let saved = [("a", 30, 1), ("b", 10, 3), ("c", 20, 2)].map(|(peer, since, ticket)| {
        let connection = Some(SavedConnection { ticket: Some(ticket), since, dialled: false });
        let addr = Some([192, 0, 2, 1].into());
        Saved::Peer(SavedPeer { connection, addr, ..nobody(peer) })
    });
    let mut engine = restore(saved).unwrap();
    let subject = Subject::Addr("192.0.2.0/24".parse().unwrap());

    let ban = Event::Ban { subject, duration: None, origin: Origin::Operator };

    assert_eq!(input(&mut engine, Event::Tick, 0), ["request-score a"]);
    assert_eq!(
        input(&mut engine, ban, 0),
        ["ban addr:192.0.2.0/24 operator forever", "disconnect b", "disconnect c", "disconnect a"]
    );
}

/// A policy under which one banned peer bans its place.
fn one_is_too_many() -> Config {
    Config::default().with_max_banned_peers(Some(0))
}

/// What comes of banning one more peer that was seen there, its own ban and leave aside.
fn banned_at(engine: &mut Engine, peer: &'static str, seconds: u64) -> Vec<String> {
    let (addr, direction) = (Some([192, 0, 2, 1].into()), Direction::Inbound);
    let score = Score::try_from(-200.0).unwrap();
    assert_eq!(input(engine, Event::Connected { peer, addr, direction }, seconds), [""; 0]);
    input(engine, Event::Score { peer, score }, seconds).split_off(2)
}
