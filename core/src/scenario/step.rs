//! Steps of histories: inputs and questions, each at a time.

mod build;
mod keys;
mod write;

use alloc::borrow::Cow;
use alloc::vec::Vec;

use super::action_hash::ActionHash;
use super::action_line::ActionLine;
use super::read_error::ReadError;
use super::status::{Answer, ExpectedStatus};
use super::subject::Gate;
use crate::config::Config;
use crate::event::Event;
use crate::misbehavior::Misbehavior;
use crate::penalty::Amplification;
use crate::time::Instant;

/// One step of a scenario, or one line of a recording.
///
/// Its [`Display`](core::fmt::Display) is the line, without a newline, which reads as the same step again.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Step<P> {
    /// The moment at which it comes.
    pub at: Instant,
    /// What comes.
    pub entry: Entry<P>,
}

/// What a [`Step`] says.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Entry<P> {
    /// Inputs were lost here: what follows need not be exact.
    Gap {
        /// How many.
        inputs: u64,
    },
    /// The actions from the start of the recording up to here.
    Hash {
        /// Their hash.
        hash: ActionHash,
        /// How many inputs there were.
        inputs: u64,
    },
    /// An input.
    Input {
        /// What is fed in.
        input: Input<P>,
        /// How often.
        times: u32,
        /// The actions that come of it, all times together, but those that forget a peer; `None` where
        /// nothing is expected.
        expect: Option<Vec<ActionLine>>,
    },
    /// A question, and the expected answer.
    Question(Question<P>),
}

/// Something to feed in.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Input<P> {
    /// An event.
    Event(Event<P>),
    /// A report that leaves it to the policy what it costs.
    Report {
        /// The peer to blame.
        peer: P,
        /// What it did.
        misbehavior: Misbehavior,
        /// How many times worse than usual it was.
        amplify: Amplification,
        /// The peer that delivered what is reported, if it is another.
        via: Option<P>,
    },
}

/// Something to ask.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Question<P> {
    /// Whether a gate lets an inbound connection pass.
    Check {
        /// The gate.
        gate: Gate<P>,
        /// The expected answer.
        verdict: Answer,
    },
    /// The status of a peer.
    Status {
        /// The peer.
        peer: P,
        /// The expected answer.
        status: ExpectedStatus,
    },
}

impl<'a, P: From<Cow<'a, str>>> Step<P> {
    /// Reads a step from its line. Names of peers are borrowed from it where `P` can borrow.
    ///
    /// # Errors
    ///
    /// [`ReadError`] for a line that is no step, and for unknown and misplaced keys.
    pub fn read(line: &'a str) -> Result<Self, ReadError> {
        Ok(serde_json::from_str(line)?)
    }
}

impl<P> Step<P> {
    /// Returns the step in which `event` comes at `at`.
    pub const fn of(at: Instant, event: Event<P>) -> Self {
        Self { at, entry: Entry::Input { input: Input::Event(event), times: 1, expect: None } }
    }

    /// Returns the same step with its peers named by `name`.
    pub fn map_peers<Q>(self, mut name: impl FnMut(P) -> Q) -> Step<Q> {
        let entry = match self.entry {
            Entry::Gap { inputs } => Entry::Gap { inputs },
            Entry::Hash { hash, inputs } => Entry::Hash { hash, inputs },
            Entry::Input { input, times, expect } => {
                Entry::Input { input: input.map_peers(name), times, expect }
            }
            Entry::Question(Question::Check { gate, verdict }) => {
                Entry::Question(Question::Check { gate: gate.map_peer(name), verdict })
            }
            Entry::Question(Question::Status { peer, status }) => {
                Entry::Question(Question::Status { peer: name(peer), status })
            }
        };
        Step { at: self.at, entry }
    }
}

impl<P> Input<P> {
    /// Returns the event to feed in, under this policy.
    pub fn into_event(self, config: &Config) -> Event<P> {
        match self {
            Self::Event(event) => event,
            Self::Report { peer, misbehavior, amplify, via } => {
                let penalty = config.penalty(misbehavior, amplify);
                Event::Report { peer, misbehavior, penalty, via }
            }
        }
    }

    /// Returns the same input with its peers named by `name`.
    pub fn map_peers<Q>(self, mut name: impl FnMut(P) -> Q) -> Input<Q> {
        match self {
            Self::Event(event) => Input::Event(event.map_peers(name)),
            Self::Report { peer, misbehavior, amplify, via } => {
                Input::Report { peer: name(peer), misbehavior, amplify, via: via.map(name) }
            }
        }
    }
}
