//! Small runs for recordings, of which every line can be looked at. They are in no table.

use crate::attackers::{Shared, Tactic};
use crate::habits::{Habits, Trouble};
use crate::network::{LAIR, Pool};
use crate::scenario::{Scenario, Stage, Variants};
use crate::time::{mins, secs};

/// A dozen honest peers, and an attacker with ids as it likes.
fn sybils(stage: &mut Stage) {
    stage.honest(12, Habits::QUIET);
    let tactic = Tactic { rest: secs(20), ..Tactic::FRESH_UNTIL_CUT };
    stage.attackers(1, &tactic, &Shared::new(Pool::V6(48)));
}

/// Nine honest peers that all send bad messages for some seconds, as after an upgrade of this node, and an
/// attacker a minute later.
fn incident(stage: &mut Stage) {
    let trouble = Some(Trouble { from: stage.attack(), lasts: secs(7), rate: 20.0 });
    stage.honest(9, Habits { trouble, ..Habits::QUIET });
    let tactic = Tactic { begins: mins(1), ..Tactic::FLAT_OUT };
    stage.attackers(1, &tactic, &Shared::new(Pool::OneV4(LAIR)));
}

/// Small runs for recordings.
pub(super) const ALL: &[Scenario] = &[
    Scenario {
        name: "small-sybils",
        title: "fresh ids of one /48, each until cut, 20 s apart",
        length: secs(240),
        variants: Variants::None,
        populate: sybils,
        ..Scenario::USUAL
    },
    Scenario {
        name: "small-incident",
        title: "9 honest peers, 20 bad messages a second for 7 s, and an attacker a minute later",
        warmup: mins(15),
        length: mins(4),
        variants: Variants::None,
        populate: incident,
        ..Scenario::USUAL
    },
];
