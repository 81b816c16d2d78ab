//! Honest peers that share a place with attackers.

use crate::attackers::{Refusal, Shared, Tactic};
use crate::habits::{Habits, Sessions};
use crate::network::{NAT, Pool, hosted_v4, hosted_v6};
use crate::scenario::{Scenario, Stage, Variants};
use crate::time::{days, hours, mins};

/// Stays four hours, comes back after half an hour.
const RESIDENT: Habits =
    Habits { sessions: Some(Sessions { here: hours(4), away: mins(30) }), ..Habits::QUIET };

/// Stays an hour, comes back after ten minutes under another name.
const NEWCOMER: Habits = Habits {
    sessions: Some(Sessions { here: hours(1), away: mins(10) }),
    fresh: true,
    ..Habits::QUIET
};

/// 150 residents and 50 newcomers behind one IPv4.
fn neighbours(stage: &mut Stage, bad: f64) {
    for (count, habits) in [(150, RESIDENT), (50, NEWCOMER)] {
        for _ in 0..count {
            stage.honest_at(NAT.into(), Habits { bad, ..habits });
        }
    }
}

/// Six attackers behind the same IPv4, each with fresh ids until cut.
fn raid(stage: &mut Stage, refused: Refusal) {
    let tactic = Tactic { refused, ..Tactic::FRESH_UNTIL_CUT };
    stage.attackers(6, &tactic, &Shared::new(Pool::OneV4(NAT)));
}

/// 20 residents and 20 newcomers, each at an address of its own.
fn hosted(stage: &mut Stage, addr: fn(u8) -> std::net::IpAddr) {
    for index in 0..40 {
        stage.honest_at(addr(index), if index % 2 == 0 { RESIDENT } else { NEWCOMER });
    }
}

const NOISE: f64 = 0.001;

const NAT_SCENARIO: Scenario =
    Scenario { slots: 250, warmup: hours(3), length: hours(2), ..Scenario::USUAL };

/// Honest peers that share a place with attackers.
pub(super) const ALL: &[Scenario] = &[
    Scenario {
        name: "nat-attacked",
        title: "NAT of 200, six attackers behind it for 2 h",
        variants: Variants::RulesAndLadder,
        populate: |stage| {
            neighbours(stage, 0.0);
            raid(stage, Refusal::Wait);
        },
        ..NAT_SCENARIO
    },
    Scenario {
        name: "nat-attacked-noisy",
        title: "the same, neighbours with 0.1 % bad messages",
        variants: Variants::RulesAndLadder,
        populate: |stage| {
            neighbours(stage, NOISE);
            raid(stage, Refusal::Wait);
        },
        ..NAT_SCENARIO
    },
    Scenario {
        name: "nat-raided-once",
        title: "NAT of 200, six attackers once until it is refused",
        variants: Variants::RulesAndLadder,
        populate: |stage| {
            neighbours(stage, 0.0);
            raid(stage, Refusal::GiveUp);
        },
        ..NAT_SCENARIO
    },
    Scenario {
        name: "nat-raided-hourly",
        title: "NAT of 200, raided at each full hour of a day",
        length: days(1),
        variants: Variants::RulesAndLadder,
        populate: |stage| {
            neighbours(stage, 0.0);
            raid(stage, Refusal::NextFull(hours(1)));
        },
        ..NAT_SCENARIO
    },
    Scenario {
        name: "nat-noisy",
        title: "NAT of 200, no attacker, 0.1 % bad messages",
        tells: crate::scenario::Tells::Lost,
        length: hours(12),
        populate: |stage| neighbours(stage, NOISE),
        ..NAT_SCENARIO
    },
    Scenario {
        name: "hoster-24",
        title: "40 honest and 20 sybils' lanes in one /24 of a hoster, until cut",
        slots: 100,
        warmup: hours(3),
        variants: Variants::RulesAndLadder,
        populate: |stage| {
            hosted(stage, hosted_v4);
            let pool = Shared::new(Pool::V4Slash24(40));
            stage.attackers(20, &Tactic::FRESH_UNTIL_CUT, &pool);
        },
        ..Scenario::USUAL
    },
    Scenario {
        name: "hoster-48",
        title: "40 honest and 20 sybils' lanes in one /48 of a hoster, until cut",
        slots: 100,
        warmup: hours(3),
        variants: Variants::RulesAndLadder,
        populate: |stage| {
            hosted(stage, |index| hosted_v6(index.into()));
            stage.attackers(20, &Tactic::FRESH_UNTIL_CUT, &Shared::new(Pool::V6(48)));
        },
        ..Scenario::USUAL
    },
];
