//! Replays the scenario files: behaviour stated as data.

#[cfg(test)]
mod files;
#[cfg(test)]
mod judge;
#[cfg(test)]
mod policies;
#[cfg(test)]
mod reading;
#[cfg(test)]
mod recordings;
#[cfg(test)]
mod replay;
#[cfg(test)]
mod round_trips;
#[cfg(test)]
mod values;

use peerwarden_core::scenario::Scenario;

use judge::Engine;
use replay::{Outcome, replay};

#[test]
fn every_scenario_file_holds() {
    files::replay_all::<Engine>();
}

#[test]
fn a_step_that_does_not_hold_says_which_and_what_came_instead() {
    let json = r#"{ "name": "wrong", "steps": [
        { "at": 0, "heartbeat": true },
        { "at": 0.5, "heartbeat": true, "expect": ["unban peer:a"] } ] }"#;
    let scenarios = Scenario::read(json).expect("it is well-formed");

    let outcomes: Vec<_> = scenarios.iter().map(replay::<Engine>).collect();

    let expected = "step 2 (at 0.5):\n  expected [\"unban peer:a\"]\n  got      []";
    assert_eq!(outcomes, [Outcome::Failed(expected.to_owned())]);
}
