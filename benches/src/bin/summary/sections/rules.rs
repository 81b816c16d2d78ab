//! Cost of places, heat, the long budget and incidents.

use std::time::Duration;

use peerwarden_benches::baselines::numbers;
use peerwarden_benches::engines::{self, Known, START};
use peerwarden_benches::hashers::SipHash;
use peerwarden_benches::measure::{for_each, in_rounds, in_turns, times};
use peerwarden_benches::peers::{drawn, peers};
use peerwarden_core::{Action, Event, Warden};
use peerwarden_libp2p::compact_peer_id::CompactPeerId;

use crate::results::Results;
use crate::scale::Scale;

pub(crate) fn measure(scale: &Scale, results: &mut Results) {
    for size in &scale.sizes {
        live(*size, scale, results);
    }
    debtors(scale.bans, scale, results);
    due_in_an_incident(scale.bans.min(10_000), scale, results);
}

/// A report about a random connected peer with an address, heat and a long number, against a counter
/// increment in a `HashMap`.
fn live(size: usize, scale: &Scale, results: &mut Results) {
    let peers = peers(size, 1);
    let order = drawn(&peers, scale.batch, 2);
    let mut warden = engines::engine::<SipHash>(&peers, Known::Idle, engines::roomy(size));
    let mut numbers = numbers::<SipHash>(&peers);
    let (penalty, pace) = (engines::one_point(), engines::pace(size));
    // The long budget counts from the first good message on.
    for peer in &peers {
        drop(warden.handle_input(Event::Valid { peer: peer.into(), count: 1 }, START));
        let report = engines::report(*peer, engines::a_quarter_of_the_threshold());
        drop(warden.handle_input(report, START));
    }
    let mut now = START;
    let compared = in_turns(
        scale.turns,
        || {
            for_each(&order, |peer| {
                now = now.saturating_add(pace);
                warden.handle_input(engines::report(peer, penalty), now)
            })
        },
        || {
            for_each(&order, |peer| {
                if let Some(number) = numbers.get_mut(&peer) {
                    *number += penalty.as_micros();
                }
            })
        },
    );
    assert_eq!(warden.bans(now).count(), 0, "no peer was banned meanwhile");
    results.compared(&format!("rules/report/{size}"), &compared);
}

/// The end of a connection with a peer that owes, which leaves a debt at its place; against taking
/// an entry out of one map and putting it into another.
fn debtors(size: usize, scale: &Scale, results: &mut Results) {
    let peers = peers(size, 1);
    let config = || engines::roomy(size).with_max_places(usize::MAX);
    let round = || {
        let mut warden = engines::engine::<SipHash>(&peers, Known::Idle, config());
        for peer in &peers {
            drop(warden.handle_input(engines::report(*peer, engines::half_the_threshold()), START));
        }
        let own = for_each(&peers, |peer| {
            warden.handle_input(Event::Disconnected { peer: peer.into() }, START)
        });
        assert_eq!(warden.counts().places, size, "each left a debt behind");
        let (mut from, mut to) = (numbers::<SipHash>(&peers), numbers::<SipHash>(&[]));
        let base = for_each(&peers, |peer| {
            from.remove(&peer);
            to.insert(peer, 1)
        });
        (own, base)
    };
    results.compared(&format!("rules/debtor/{size}"), &in_rounds(scale.turns.min(5), round));
}

/// A ban that is due while so many connected peers, each in a group of its own, misbehave: the engine
/// reckons whether that is an incident; against a sum over a map of as many numbers.
fn due_in_an_incident(size: usize, scale: &Scale, results: &mut Results) {
    let peers = peers(size, 1);
    let numbers = numbers::<SipHash>(&peers);
    let mut warden = Warden::new(engines::roomy(size), SipHash::default());
    for (peer, at) in peers.iter().zip(0_u32..) {
        drop(warden.handle_input(engines::connected(*peer, at << 16), START));
    }
    let tenured = START.saturating_add(Duration::from_secs(600));
    for peer in &peers {
        for _ in 0..2 {
            drop(
                warden.handle_input(engines::report(*peer, engines::half_the_threshold()), tenured),
            );
        }
    }
    let mut now = tenured;
    let mut due = peers.iter().cycle();
    let compared = in_turns(
        scale.turns,
        || {
            let Some(peer) = due.next() else { return (Duration::ZERO, 0) };
            // It is reckoned once a second at most.
            now = now.saturating_add(Duration::from_secs(1));
            let report = engines::report(*peer, engines::half_the_threshold());
            let mut actions = Vec::new();
            let turn = times(1, || actions = warden.handle_input(report.clone(), now));
            assert!(is_withheld(&actions), "{actions:?}");
            turn
        },
        || times(1, || numbers.values().copied().fold(0, u64::wrapping_add)),
    );
    results.compared(&format!("rules/incident/{size}"), &compared);
}

fn is_withheld(actions: &[Action<CompactPeerId>]) -> bool {
    !actions.iter().any(|action| matches!(action, Action::Ban { .. }))
}
