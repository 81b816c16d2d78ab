//! Tests that strategies and honest peers do what they say.

use std::net::IpAddr;
use std::rc::Rc;
use std::time::Duration;

use peerwarden_core::Instant;

use super::recorder::{Entry, Log, Recorder};
use super::{Setup, World};
use crate::actor::Actor;
use crate::attackers::{Deed, Identity, Oscillator, Refusal, Shared, Stop, Tactic, Visitor};
use crate::habits::{Habits, Sessions};
use crate::honest::Honest;
use crate::ledger::Figures;
use crate::network::{LAIR, Pool};
use crate::peer::{ActorNo, Class, PeerNo};
use crate::policy::Knowledge;
use crate::time::{hours, millis, mins, secs};

const NEVER: u64 = u64::MAX;

fn world(recorder: Recorder, length: Duration) -> World {
    World::new(Setup {
        policy: Box::new(recorder),
        knowledge: Knowledge::FLOW,
        feeds_valid: true,
        slots: 50,
        warmup: Duration::ZERO,
        length,
        enough: u64::MAX,
        seed: 1,
    })
}

/// Runs one attacker against a policy that bans its address at so many reports for ten minutes.
fn attack(tactic: Tactic, pool: Pool, reports: u64, length: Duration) -> (Figures, Log) {
    let log = Log::default();
    let world = world(Recorder::new(&log, reports, mins(10)), length);
    let attacker = Visitor::new(tactic, &Shared::new(pool));
    let end = Instant::ORIGIN.saturating_add(length);
    (world.run(vec![Box::new(attacker)], end), log)
}

fn connections(log: &Log) -> Vec<(f64, PeerNo, IpAddr)> {
    let log = log.borrow();
    let connected = log.iter().filter_map(|(at, entry)| match entry {
        Entry::Connected(peer, addr) => Some((at.as_nanos() as f64 / 1e9, *peer, *addr)),
        Entry::Disconnected(_) | Entry::Reported { .. } | Entry::Valid(..) => None,
    });
    connected.collect()
}

fn reported(log: &Log, peer: PeerNo) -> usize {
    let log = log.borrow();
    let of_peer =
        |entry: &Entry| matches!(entry, Entry::Reported { peer: blamed, .. } if *blamed == peer);
    log.iter().filter(|(_, entry)| of_peer(entry)).count()
}

const ONE: Pool = Pool::OneV4(LAIR);

#[test]
fn a_drip_sends_one_message_at_each_interval_and_stays() {
    let (figures, log) = attack(Tactic::dripping(secs(2)), ONE, NEVER, secs(200));
    assert!((97.0..=100.0).contains(&figures.harm), "{}", figures.harm);
    assert_eq!(connections(&log).len(), 1);
}

#[test]
fn flat_out_sends_until_cut_and_ten_milliseconds_longer_and_is_back_when_it_may() {
    let (figures, log) = attack(Tactic::FLAT_OUT, ONE, 100, mins(15));
    // What arrives late in the first visit counts towards the second ban.
    assert_eq!(figures.harm as u64, 109 + 100);
    let times: Vec<_> = connections(&log).iter().map(|(at, _, _)| *at).collect();
    assert_eq!(times.len(), 2);
    assert!((times[1] - times[0] - 600.2).abs() < 0.01, "{times:?}");
}

#[test]
fn bursts_of_fresh_ids_are_as_many_as_are_free_and_each_under_another_name() {
    let (_, log) = attack(Tactic::fresh_bursts(Knowledge::FLOW), Pool::V6(48), NEVER, secs(60));
    let connections = connections(&log);
    assert!(connections.len() > 200);
    let whole = &connections[..connections.len() - 1];
    for (number, (_, peer, _)) in whole.iter().enumerate() {
        assert_eq!(*peer, PeerNo(number as u32));
        assert_eq!(reported(&log, *peer), 100);
    }
}

#[test]
fn fresh_ids_move_to_an_address_that_is_not_banned() {
    let (_, log) = attack(Tactic::FRESH_UNTIL_CUT, Pool::V4Slash16s(3), 100, mins(10));
    let addresses: Vec<_> = connections(&log).iter().map(|(_, _, addr)| *addr).collect();
    let pool = [0, 1, 2].map(|index| Pool::V4Slash16s(3).at(index));
    assert_eq!(addresses, pool);
}

