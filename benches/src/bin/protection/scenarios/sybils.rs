//! Attackers with as many ids as they like.

use std::net::Ipv4Addr;

use crate::attackers::{Shared, Stop, Tactic, Visitor};
use crate::habits::Habits;
use crate::network::{LAIR, Pool};
use crate::policy::Knowledge;
use crate::scenario::{Scenario, Stage, Variants};
use crate::time::{days, hours, secs};

fn bursts(stage: &mut Stage, pool: Pool, lanes: usize) {
    let tactic = Tactic::fresh_bursts(stage.knowledge());
    against_thirty(stage, &tactic, pool, lanes);
}

fn patient(stage: &mut Stage, pool: Pool) {
    let known = stage.knowledge();
    let tactic = Tactic { rest: known.pace, ..Tactic::fresh_bursts(known) };
    against_thirty(stage, &tactic, pool, 1);
}

fn against_thirty(stage: &mut Stage, tactic: &Tactic, pool: Pool, lanes: usize) {
    stage.honest(30, Habits::QUIET);
    stage.attackers(lanes, tactic, &Shared::new(pool));
}

const ONE_V4: Pool = Pool::OneV4(LAIR);
const OFFENDER: Ipv4Addr = Ipv4Addr::new(192, 0, 2, 99);

/// Attackers with as many ids as they like.
pub(super) const ALL: &[Scenario] = &[
    Scenario {
        name: "sybils-v4",
        title: "fresh ids, one IPv4, bursts",
        variants: Variants::RulesAndLadder,
        populate: |stage| bursts(stage, ONE_V4, 1),
        ..Scenario::USUAL
    },
    Scenario {
        name: "sybils-64",
        title: "fresh ids, one /64, bursts",
        populate: |stage| bursts(stage, Pool::V6(64), 1),
        ..Scenario::USUAL
    },
    Scenario {
        name: "sybils-56",
        title: "fresh ids, one /56, bursts",
        populate: |stage| bursts(stage, Pool::V6(56), 1),
        ..Scenario::USUAL
    },
    Scenario {
        name: "sybils-48",
        title: "fresh ids, one /48, bursts",
        variants: Variants::RulesAndLadder,
        populate: |stage| bursts(stage, Pool::V6(48), 1),
        ..Scenario::USUAL
    },
    Scenario {
        name: "sybils-v4-cut",
        title: "fresh ids, one IPv4, each until cut",
        variants: Variants::RulesAndLadder,
        populate: |stage| against_thirty(stage, &Tactic::FRESH_UNTIL_CUT, ONE_V4, 1),
        ..Scenario::USUAL
    },
    Scenario {
        name: "sybils-48-cut",
        title: "fresh ids, one /48, each until cut",
        variants: Variants::RulesAndLadder,
        populate: |stage| against_thirty(stage, &Tactic::FRESH_UNTIL_CUT, Pool::V6(48), 1),
        ..Scenario::USUAL
    },
    Scenario {
        name: "sybils-v4-patient",
        title: "fresh ids, one IPv4, no faster than the place forgets",
        length: hours(12),
        populate: |stage| patient(stage, ONE_V4),
        ..Scenario::USUAL
    },
    Scenario {
        name: "sybils-48-patient",
        title: "fresh ids, one /48, no faster than the place forgets",
        length: hours(12),
        populate: |stage| patient(stage, Pool::V6(48)),
        ..Scenario::USUAL
    },
    Scenario {
        name: "concurrent-20",
        title: "20 ids at once, one IPv4, dripping",
        length: hours(6),
        populate: |stage| {
            against_thirty(stage, &Tactic::dripping(Knowledge::FLOW.drip), ONE_V4, 20);
        },
        ..Scenario::USUAL
    },
    Scenario {
        name: "in-turn-20",
        title: "20 ids in turn, one IPv4, hit and run",
        length: hours(6),
        populate: |stage| {
            let tactic = Tactic::hit_and_run(Knowledge::FLOW);
            against_thirty(stage, &tactic, ONE_V4, 20);
        },
        ..Scenario::USUAL
    },
    Scenario {
        name: "botnet-16s",
        title: "fresh ids, 100 IPv4 of 100 /16s, 20 at once",
        variants: Variants::RulesAndLadder,
        populate: |stage| bursts(stage, Pool::V4Slash16s(100), 20),
        ..Scenario::USUAL
    },
    Scenario {
        name: "botnet-16s-day",
        title: "the same for a day, each until cut",
        length: days(1),
        variants: Variants::RulesAndLadder,
        populate: |stage| {
            against_thirty(stage, &Tactic::FRESH_UNTIL_CUT, Pool::V4Slash16s(100), 20);
        },
        ..Scenario::USUAL
    },
    Scenario {
        name: "botnet-24",
        title: "fresh ids, the 254 IPv4 of one /24, 20 at once",
        variants: Variants::RulesAndLadder,
        populate: |stage| bursts(stage, Pool::V4Slash24(1), 20),
        ..Scenario::USUAL
    },
    Scenario {
        name: "flood",
        title: "20 times fresh ids of a /32 until cut, room for 2000 records, an offender before",
        warmup: hours(3),
        length: secs(300),
        max_records: Some(2_000),
        variants: Variants::None,
        populate: |stage| {
            stage.honest(29, Habits::QUIET);
            let offends = Tactic { stop: Stop::Cut, ..Tactic::FLAT_OUT };
            let offender = Visitor::new(offends, &Shared::new(Pool::OneV4(OFFENDER)));
            stage.actor(offender.watched());
            stage.attackers(20, &Tactic::FRESH_UNTIL_CUT, &Shared::new(Pool::V6(32)));
        },
        ..Scenario::USUAL
    },
];
