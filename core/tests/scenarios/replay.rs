//! Plays a scenario back and compares.

use peerwarden_core::{Action, Config, Event, Instant, Points, Until};
use std::fmt;

use crate::judge::Judge;
use crate::number::{End, Micropoints};
use crate::scenario::Scenario;
use crate::step::{Answer, Input, Status, Step, What};
use crate::subject::Gate;

/// How a scenario went.
#[derive(Debug, PartialEq)]
pub(crate) enum Outcome {
    Failed(String),
    Held,
}

/// Plays every step in order, up to the first that does not hold.
pub(crate) fn replay<J: Judge>(scenario: &Scenario) -> Outcome {
    let config = match scenario.set.config(scenario.preset) {
        Ok(config) => config,
        Err(error) => return Outcome::Failed(format!("set: {error}")),
    };
    let mut judge = J::new(config.clone());
    for (number, step) in (1..).zip(&scenario.steps) {
        if let Err(Mismatch { expected, got }) = play(&mut judge, &config, step) {
            let at = step.at;
            return Outcome::Failed(format!(
                "step {number} (at {at}):\n  expected {expected}\n  got      {got}"
            ));
        }
    }
    Outcome::Held
}

fn play<J: Judge>(judge: &mut J, config: &Config, step: &Step) -> Result<(), Mismatch> {
    match &step.what {
        What::Check { gate, verdict } => {
            let refused = match gate {
                Gate::Addr(addr) => judge.refuses_addr(*addr, step.at),
                Gate::Peer { peer, addr } => judge.refuses_peer(peer, *addr, step.at),
            };
            equal(*verdict, if refused { Answer::Deny } else { Answer::Allow })
        }
        What::Input { input, times, expect } => {
            let mut got = Vec::new();
            for _ in 0..*times {
                got.extend(lines(&judge.handle_input(event(input, config), step.at)));
            }
            match expect {
                Some(expect) => {
                    let mut expect = expect.clone();
                    expect.retain(|line| !line.starts_with("forget "));
                    equal(expect, got)
                }
                None => Ok(()),
            }
        }
        What::Status { peer, status } => compare_status(judge, peer, status, step.at),
    }
}

fn event(input: &Input, config: &Config) -> Event<String> {
    match input {
        Input::Event(event) => event.clone(),
        Input::Report { peer, misbehavior, amplify, via } => Event::Report {
            peer: peer.clone(),
            misbehavior: *misbehavior,
            penalty: config.penalty(*misbehavior, *amplify),
            via: via.clone(),
        },
    }
}

/// The actions as they are written, without those that are not compared.
fn lines(actions: &[Action<String>]) -> impl Iterator<Item = String> {
    actions
        .iter()
        .filter(|action| !matches!(action, Action::Forget { .. }))
        .map(ToString::to_string)
}

/// An unknown peer owes nothing, has no offences and is not banned.
fn compare_status<J: Judge>(
    judge: &J,
    peer: &str,
    expected: &Status,
    now: Instant,
) -> Result<(), Mismatch> {
    let got = judge.status(peer, now);
    let got = got.as_ref();
    if let Some(Micropoints(micros)) = expected.penalty {
        let points = got.map_or(Points::ZERO, |status| status.penalty);
        equal(Points::from_micros(micros), points)?;
    }
    if let Some(offences) = expected.offences {
        equal(offences, got.map_or(0, |status| status.offences))?;
    }
    if let Some(causes) = &expected.causes {
        let active = got.iter().flat_map(|status| status.causes.iter());
        let names: Vec<_> = active.map(|active| active.cause.to_string()).collect();
        equal(causes, &names)?;
    }
    if let Some(standing) = expected.standing {
        equal(standing, got.is_some_and(|status| status.standing))?;
    }
    if let Some(until) = expected.until {
        let until = match until {
            End::At(seconds) => Some(Until::At(seconds.instant())),
            End::Forever => Some(Until::Forever),
            End::NotBanned => None,
        };
        equal(until, got.and_then(|status| status.until()))?;
    }
    Ok(())
}

/// What a step should have given, and what it gave.
struct Mismatch {
    expected: String,
    got: String,
}

fn equal<T: fmt::Debug + PartialEq>(expected: T, got: T) -> Result<(), Mismatch> {
    if expected == got {
        Ok(())
    } else {
        Err(Mismatch { expected: format!("{expected:?}"), got: format!("{got:?}") })
    }
}