#[test]
fn an_id_that_is_refused_at_one_address_comes_from_the_next() {
    let (_, log) = attack(Tactic::FLAT_OUT, Pool::V4Slash16s(3), 100, mins(10));
    let came: Vec<_> = connections(&log).iter().map(|(_, peer, addr)| (*peer, *addr)).collect();
    let pool = [0, 1, 2].map(|index| (PeerNo(0), Pool::V4Slash16s(3).at(index)));
    assert_eq!(came, pool);
}

#[test]
fn hit_and_run_is_away_until_as_many_are_free_again() {
    let (_, log) = attack(Tactic::hit_and_run(Knowledge::FLOW), ONE, NEVER, mins(10));
    let connections = connections(&log);
    assert!(connections.iter().all(|(_, peer, _)| *peer == PeerNo(0)));
    let apart = connections[1].0 - connections[0].0;
    assert!((apart - 86.6).abs() < 0.01, "{apart}");
}

#[test]
fn a_raid_gives_up_when_refused_or_comes_again_at_the_next_full_hour() {
    let once = Tactic { refused: Refusal::GiveUp, ..Tactic::FRESH_UNTIL_CUT };
    assert_eq!(connections(&attack(once, ONE, 50, hours(3)).1).len(), 1);
    let hourly = Tactic { refused: Refusal::NextFull(hours(1)), ..Tactic::FRESH_UNTIL_CUT };
    let times: Vec<_> =
        connections(&attack(hourly, ONE, 50, hours(3)).1).iter().map(|(at, _, _)| *at).collect();
    assert_eq!(times.len(), 3);
    assert!((times[1] - 3_600.1).abs() < 0.01 && (times[2] - 7_200.1).abs() < 0.01, "{times:?}");
}

#[test]
fn silence_takes_a_slot_and_sends_nothing() {
    let (figures, log) = attack(Tactic::SILENT, ONE, 1, hours(1));
    assert!(figures.harm < 0.5);
    assert_eq!(log.borrow().len(), 1, "connected, and nothing else");
}

#[test]
fn framing_names_its_victims_in_turn_and_itself_as_deliverer() {
    let authors: Rc<[PeerNo]> = [PeerNo(7), PeerNo(8)].into();
    let deed = Deed::Framing(authors);
    let log = Log::default();
    let mut world = world(Recorder::new(&log, NEVER, secs(1)), secs(10));
    for _ in 0..9 {
        world.new_peer(ActorNo(9), LAIR.into(), Class::Resident);
    }
    let attacker = Visitor::new(Tactic { deed, ..Tactic::dripping(secs(1)) }, &Shared::new(ONE));
    world.run(vec![Box::new(attacker)], Instant::from_secs(10));
    let log = log.borrow();
    let blamed: Vec<_> = log
        .iter()
        .filter_map(|(_, entry)| match entry {
            Entry::Reported { peer, via } => Some((peer.0, via.map(|via| via.0))),
            Entry::Connected(..) | Entry::Disconnected(_) | Entry::Valid(..) => None,
        })
        .collect();
    assert_eq!(blamed[..4], [(7, Some(9)), (8, Some(9)), (7, Some(9)), (8, Some(9))]);
}

#[test]
fn cover_is_fed_with_each_bad_message() {
    let (_, log) =
        attack(Tactic { cover: 1_000, ..Tactic::dripping(secs(1)) }, ONE, NEVER, secs(60));
    let log = log.borrow();
    let valid = log.iter().filter(|(_, entry)| *entry == Entry::Valid(PeerNo(0), 1_000)).count();
    assert!(valid >= 57, "{valid}");
}

#[test]
fn a_visit_may_begin_with_silence_and_end_after_so_many_messages() {
    let stop = Stop::After(3);
    let tactic = Tactic { quiet_at_first: mins(5), quiet: mins(1), stop, ..Tactic::FLAT_OUT };
    assert_eq!(tactic.identity, Identity::Kept);
    let (figures, log) = attack(tactic, ONE, NEVER, mins(8));
    assert_eq!(figures.harm as u64, 9);
    assert_eq!(connections(&log).len(), 4);
}

