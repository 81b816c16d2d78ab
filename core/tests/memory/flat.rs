//! Memory that stays flat however often something happens.

use std::time::Duration;

use peerwarden_core::{
    BanDuration, Direction, Event, Instant, Misbehavior, Origin, Penalty, Score, Subject,
};

use crate::engine::engine;
use crate::gauge::is_flat;

#[test]
fn any_number_of_reports_about_one_peer_leaves_memory_flat() {
    let mut engine = engine();
    let kinds = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"];
    let kinds = kinds.map(|name| Misbehavior::new(name).unwrap());

    is_flat(TIMES, |n| {
        let misbehavior = kinds[usize::try_from(n).unwrap() % kinds.len()];
        let penalty = Penalty::from_points(1 + n % 50_000).unwrap();
        let report = Event::Report { peer: 1, misbehavior, penalty, via: None };
        drop(engine.handle_input(report, Instant::from_millis(n)));
    });
}

#[test]
fn any_number_of_bans_and_unbans_of_one_peer_leaves_memory_flat() {
    let mut engine = engine();

    is_flat(TIMES / 10, |n| {
        let subject = Subject::Peer(1);
        let duration = BanDuration::try_from(Duration::from_secs(60)).ok();
        let ban = Event::Ban { subject: subject.clone(), duration, origin: Origin::Remote };
        drop(engine.handle_input(ban, Instant::from_millis(n)));
        drop(engine.handle_input(Event::Unban { subject, cause: None }, Instant::from_millis(n)));
    });
}

#[test]
fn any_number_of_bans_and_unbans_of_networks_leaves_memory_flat() {
    let mut engine = engine();

    is_flat(TIMES / 10, |n| {
        let octet = u8::try_from(n % 251).unwrap();
        let net = format!("10.0.{octet}.0/{}", 24 + n % 9).parse().unwrap();
        let subject = Subject::Addr(net);
        let ban = Event::Ban { subject: subject.clone(), duration: None, origin: Origin::Operator };
        drop(engine.handle_input(ban, Instant::from_secs(n)));
        drop(engine.handle_input(Event::Unban { subject, cause: None }, Instant::from_secs(n)));
    });
}

#[test]
fn a_flood_of_fresh_ids_leaves_memory_flat() {
    let mut engine = engine();

    is_flat(TIMES / 10, |n| {
        let peer = u32::try_from(n).unwrap();
        let [_, b, c, d] = peer.to_be_bytes();
        let addr = Some([203, b, c, d].into());
        let now = Instant::from_millis(n);
        let direction = Direction::Inbound;
        let score = Score::try_from(-1_000.0).unwrap();
        drop(engine.handle_input(Event::Connected { peer, addr, direction }, now));
        drop(engine.handle_input(Event::Score { peer, score }, now));
        drop(engine.handle_input(Event::Disconnected { peer }, now));
    });

    let counts = engine.counts();
    assert_eq!(counts.records, 100);
    assert!(counts.largest_index <= 2 * (counts.records + counts.networks) + 64, "{counts:?}");
}

/// How often what could pile up is done: ten million reports, and a million bans. A hundredth of
/// that where nothing is optimised.
const TIMES: u64 = if cfg!(debug_assertions) { 100_000 } else { 10_000_000 };
