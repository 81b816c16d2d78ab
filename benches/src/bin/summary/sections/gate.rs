//! What a gate costs.

use std::hint::black_box;

use peerwarden_benches::baselines::set;
use peerwarden_benches::engines::{self, Known, START};
use peerwarden_benches::hashers::{Drivers, Fast, Hasher};
use peerwarden_benches::measure::{for_each, in_turns};
use peerwarden_benches::peers::{drawn, peers};
use peerwarden_core::Verdict;

use crate::scale::Scale;
use crate::sheet::Sheet;

pub(crate) fn measure(scale: &Scale, sheet: &mut Sheet) {
    for size in &scale.sizes {
        peer::<Drivers>(*size, scale, sheet);
        peer::<Fast>(*size, scale, sheet);
    }
}

/// `check_peer` against a lookup in a set of the same peers.
fn peer<S: Hasher>(size: usize, scale: &Scale, sheet: &mut Sheet) {
    let known = peers(size, 1);
    let unknown = peers(size, 3);
    let set = set::<S>(&known);
    for (name, known_as, asked, denied) in [
        ("unknown", Known::Idle, &unknown, false),
        ("known", Known::Idle, &known, false),
        ("banned", Known::Banned, &known, true),
    ] {
        let warden = engines::engine::<S>(&known, known_as, engines::roomy(size));
        let order = drawn(asked, scale.batch, 2);
        let mut denials = 0;
        let compared = in_turns(
            scale.turns,
            || {
                for_each(&order, |peer| {
                    let verdict = warden.check_peer(black_box(&peer), None, START);
                    denials += usize::from(verdict != Verdict::Allow);
                })
            },
            || {
                for_each(&order, |peer| {
                    black_box(set.contains(black_box(&peer)));
                })
            },
        );
        assert_eq!(denials > 0, denied, "{name} peers are judged as such");
        let gate = if denied { "banned" } else { "peer" };
        sheet.compared(&format!("gate/{gate}/{}/{name}/{size}", S::NAME), &compared);
    }
}
