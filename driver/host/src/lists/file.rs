//! `ListFile`: what was read from a list, and what of it could not be.

use std::collections::BTreeMap;
use std::fmt;
use std::time::SystemTime;

use peerwarden_core::{Cause, Subject};
use serde::{Serialize, Serializer};

use super::format::ListFormat;
use super::go_duration::GoDurationError;
use super::network::{NetworkError, RangeError};
use crate::note::Note;
use crate::one_line::OneLine;

/// A list as it was read.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct ListFile<P> {
    /// The format, as it was asked for or guessed.
    pub format: ListFormat,
    /// The entries, in their order. One subject may be there several times.
    pub entries: Vec<ListEntry<P>>,
    /// Subjects that the list says are protected, which only `peerwarden` has.
    pub protected: Vec<Subject<P>>,
    /// What is wrong: each such line was left out.
    pub faults: LineFaults,
    /// What was read otherwise than it is written.
    pub remarks: LineFaults,
    /// What was left out because it is not meant for this node, by reason.
    pub skipped: BTreeMap<SkipReason, usize>,
}

impl<P> ListFile<P> {
    /// Returns the first fault of a text of which nothing at all could be read: most likely it is no list.
    pub(crate) fn unreadable(&self) -> Option<&LineFault> {
        let is_read = !self.entries.is_empty() || !self.skipped.is_empty();
        self.faults.first.first().filter(|_| !is_read)
    }
}

/// One entry of a list.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct ListEntry<P> {
    /// Which peer or network is banned, in its canonical form.
    pub subject: Subject<P>,
    /// When the ban ends, by the wall clock; `None` for as long as the list has the entry.
    pub until: Option<SystemTime>,
    /// The cause, which only `peerwarden` has.
    pub cause: Option<Cause>,
    /// Why the subject is banned, if that is said and fits into a note.
    pub note: Option<Note>,
    /// The line on which the entry begins, counted from 1.
    pub line: usize,
}

/// Lines that something is to be said of: how many, and the first of them.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub struct LineFaults {
    /// How many there are.
    pub total: usize,
    /// The first of them, [`MAX_KEPT`](Self::MAX_KEPT) at most.
    pub first: Vec<LineFault>,
}

impl LineFaults {
    /// How many lines are kept: 20.
    pub const MAX_KEPT: usize = 20;

    /// Returns whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.total == 0
    }

    pub(super) fn push(&mut self, line: usize, value: &str, problem: LineProblem) {
        self.total = self.total.saturating_add(1);
        if self.first.len() < Self::MAX_KEPT {
            self.first.push(LineFault { line, value: shortened(value), problem });
        }
    }
}

/// Something to be said of one line. Prints as a sentence: `line 17: "1.2.3/24" is no IP: ..`.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub struct LineFault {
    /// The line, counted from 1.
    pub line: usize,
    /// What is written there, escaped and cut after 80 characters.
    pub value: String,
    /// What is to be said of it.
    #[serde(serialize_with = "as_text")]
    pub problem: LineProblem,
}

impl fmt::Display for LineFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: \"{}\" {}", self.line, self.value, self.problem)
    }
}

/// What is to be said of a line. Prints as the end of a sentence that begins with what is written there.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum LineProblem {
    /// It ought to have a duration.
    #[error("has no duration: {0}")]
    Duration(GoDurationError),
    /// It is not what this format has in that place.
    #[error("{0}")]
    Form(&'static str),
    /// It is not the JSON that this format has in that place.
    #[error("is no entry: {0}")]
    Json(String),
    /// The line is too long to be an entry.
    #[error("is longer than 4096 bytes")]
    Long,
    /// It has bits after its prefix, and is read without them.
    #[error("is read as {0}")]
    Masked(peerwarden_core::IpNet),
    /// It ought to be an IP or a network.
    #[error(transparent)]
    Network(NetworkError),
    /// It ought to be the name of a peer.
    #[error("is no name of a peer")]
    Peer,
    /// It ought to be a range.
    #[error(transparent)]
    Range(RangeError),
    /// It ought to have a moment.
    #[error("has no end: a time such as 2026-11-28T12:00:00Z is expected")]
    Time,
}

/// Why an entry that is right was left out.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum SkipReason {
    /// An address of CJDNS.
    Cjdns,
    /// Its end has passed.
    Ended,
    /// An address of I2P.
    I2p,
    /// It is to be warned, or asked to prove that it is a person, and not banned.
    Kind,
    /// Its level in an `ipfilter.dat` is above 127, so that it is not blocked.
    Level,
    /// An exception in an ipset.
    NoMatch,
    /// An address of Tor.
    Onion,
    /// It is about a country, a user or something else that is neither a peer nor a network.
    Scope,
    /// It was a trial.
    Simulated,
    /// It is beyond the number of entries that are read.
    TooMany,
}

impl SkipReason {
    /// Returns the name, in lower case: `too-many`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Cjdns => "cjdns",
            Self::Ended => "ended",
            Self::I2p => "i2p",
            Self::Kind => "kind",
            Self::Level => "level",
            Self::NoMatch => "no-match",
            Self::Onion => "onion",
            Self::Scope => "scope",
            Self::Simulated => "simulated",
            Self::TooMany => "too-many",
        }
    }
}

impl fmt::Display for SkipReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// What `text` says on one line, cut after 80 characters.
pub(super) fn shortened(text: &str) -> String {
    let mut ends = text.char_indices().skip(80);
    match ends.next() {
        Some((end, _)) => {
            OneLine(format_args!("{}..", text.get(..end).unwrap_or_default())).to_string()
        }
        None => OneLine(text).to_string(),
    }
}

fn as_text<S: Serializer>(problem: &LineProblem, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(problem)
}
