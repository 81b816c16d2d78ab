//! Where nothing comes of it, nothing is allocated.

use peerwarden_core::{Direction, Event, Instant, Misbehavior, Penalty};

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
