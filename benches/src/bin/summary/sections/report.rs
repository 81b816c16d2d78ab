//! Cost of a report.

use peerwarden_benches::baselines::numbers;
use peerwarden_benches::engines::{self, Known, START};
use peerwarden_benches::hashers::{FoldHash, Hasher, SipHash};
use peerwarden_benches::measure::{for_each, in_rounds, in_turns};
use peerwarden_benches::peers::{drawn, peers};
use peerwarden_core::Penalty;

use crate::results::Results;
use crate::scale::Scale;

pub(crate) fn measure(scale: &Scale, results: &mut Results) {
    for size in &scale.sizes {
        known::<SipHash>(*size, scale, results);
        known::<FoldHash>(*size, scale, results);
    }
    let size = scale.bans;
    fresh("unknown", size, size, engines::one_point(), scale, results);
    fresh("bans", size, size, engines::fatal(), scale, results);
    fresh("flood", size / 10, size, engines::one_point(), scale, results);
}

/// So many reports about peers that nobody knows, with room for so many records, against as many
/// numbers that are put into a map.
fn fresh(
    name: &str,
    room: usize,
    count: usize,
    penalty: Penalty,
    scale: &Scale,
    results: &mut Results,
) {
    let (known, fresh) = (peers(room, 1), peers(count, 4));
    let full = engines::bounded(room);
    let config = if room < count { full } else { engines::roomy(count + room) };
    let round = || {
        let mut warden = engines::engine::<SipHash>(&known, Known::Owing, config.clone());
        let mut banned = 0;
        let own = for_each(&fresh, |peer| {
            banned += engines::bans(&warden.handle_input(engines::report(peer, penalty), START));
        });
        assert_eq!(banned, if penalty > engines::half_the_threshold() { count } else { 0 });
        let mut map = numbers::<SipHash>(&known);
        let base = for_each(&fresh, |peer| map.insert(peer, penalty.as_micros()));
        (own, base)
    };
    results.compared(&format!("report/{name}/{count}"), &in_rounds(scale.turns.min(9), round));
}

/// About a random peer that owes already, against a counter increment in a `HashMap`.
fn known<S: Hasher>(size: usize, scale: &Scale, results: &mut Results) {
    let peers = peers(size, 1);
    let order = drawn(&peers, scale.batch, 2);
    let mut warden = engines::engine::<S>(&peers, Known::Owing, engines::roomy(size));
    let mut numbers = numbers::<S>(&peers);
    let (penalty, pace) = (engines::one_point(), engines::pace(size));
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
    assert_eq!(warden.counts().records, size, "nobody was forgotten meanwhile");
    assert_eq!(warden.bans(now).count(), 0, "nobody was banned meanwhile");
    results.compared(&format!("report/known/{}/{size}", S::NAME), &compared);
}