#[test]
fn the_oscillator_sends_what_has_faded_by_the_next_look_and_right_after_the_last() {
    let log = Log::default();
    let recorder = Recorder::new(&log, NEVER, secs(1)).looking_at(PeerNo(0));
    let attacker: Box<dyn Actor> = Box::new(Oscillator::new(&Shared::new(ONE)));
    world(recorder, mins(2)).run(vec![attacker], Instant::from_secs(120));
    let log = log.borrow();
    let sent: Vec<_> = log
        .iter()
        .filter(|(_, entry)| matches!(entry, Entry::Reported { .. }))
        .map(|(at, _)| at.as_nanos() / 1_000_000_000)
        .collect();
    // Looks at 10, 20, 30, .. s: after the fourth it knows three times between two.
    assert_eq!(sent.first(), Some(&40));
    assert!(sent.iter().all(|second| second % 10 == 0));
    assert_eq!(sent.iter().filter(|second| **second == 50).count(), 2);
}

#[test]
fn an_honest_peer_that_was_cut_comes_back_after_thirty_to_forty_seconds() {
    let log = Log::default();
    let mut world = world(Recorder::new(&log, 1, secs(1)), hours(2));
    let peer = world.new_peer(ActorNo(0), LAIR.into(), Class::Resident);
    let honest = Honest::new(peer, LAIR.into(), Habits::noisy(1.0, 0.01));
    world.run(vec![Box::new(honest)], Instant::from_secs(7_200));
    let log = log.borrow();
    let mut left = None;
    let mut returns = 0;
    for (at, entry) in log.iter() {
        match entry {
            Entry::Disconnected(_) => left = Some(*at),
            Entry::Connected(..) => {
                if let Some(left) = left.take() {
                    let away = at.saturating_duration_since(left);
                    assert!(secs(30) <= away && away <= secs(40).saturating_add(millis(100)));
                    returns += 1;
                }
            }
            Entry::Reported { .. } | Entry::Valid(..) => {}
        }
    }
    assert!(returns > 20, "{returns}");
}

#[test]
fn honest_peers_send_as_many_messages_as_they_say_good_and_bad() {
    let log = Log::default();
    let mut world = world(Recorder::new(&log, NEVER, secs(1)), hours(10));
    let peer = world.new_peer(ActorNo(0), LAIR.into(), Class::Resident);
    let honest = Honest::new(peer, LAIR.into(), Habits::noisy(100.0, 0.01));
    world.run(vec![Box::new(honest)], Instant::from_secs(36_000));
    let log = log.borrow();
    let valid: u64 = log
        .iter()
        .map(|(_, entry)| if let Entry::Valid(_, count) = entry { *count } else { 0 })
        .sum();
    let bad = log.iter().filter(|(_, entry)| matches!(entry, Entry::Reported { .. })).count();
    assert!((3_550_000..=3_564_100).contains(&valid), "{valid}");
    assert!((35_000..=37_000).contains(&bad), "{bad}");
}

#[test]
fn newcomers_have_a_new_name_at_each_session_and_lose_no_time_where_nobody_is_refused() {
    let log = Log::default();
    let mut world = world(Recorder::new(&log, NEVER, secs(1)), hours(20));
    let sessions = Some(Sessions { here: hours(1), away: mins(10) });
    let habits = Habits { sessions, fresh: true, ..Habits::QUIET };
    let peer = world.new_peer(ActorNo(0), LAIR.into(), Class::Newcomer);
    let honest = Honest::new(peer, LAIR.into(), habits);
    let figures = world.run(vec![Box::new(honest)], Instant::from_secs(72_000));
    let connections = connections(&log);
    let names: Vec<_> = connections.iter().map(|(_, peer, _)| peer.0).collect();
    assert_eq!(names, (0..connections.len() as u32).collect::<Vec<_>>());
    assert!(connections.len() > 8);
    assert!(figures.newcomers_lost.unwrap() < 0.1);
}
