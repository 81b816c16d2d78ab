//! Attackers with one id.

use crate::attackers::{Oscillator, Shared, Stop, Tactic};
use crate::habits::Habits;
use crate::network::{LAIR, Pool};
use crate::policy::Knowledge;
use crate::scenario::{Scenario, Stage, Variants};
use crate::time::{days, hours, millis, mins, secs};

fn lair() -> Shared {
    Shared::new(Pool::OneV4(LAIR))
}

fn alone(stage: &mut Stage, tactic: &Tactic) {
    stage.honest(30, Habits::QUIET);
    stage.attackers(1, tactic, &lair());
}

fn tuned_drip(known: Knowledge) -> Tactic {
    Tactic { quiet_at_first: known.quiet, ..Tactic::dripping(known.drip) }
}

/// Attackers with one id.
pub(super) const ALL: &[Scenario] = &[
    Scenario {
        name: "burst",
        title: "flat out until banned, back at once",
        length: days(1),
        populate: |stage| alone(stage, &Tactic::FLAT_OUT),
        ..Scenario::USUAL
    },
    Scenario {
        name: "drip",
        title: "polite drip, 1.155 a second",
        length: days(2),
        populate: |stage| alone(stage, &Tactic::dripping(Knowledge::FLOW.drip)),
        ..Scenario::USUAL
    },
    Scenario {
        name: "drip-tuned",
        title: "polite drip, as fast as the policy never bans",
        length: days(2),
        populate: |stage| {
            let tactic = tuned_drip(stage.knowledge());
            alone(stage, &tactic);
        },
        ..Scenario::USUAL
    },
    Scenario {
        name: "drip-covered",
        title: "polite drip under 1000 valid messages a second",
        length: days(2),
        populate: |stage| {
            let drip = Tactic::dripping(Knowledge::FLOW.drip);
            alone(stage, &Tactic { cover: 1_000, ..drip });
        },
        ..Scenario::USUAL
    },
    Scenario {
        name: "hit-and-run",
        title: "as many as are free, away until they are again",
        length: days(2),
        populate: |stage| {
            let tactic = Tactic::hit_and_run(stage.knowledge());
            alone(stage, &tactic);
        },
        ..Scenario::USUAL
    },
    Scenario {
        name: "churn-25s",
        title: "5 a second for 25 s, away for 0.1 s",
        length: hours(4),
        populate: |stage| {
            let (gap, stop) = (millis(200), Stop::After(125));
            alone(stage, &Tactic { gap, stop, rest: millis(100), ..Tactic::FLAT_OUT });
        },
        ..Scenario::USUAL
    },
    Scenario {
        name: "churn-10s",
        title: "1 a second for 10 s, away for 0.1 s",
        length: hours(4),
        populate: |stage| {
            let (gap, stop) = (secs(1), Stop::After(10));
            alone(stage, &Tactic { gap, stop, rest: millis(100), ..Tactic::FLAT_OUT });
        },
        ..Scenario::USUAL
    },
    Scenario {
        name: "month-of-bursts",
        title: "four weeks of bursts until banned",
        length: days(28),
        variants: Variants::None,
        populate: |stage| alone(stage, &Tactic::FLAT_OUT),
        ..Scenario::USUAL
    },
    Scenario {
        name: "month-of-days",
        title: "four weeks of one ban a day, forgiven each time",
        length: days(28),
        variants: Variants::None,
        populate: |stage| {
            alone(stage, &Tactic { rest: days(1).saturating_add(mins(2)), ..Tactic::FLAT_OUT });
        },
        ..Scenario::USUAL
    },
    Scenario {
        name: "month-of-drip",
        title: "four weeks of the fastest polite drip",
        length: days(28),
        variants: Variants::None,
        populate: |stage| {
            let tactic = tuned_drip(stage.knowledge());
            alone(stage, &tactic);
        },
        ..Scenario::USUAL
    },
    Scenario {
        name: "oscillating-score",
        title: "rejected payloads right after each look at the score",
        length: hours(4),
        needs_scores: true,
        populate: |stage| {
            stage.honest(45, Habits::QUIET);
            stage.actor(Oscillator::new(&lair()));
        },
        ..Scenario::USUAL
    },
    Scenario {
        name: "standing-abuse",
        title: "10 ids of one IPv4 earn standing, burst, leave, and again",
        length: days(1),
        populate: |stage| {
            stage.honest(30, Habits::QUIET);
            let burst = Stop::After(stage.knowledge().burst);
            let (quiet_at_first, quiet) = (mins(31), mins(31));
            let tactic = Tactic { quiet_at_first, quiet, stop: burst, ..Tactic::FLAT_OUT };
            stage.attackers(10, &tactic, &lair());
        },
        ..Scenario::USUAL
    },
    Scenario {
        name: "clock-on",
        title: "bursts, and the wall clock leaps on by a day",
        length: hours(12),
        variants: Variants::None,
        populate: |stage| {
            let leap = stage.attack().saturating_add(hours(6));
            stage.world().clock().set_on(leap, days(1));
            alone(stage, &Tactic::FLAT_OUT);
        },
        ..Scenario::USUAL
    },
];
