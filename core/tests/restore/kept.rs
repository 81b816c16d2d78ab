//! What is written down means the same when it is read back.

use std::time::Duration;

use peerwarden_core::{
    Cause, Direction, Event, Misbehavior, Offset, Origin, Penalty, Saved, SavedPeer, Subject,
};

use crate::saved::{NOW, ban, heartbeat, input, nobody, restore, secs};

#[test]
fn everything_that_is_remembered_comes_back() {
    let mut engine = restore([]).unwrap();
    let subject = Subject::Addr("10.0.0.0/8".parse().unwrap());
    let addr = Some([192, 0, 2, 1].into());
    let (misbehavior, direction) = (Misbehavior::INVALID_MESSAGE, Direction::Outbound);
    let penalty = Penalty::from_points(100_000).unwrap();
    for event in [
        Event::Connected { peer: "a", addr, direction },
        Event::Report { peer: "a", misbehavior, penalty },
        Event::Ban { subject, duration: None, origin: Origin::Operator },
        Event::Protect { subject: Subject::Peer("b") },
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
