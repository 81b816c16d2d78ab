//! Attackers that want nothing but slots.

use crate::attackers::{Shared, Tactic};
use crate::habits::{Habits, Sessions};
use crate::network::{LAIR, Pool};
use crate::scenario::{Scenario, Stage, Tells, Variants};
use crate::time::{hours, mins};

fn silent(stage: &mut Stage, pool: Pool) {
    let sessions = Some(Sessions { here: hours(1), away: mins(1) });
    stage.honest(30, Habits { sessions, ..Habits::QUIET });
    stage.attackers(50, &Tactic::SILENT, &Shared::new(pool));
}

const SLOTS: Scenario =
    Scenario { tells: Tells::Up, length: hours(6), variants: Variants::None, ..Scenario::USUAL };

/// Attackers that want nothing but slots.
pub(super) const ALL: &[Scenario] = &[
    Scenario {
        name: "slots-v4",
        title: "50 silent ids of one IPv4 wait for slots",
        populate: |stage| silent(stage, Pool::OneV4(LAIR)),
        ..SLOTS
    },
    Scenario {
        name: "slots-16s",
        title: "50 silent ids of 50 /16s wait for slots",
        populate: |stage| silent(stage, Pool::V4Slash16s(50)),
        ..SLOTS
    },
];
