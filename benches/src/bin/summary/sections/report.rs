//! What a report costs.

use std::hint::black_box;

use peerwarden_benches::baselines::numbers;
use peerwarden_benches::engines::{self, Known, START};
use peerwarden_benches::hashers::{Drivers, Fast, Hasher};
use peerwarden_benches::measure::{for_each, in_turns};
use peerwarden_benches::peers::{drawn, peers};

use crate::scale::Scale;
use crate::sheet::Sheet;

pub(crate) fn measure(scale: &Scale, sheet: &mut Sheet) {
    for size in &scale.sizes {
        known::<Drivers>(*size, scale, sheet);
        known::<Fast>(*size, scale, sheet);
    }
}

/// About a random peer that owes already, against a bump in a map.
fn known<S: Hasher>(size: usize, scale: &Scale, sheet: &mut Sheet) {
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
                drop(black_box(warden.handle_input(engines::report(peer, penalty), now)));
            })
        },
        || {
            for_each(&order, |peer| {
                if let Some(number) = numbers.get_mut(black_box(&peer)) {
                    *number += black_box(penalty).as_micros();
                }
            })
        },
    );
    assert_eq!(warden.counts().records, size, "nobody was forgotten meanwhile");
    assert_eq!(warden.bans(now).count(), 0, "nobody was banned meanwhile");
    sheet.compared(&format!("report/known/{}/{size}", S::NAME), &compared);
}
