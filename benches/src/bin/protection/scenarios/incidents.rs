//! Many peers that misbehave at once, for reasons of their own or ours.

use crate::attackers::{Shared, Tactic};
use crate::habits::{Habits, Trouble};
use crate::network::{LAIR, NAT, Pool};
use crate::scenario::{Scenario, Stage, Tells};
use crate::time::{hours, millis, mins, secs};

/// 45 honest peers, of which this share has ten minutes of trouble from the start of the attack on.
fn incident(stage: &mut Stage, rate: f64, percent: u32) {
    let trouble = Some(Trouble { from: stage.attack(), lasts: mins(10), rate });
    for index in 0..45 {
        let hit = index * 100 < 45 * percent;
        let habits = Habits { trouble: trouble.filter(|_| hit), ..Habits::QUIET };
        stage.honest_at(crate::network::home(index), habits);
    }
}

/// So many attackers of 50 peers, each in a /16 of its own: quiet for a quarter of an hour or a little
/// longer, then all at once.
fn collusion(stage: &mut Stage, colluders: u8, tactic: &Tactic) {
    stage.honest(50 - u32::from(colluders), Habits::QUIET);
    let longer = millis(stage.world().rng.u64(..60_000));
    let quiet_at_first = mins(15).saturating_add(longer);
    let tactic = Tactic { quiet_at_first, ..tactic.clone() };
    stage.attackers(colluders.into(), &tactic, &Shared::new(Pool::V4Slash16s(colluders)));
}

const INCIDENT: Scenario =
    Scenario { tells: Tells::Lost, warmup: mins(60), length: hours(4), ..Scenario::USUAL };

const COLLUSION: Scenario = Scenario { tells: Tells::Harm, length: hours(4), ..Scenario::USUAL };

/// Many peers that misbehave at once.
pub(super) const ALL: &[Scenario] = &[
    Scenario {
        name: "incident-1",
        title: "everybody sends 1 bad message a second for 10 min",
        populate: |stage| incident(stage, 1.0, 100),
        ..INCIDENT
    },
    Scenario {
        name: "incident-2",
        title: "everybody, 2 a second",
        populate: |stage| incident(stage, 2.0, 100),
        ..INCIDENT
    },
    Scenario {
        name: "incident-5",
        title: "everybody, 5 a second",
        populate: |stage| incident(stage, 5.0, 100),
        ..INCIDENT
    },
    Scenario {
        name: "incident-20",
        title: "everybody, 20 a second",
        populate: |stage| incident(stage, 20.0, 100),
        ..INCIDENT
    },
    Scenario {
        name: "incident-60%",
        title: "60 % of the peers, 5 a second",
        populate: |stage| incident(stage, 5.0, 60),
        ..INCIDENT
    },
    Scenario {
        name: "incident-40%",
        title: "40 % of the peers, 5 a second",
        populate: |stage| incident(stage, 5.0, 40),
        ..INCIDENT
    },
    Scenario {
        name: "incident-at-start",
        title: "everybody, 5 a second, a minute after the node started",
        warmup: mins(1),
        populate: |stage| incident(stage, 5.0, 100),
        ..INCIDENT
    },
    Scenario {
        name: "incident-and-nat",
        title: "everybody, 5 a second, two thirds of them behind one NAT",
        populate: |stage| {
            let trouble = Some(Trouble { from: stage.attack(), lasts: mins(10), rate: 5.0 });
            let habits = Habits { trouble, ..Habits::QUIET };
            stage.honest(15, habits);
            for _ in 0..30 {
                stage.honest_at(NAT.into(), habits);
            }
        },
        ..INCIDENT
    },
    Scenario {
        name: "incident-eclipse",
        title: "everybody, 5 a second, and 45 silent attackers wait for slots",
        populate: |stage| {
            incident(stage, 5.0, 100);
            stage.attackers(45, &Tactic::SILENT, &Shared::new(Pool::V4Slash16s(45)));
        },
        ..INCIDENT
    },
    Scenario {
        name: "incident-attacker",
        title: "everybody, 5 a second, and an attacker flat out",
        tells: Tells::Harm,
        populate: |stage| {
            incident(stage, 5.0, 100);
            stage.attackers(1, &Tactic::FLAT_OUT, &Shared::new(Pool::OneV4(LAIR)));
        },
        ..INCIDENT
    },
    Scenario {
        name: "outage",
        title: "our own outage: everybody's messages look stale, 1 a second for 2 min",
        populate: |stage| {
            let trouble = Trouble { from: stage.attack(), lasts: mins(2), rate: 1.0 };
            stage.honest(45, Habits { trouble: Some(trouble), ..Habits::QUIET });
        },
        ..INCIDENT
    },
    Scenario {
        name: "clock-back",
        title: "honest peers with 1 bad in 10 000, and the wall clock goes back an hour",
        populate: |stage| {
            let step = stage.attack().saturating_add(secs(60));
            stage.world().clock().set_back(step, hours(1));
            stage.honest(30, Habits::noisy(10_000.0, 0.000_1));
        },
        ..INCIDENT
    },
    Scenario {
        name: "collusion-20",
        title: "20 attackers of 50 peers misbehave at once, 5 a second each",
        populate: |stage| collusion(stage, 20, &Tactic::dripping(millis(200))),
        ..COLLUSION
    },
    Scenario {
        name: "collusion-30",
        title: "30 attackers of 50 peers misbehave at once, 5 a second each",
        populate: |stage| collusion(stage, 30, &Tactic::dripping(millis(200))),
        ..COLLUSION
    },
    Scenario {
        name: "collusion-30-flat-out",
        title: "30 attackers of 50 peers misbehave at once, flat out",
        populate: |stage| collusion(stage, 30, &Tactic::FLAT_OUT),
        ..COLLUSION
    },
    Scenario {
        name: "collusion-30-faster",
        title: "30 attackers of 50 peers misbehave at once, twice as fast every 10 s",
        // As long as the budget for withholding lasts.
        length: hours(2),
        populate: |stage| {
            let faster = Some(secs(10));
            collusion(stage, 30, &Tactic { doubles: faster, ..Tactic::dripping(millis(200)) });
        },
        ..COLLUSION
    },
];
