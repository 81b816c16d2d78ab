//! Cost of churn: checks, scores, connections, snapshots.

use peerwarden_benches::baselines::numbers;
use peerwarden_benches::engines::{self, Known, START};
use peerwarden_benches::hashers::SipHash;
use peerwarden_benches::measure::{for_each, in_rounds, in_turns, times};
use peerwarden_benches::peers::{drawn, peers};
use peerwarden_core::{Event, Score, Warden};

use crate::results::Results;
use crate::scale::Scale;

pub(crate) fn measure(scale: &Scale, results: &mut Results) {
    for size in &scale.sizes {
        asked(*size, scale, results);
    }
    let size = scale.bans;
    come_and_go(size, scale, results);
    saved(size, scale, results);
}

/// A request for a score, and a score that is fine, against a lookup in a map each.
fn asked(size: usize, scale: &Scale, results: &mut Results) {
    let peers = peers(size, 1);
    let order = drawn(&peers, scale.batch, 2);
    let mut warden = engines::engine::<SipHash>(&peers, Known::Idle, engines::roomy(size));
    let map = numbers::<SipHash>(&peers);
    let turns = scale.turns.min(9);
    let look_up = || for_each(&order, |peer| map.get(&peer).copied());
    let tick = in_turns(
        turns,
        || {
            let mut requests = 0;
            let (took, _) = times(30, || requests += warden.handle_input(Event::Tick, START).len());
            (took, requests)
        },
        look_up,
    );
    results.compared(&format!("churn/tick/{size}"), &tick);
    let Ok(fine) = Score::try_from(0.0) else { return };
    let score = in_turns(
        turns,
        || {
            for_each(&order, |peer| {
                warden.handle_input(Event::Score { peer: peer.into(), score: fine }, START)
            })
        },
        look_up,
    );
    results.compared(&format!("churn/score/{size}"), &score);
}

/// Peers that connect and go, one at a time, among so many that stay; against a map that they are
/// put into and taken out of.
fn come_and_go(size: usize, scale: &Scale, results: &mut Results) {
    let (known, fresh) = (peers(size, 1), peers(scale.batch, 4));
    let mut warden = engines::engine::<SipHash>(&known, Known::Idle, engines::roomy(size));
    let mut map = numbers::<SipHash>(&known);
    let mut now = START;
    let compared = in_turns(
        scale.turns.min(9),
        || {
            for_each(&fresh, |peer| {
                now = now.saturating_add(engines::pace(1_000));
                drop(warden.handle_input(engines::connected(peer, 0), now));
                warden.handle_input(Event::Disconnected { peer: peer.into() }, now)
            })
        },
        || {
            for_each(&fresh, |peer| {
                map.insert(peer, 0);
                map.remove(&peer)
            })
        },
    );
    results.compared(&format!("churn/connect/{size}"), &compared);
}

/// A snapshot of so many peers and an engine from it, against the clone of a map.
fn saved(size: usize, scale: &Scale, results: &mut Results) {
    let peers = peers(size, 1);
    let warden = engines::engine::<SipHash>(&peers, Known::Owing, engines::roomy(size));
    let map = numbers::<SipHash>(&peers);
    let turns = scale.turns.min(5);
    let clone = || (times(1, || map.clone()).0, size);
    let snapshot = in_turns(
        turns,
        || (times(1, || assert_eq!(warden.snapshot(START).count(), size)).0, size),
        clone,
    );
    results.compared(&format!("churn/snapshot/{size}"), &snapshot);
    let restore = in_rounds(turns, || {
        let saved: Vec<_> = warden.snapshot(START).collect();
        let mut restored = None;
        let (took, _) = times(1, || {
            let config = engines::roomy(size);
            restored = Warden::restore(config, SipHash::new(), saved.iter().cloned(), START).ok();
        });
        assert_eq!(restored.map(|warden| warden.counts().records), Some(size));
        ((took, size), clone())
    });
    results.compared(&format!("churn/restore/{size}"), &restore);
}
