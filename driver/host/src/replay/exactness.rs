//! Exactness of a replay: how far it agrees with the recorded hashes.

use peerwarden_core::scenario::ActionHash;
use peerwarden_core::{Action, Instant};
use serde::Serialize;

/// How far the replay under the recorded policy came to the recorded actions.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Exactness {
    /// How many of the replayed inputs are covered by hashes that agree.
    pub inputs: u64,
    /// The moment of the last hash that agrees; `None` if none was compared.
    pub until: Option<Instant>,
    /// Where it ceases to be exact; `None` if it does not.
    pub broken: Option<Inexact>,
}

/// Where a replay ceases to be exact.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Inexact {
    /// The moment.
    pub at: Instant,
    /// The reason.
    pub reason: InexactReason,
}

/// Why a replay ceases to be exact.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum InexactReason {
    /// The engine came to other actions, as that of another version may.
    Actions,
    /// Inputs were lost when the node recorded.
    Lost {
        /// How many.
        inputs: u64,
    },
    /// A part ended before the next one begins.
    Missing,
}

/// The hash of the actions so far, and how far it agreed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Checker {
    hash: ActionHash,
    /// Inputs in the recording so far, from its beginning.
    inputs: u64,
    /// Those in it before the first file that is replayed.
    before: u64,
    found: Exactness,
}

impl Checker {
    pub(super) fn new(hash: ActionHash, inputs: u64) -> Self {
        Self { hash, inputs, before: inputs, found: Exactness::default() }
    }

    /// Counts an input.
    pub(super) const fn input(&mut self) {
        self.inputs = self.inputs.saturating_add(1);
    }

    /// Adds an action of an input at this moment.
    pub(super) fn add<P: std::fmt::Display>(&mut self, at: Instant, action: &Action<P>) {
        self.hash.add(at, action);
    }

    /// Compares with what is recorded.
    pub(super) fn check(&mut self, at: Instant, hash: ActionHash, inputs: u64) {
        if self.found.broken.is_some() {
            return;
        }
        if (hash, inputs) == (self.hash, self.inputs) {
            self.found.inputs = inputs.saturating_sub(self.before);
            self.found.until = Some(at);
        } else {
            self.breaks(at, InexactReason::Actions);
        }
    }

    /// Notes that it is not exact from here on.
    pub(super) fn breaks(&mut self, at: Instant, reason: InexactReason) {
        self.found.broken.get_or_insert(Inexact { at, reason });
    }

    /// Returns how many inputs there were.
    pub(super) const fn replayed(&self) -> u64 {
        self.inputs.saturating_sub(self.before)
    }

    pub(super) const fn found(&self) -> Exactness {
        self.found
    }
}
