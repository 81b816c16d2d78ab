//! Answers that a scenario expects.

use alloc::vec::Vec;
use core::fmt;

use serde::{Deserialize, Serialize};

use crate::penalty::Points;
use crate::subject::Cause;
use crate::time::Until;

/// The answer at a gate, for an inbound connection.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Answer {
    /// The connection may be.
    Allow,
    /// It is refused.
    Deny,
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Allow => "allow",
            Self::Deny => "deny",
        })
    }
}

/// What is expected of the status of a peer; nothing of what is `None`.
///
/// A peer of which nothing is known owes nothing, has no offences, and is neither banned nor in standing.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct ExpectedStatus {
    /// Its penalty points.
    pub penalty: Option<Points>,
    /// How many offences are on record.
    pub offences: Option<u32>,
    /// The active causes of its ban, in the order of their names.
    pub causes: Option<Vec<Cause>>,
    /// The end of its ban; `Some(None)` if it is not banned.
    pub until: Option<Option<Until>>,
    /// Whether it is in standing.
    pub standing: Option<bool>,
}
