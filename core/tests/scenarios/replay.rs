//! Plays a scenario or a recording back and compares.

use peerwarden_core::scenario::{
    ActionHash, ActionLine, Answer, Entry, ExpectedStatus, Gate, Header, Question, Scenario, Step,
};
use peerwarden_core::{Config, Event, Points};
use std::fmt;

use crate::judge::Judge;

/// How a scenario went.
#[derive(Debug, PartialEq)]
pub(crate) enum Outcome {
    Failed(String),
    Held,
}

/// Plays every step in order, up to the first that does not hold.
pub(crate) fn replay<J: Judge>(scenario: &Scenario) -> Outcome {
    match scenario.policy().config() {
        Ok(config) => Replay::new(J::new(config.clone()), config).play_all(&scenario.steps),
        Err(error) => Outcome::Failed(format!("set: {error}")),
    }
}

/// Plays a recording, which is one line each for its header and its steps.
pub(crate) fn replay_recording<J: Judge>(lines: &str) -> Result<Outcome, String> {
    let (first, rest) = lines.split_once('\n').unwrap_or((lines, ""));
    let header = Header::<String>::read(first).map_err(|error| error.to_string())?;
    let config = header.policy().config().map_err(|error| error.to_string())?;
    let steps: Result<Vec<_>, _> = (2..)
        .zip(rest.lines())
        .map(|(number, line)| Step::read(line).map_err(|error| format!("line {number}: {error}")))
        .collect();

    let judge = J::resume(config.clone(), header.snapshot, header.live, header.at)?;
    let mut replay = Replay::new(judge, config);
    (replay.hash, replay.inputs) = (header.hash, header.inputs);
    Ok(replay.play_all(&steps?))
}

/// A history under way.
struct Replay<J> {
    judge: J,
    /// The policy in force.
    config: Config,
    hash: ActionHash,
    inputs: u64,
}

impl<J: Judge> Replay<J> {
    fn new(judge: J, config: Config) -> Self {
        Self { judge, config, hash: ActionHash::default(), inputs: 0 }
    }

    fn play_all(mut self, steps: &[Step<String>]) -> Outcome {
        for (number, step) in (1..).zip(steps) {
            if let Err(Mismatch { expected, got }) = self.play(step) {
                let at = step.at;
                return Outcome::Failed(format!(
                    "step {number} (at {at}):\n  expected {expected}\n  got      {got}"
                ));
            }
        }
        Outcome::Held
    }

    fn play(&mut self, step: &Step<String>) -> Result<(), Mismatch> {
        match &step.entry {
            Entry::Question(Question::Check { gate, verdict }) => {
                let refused = match gate {
                    Gate::Addr(addr) => self.judge.refuses_addr(*addr, step.at),
                    Gate::Peer { peer, addr } => self.judge.refuses_peer(peer, *addr, step.at),
                };
                equal(*verdict, if refused { Answer::Deny } else { Answer::Allow })
            }
            Entry::Question(Question::Status { peer, status }) => {
                self.compare_status(peer, status, step)
            }
            Entry::Input { input, times, expect } => {
                let event = input.clone().into_event(&self.config);
                let mut got = Vec::new();
                for _ in 0..*times {
                    got.extend(self.feed(&event, step));
                }
                match expect {
                    Some(expect) => {
                        let expect: Vec<_> =
                            expect.iter().filter(|line| !line.is_forget()).cloned().collect();
                        got.retain(|line| !line.is_forget());
                        equal(expect, got)
                    }
                    None => Ok(()),
                }
            }
            Entry::Hash { hash, inputs } => equal((*hash, *inputs), (self.hash, self.inputs)),
            Entry::Gap { .. } => Err(unplayable(step)),
            Entry::Question(_) => Err(unplayable(step)),
            _ => Err(unplayable(step)),
        }
    }

    fn feed(&mut self, event: &Event<String>, step: &Step<String>) -> Vec<ActionLine> {
        if let Event::Reconfigure { config } = event {
            self.config = (**config).clone();
        }
        let actions = self.judge.handle_input(event.clone(), step.at);
        actions.iter().for_each(|action| self.hash.add(step.at, action));
        self.inputs += 1;
        actions.iter().map(ActionLine::of).collect()
    }

    /// An unknown peer owes nothing, has no offences and is not banned.
    fn compare_status(
        &self,
        peer: &str,
        expected: &ExpectedStatus,
        step: &Step<String>,
    ) -> Result<(), Mismatch> {
        let got = self.judge.status(peer, step.at);
        let got = got.as_ref();
        if let Some(penalty) = expected.penalty {
            equal(penalty, got.map_or(Points::ZERO, |status| status.penalty))?;
        }
        if let Some(offences) = expected.offences {
            equal(offences, got.map_or(0, |status| status.offences))?;
        }
        if let Some(causes) = &expected.causes {
            let active = got.iter().flat_map(|status| status.causes.iter());
            equal(causes, &active.map(|active| active.cause).collect())?;
        }
        if let Some(standing) = expected.standing {
            equal(standing, got.is_some_and(|status| status.standing))?;
        }
        if let Some(until) = expected.until {
            equal(until, got.and_then(|status| status.until()))?;
        }
        Ok(())
    }
}

/// What a step should have given, and what it gave.
struct Mismatch {
    expected: String,
    got: String,
}

fn unplayable(step: &Step<String>) -> Mismatch {
    Mismatch { expected: "a step that can be played".to_owned(), got: step.to_string() }
}

fn equal<T: fmt::Debug + PartialEq>(expected: T, got: T) -> Result<(), Mismatch> {
    if expected == got {
        Ok(())
    } else {
        Err(Mismatch { expected: format!("{expected:?}"), got: format!("{got:?}") })
    }
}
