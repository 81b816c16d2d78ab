//! Inputs that allocate nothing.

use peerwarden_core::{Direction, Event, Instant, Misbehavior, Penalty, Points};

use crate::engine::engine;
use crate::gauge::allocations;

#[test]
fn what_nothing_comes_of_does_not_allocate() {
    let mut engine = engine();
    let (addr, direction) = (Some([203, 0, 113, 7].into()), Direction::Inbound);
    let misbehavior = Misbehavior::INVALID_MESSAGE;
    let penalty = Penalty::from_micros(1).unwrap();
    let now = Instant::from_secs(1);
    drop(engine.handle_input(Event::Connected { peer: 1, addr, direction }, now));
    drop(engine.handle_input(Event::Report { peer: 1, misbehavior, penalty, via: None }, now));

    let allocated = allocations(|| {
        drop(engine.handle_input(Event::Heartbeat, now));
        drop(engine.handle_input(Event::Report { peer: 1, misbehavior, penalty, via: None }, now));
        drop(engine.handle_input(Event::ScoreUnavailable { peer: 1 }, now));
        let _ = engine.check_peer(&1, addr, now);
        let _ = engine.check_addr([203, 0, 113, 7].into(), now);
        let _ = (engine.next_deadline(), engine.counts());
    });

    assert_eq!(allocated, 0);
}

#[test]
fn a_report_that_changes_nothing_but_numbers_does_not_allocate() {
    let mut engine = engine();
    let (addr, direction) = (Some([203, 0, 113, 7].into()), Direction::Inbound);
    let misbehavior = Misbehavior::INVALID_MESSAGE;
    let report = |points, via| Event::Report {
        peer: 1,
        misbehavior,
        penalty: Penalty::from_points(points).unwrap(),
        via,
    };
    let now = Instant::from_secs(1);
    drop(engine.handle_input(Event::Valid { peer: 1, count: 1 }, now));
    for event in [
        Event::Connected { peer: 1, addr, direction },
        Event::Connected { peer: 2, addr, direction },
        report(20_000, None),
        report(100, Some(2)),
        Event::Waive { peer: 1, points: Points::from_points(1) },
    ] {
        drop(engine.handle_input(event, now));
    }

    let allocated = allocations(|| {
        for second in 2..100 {
            let now = Instant::from_secs(second);
            drop(engine.handle_input(report(990, None), now));
            drop(engine.handle_input(report(15, Some(2)), now));
            drop(engine.handle_input(Event::Valid { peer: 1, count: 3 }, now));
        }
    });

    assert_eq!(allocated, 0);
    let status = engine.status(&1, Instant::from_secs(99)).unwrap();
    assert!(status.connected && !status.standing, "it was neither banned nor forgiven");
}
