//! Attackers that have honest peers blamed.

use std::rc::Rc;

use crate::attackers::{Deed, Shared, Tactic};
use crate::habits::{Habits, Trouble};
use crate::network::{LAIR, Pool};
use crate::peer::PeerNo;
use crate::scenario::{Scenario, Stage, Tells};
use crate::time::{hours, millis, mins};

/// Deliverers of bad messages that name honest peers as their authors.
fn frame(stage: &mut Stage, deliverers: u8, gap: u64, deed: fn(Rc<[PeerNo]>) -> Deed) {
    let honest: Rc<[PeerNo]> = stage.honest(30, Habits::QUIET).into();
    let tactic = Tactic { deed: deed(honest), ..Tactic::dripping(millis(gap)) };
    let pool = if deliverers == 1 { Pool::OneV4(LAIR) } else { Pool::V4Slash16s(deliverers) };
    stage.attackers(deliverers.into(), &tactic, &Shared::new(pool));
}

/// Attackers that have honest peers blamed.
pub(super) const ALL: &[Scenario] = &[
    Scenario {
        name: "framing-signed",
        title: "bad messages signed by honest authors, one deliverer, 100 a second",
        length: hours(1),
        populate: |stage| frame(stage, 1, 10, Deed::Framing),
        ..Scenario::USUAL
    },
    Scenario {
        name: "framing-20",
        title: "the same, 20 deliverers with 5 a second each",
        length: hours(1),
        populate: |stage| frame(stage, 20, 200, Deed::Framing),
        ..Scenario::USUAL
    },
    Scenario {
        name: "framing-unsigned",
        title: "the same, one deliverer, whom the application does not name",
        length: hours(1),
        populate: |stage| frame(stage, 1, 10, Deed::Unsigned),
        ..Scenario::USUAL
    },
    Scenario {
        name: "framing-relayed",
        title: "honest peers relay what only we find bad, 2 a second for 90 min",
        tells: Tells::Lost,
        warmup: mins(30),
        length: hours(3),
        populate: |stage| {
            let trouble = Trouble { from: stage.attack(), lasts: mins(90), rate: 2.0 };
            stage.honest(30, Habits { trouble: Some(trouble), ..Habits::QUIET });
        },
        ..Scenario::USUAL
    },
];
