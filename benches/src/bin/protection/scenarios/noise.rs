//! Honest peers whose messages are bad now and then, each by itself.

use crate::habits::Habits;
use crate::network::NAT;
use crate::scenario::{Scenario, Stage, Tells};
use crate::time::hours;

fn noisy(stage: &mut Stage, messages: f64, share: f64) {
    stage.honest(45, Habits::noisy(messages, share));
}

const NOISE: Scenario = Scenario { tells: Tells::Lost, length: hours(12), ..Scenario::USUAL };

/// Honest peers whose messages are bad now and then.
pub(super) const ALL: &[Scenario] = &[
    Scenario {
        name: "noise-0.1%",
        title: "1 message a second, 0.1 % bad",
        populate: |stage| noisy(stage, 1.0, 0.001),
        ..NOISE
    },
    Scenario {
        name: "noise-1%",
        title: "1 message a second, 1 % bad",
        populate: |stage| noisy(stage, 1.0, 0.01),
        ..NOISE
    },
    Scenario {
        name: "noise-1%-of-10",
        title: "10 messages a second, 1 % bad",
        populate: |stage| noisy(stage, 10.0, 0.01),
        ..NOISE
    },
    Scenario {
        name: "noise-heavy",
        title: "10 000 messages a second, 0.01 % bad",
        length: hours(4),
        populate: |stage| noisy(stage, 10_000.0, 0.000_1),
        ..NOISE
    },
    Scenario {
        name: "noise-heavy-nat",
        title: "the same, four of them behind one NAT",
        populate: |stage| {
            for _ in 0..4 {
                stage.honest_at(NAT.into(), Habits::noisy(10_000.0, 0.000_1));
            }
        },
        ..NOISE
    },
];
