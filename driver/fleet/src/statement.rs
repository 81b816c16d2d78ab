//! Statements of members and operators on one subject.

use std::fmt;
use std::time::Duration;

use peerwarden_core::{Cause, Misbehavior, Score, Subject};
use peerwarden_host::{Note, PeerName};
use serde::{Deserialize, Serialize};

use crate::name::FleetName;
use crate::sealed::{self, Opened, SealError};
use crate::signing::SecretKey;
use crate::unix_millis::{UnixMillis, millis};

/// What an author says on a subject: one value of the bucket, once it is [sealed](Self::seal).
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Statement<P> {
    /// The subject, in its canonical form.
    pub subject: Subject<P>,
    /// What is said.
    pub says: Says,
    /// The cause of a ban.
    pub cause: Option<Cause>,
    /// For how long it holds from [`issued`](Self::issued) on; of [`Says::Withdrawn`], how much was left of
    /// what is taken back.
    pub lasts: Duration,
    /// When it was made, by its author's clock.
    pub issued: UnixMillis,
    /// Its number among what the author said on the subject: the highest counts.
    pub seq: u64,
    /// The offences of the peer that the author has on record.
    pub offences: u32,
    /// The score that the peer is banned for.
    pub score: Option<Score>,
    /// What the peer is banned for, [`MAX_MISDEEDS`](Self::MAX_MISDEEDS) at most, most recent last.
    pub misdeeds: Vec<Counted>,
    /// Who said it and why.
    pub note: Option<Note>,
}

/// What a statement says. Exhaustive, since readers of version 1 know these alone.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Says {
    /// The subject is banned. By an operator it is an order, which needs no other vote.
    Ban,
    /// The subject is not to be banned. By an operator it holds for the fleet, by a member for its node.
    Pardon,
    /// What the author said before is taken back.
    Withdrawn,
}

impl Says {
    /// Every one, in the order of their names.
    pub const ALL: [Self; 3] = [Self::Ban, Self::Pardon, Self::Withdrawn];

    /// Returns the name, in lower case: `withdrawn`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ban => "ban",
            Self::Pardon => "pardon",
            Self::Withdrawn => "withdrawn",
        }
    }
}

impl fmt::Display for Says {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A misbehavior and how often it was seen.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Counted {
    /// What the peer did.
    pub kind: Misbehavior,
    /// How often.
    pub times: u32,
}

impl Counted {
    /// Returns a misbehavior that was seen so often.
    #[must_use]
    pub const fn new(kind: Misbehavior, times: u32) -> Self {
        Self { kind, times }
    }
}

impl<P: PeerName> Statement<P> {
    /// The longest value, in bytes: 2 KiB.
    pub const MAX_LEN: usize = 2048;

    /// How many misdeeds a statement has, at most: 8.
    pub const MAX_MISDEEDS: usize = 8;

    /// Returns a statement without evidence.
    #[must_use]
    pub fn new(
        subject: Subject<P>,
        says: Says,
        lasts: Duration,
        issued: UnixMillis,
        seq: u64,
    ) -> Self {
        Self {
            subject: subject.canonical(),
            says,
            cause: None,
            lasts,
            issued,
            seq,
            offences: 0,
            score: None,
            misdeeds: Vec::new(),
            note: None,
        }
    }

    /// Returns when the statement ends by its author's clock.
    #[must_use]
    pub fn end(&self) -> UnixMillis {
        self.issued.later(self.lasts)
    }

    /// Writes the statement down and signs it: a line of JSON and a line with the signature. `author` is the
    /// first part of its [key](crate::Key), and `key` is the author's.
    ///
    /// Evidence is left out where it makes the value too long.
    ///
    /// # Errors
    ///
    /// [`SealError`] if it is too long all the same.
    pub fn seal(
        &self,
        fleet: &FleetName,
        author: &str,
        key: &SecretKey,
    ) -> Result<Vec<u8>, SealError> {
        let mut written = Written {
            v: VERSION,
            fleet: fleet.as_str().into(),
            member: author.into(),
            subject: self.subject.to_string(),
            says: self.says,
            cause: self.cause,
            for_ms: millis(self.lasts),
            issued_ms: self.issued.0,
            seq: self.seq,
            offences: self.offences,
            score: self.score,
            misdeeds: self.misdeeds.iter().take(Self::MAX_MISDEEDS).copied().collect(),
            note: self.note.clone(),
        };
        let whole = sealed::seal(&written, sealed::STATEMENT, key)?;
        if whole.len() <= Self::MAX_LEN {
            return Ok(whole);
        }
        written.misdeeds.clear();
        written.note = None;
        let short = sealed::seal(&written, sealed::STATEMENT, key)?;
        if short.len() <= Self::MAX_LEN { Ok(short) } else { Err(SealError) }
    }

    /// Reads a value of the bucket. Who signed it is still to be checked.
    ///
    /// # Errors
    ///
    /// [`StatementError`], which says what is wrong.
    pub fn open(value: &[u8]) -> Result<OpenedStatement<'_, P>, StatementError> {
        if value.len() > Self::MAX_LEN {
            return Err(StatementError::Size { len: value.len() });
        }
        let opened = Opened::of(value).ok_or(StatementError::Lines)?;
        let version: Version = opened.read()?;
        if version.v != VERSION {
            return Err(StatementError::Version { version: version.v });
        }
        let written: Written = opened.read()?;
        if written.misdeeds.len() > Self::MAX_MISDEEDS {
            return Err(StatementError::Misdeeds { count: written.misdeeds.len() });
        }
        let subject: Subject<P> = written.subject.parse().map_err(|_| StatementError::Subject)?;
        let statement = Self {
            cause: written.cause,
            lasts: Duration::from_millis(written.for_ms),
            offences: written.offences,
            score: written.score,
            misdeeds: written.misdeeds,
            note: written.note,
            ..Self::new(
                subject,
                written.says,
                Duration::ZERO,
                UnixMillis(written.issued_ms),
                written.seq,
            )
        };
        Ok(OpenedStatement { fleet: written.fleet, author: written.member, statement, opened })
    }
}

/// A statement as it was read: whose it is, is what it says until the signature is checked.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct OpenedStatement<'a, P> {
    /// The name of the fleet that it is for.
    pub fleet: String,
    /// Its author, as in its key.
    pub author: String,
    /// What it says.
    pub statement: Statement<P>,
    opened: Opened<'a>,
}

impl<P> OpenedStatement<'_, P> {
    /// Returns whether this key signed it.
    #[must_use]
    pub fn is_signed_by(&self, key: &crate::signing::PublicKey) -> bool {
        self.opened.is_signed_by(sealed::STATEMENT, key)
    }
}

/// Why a value is no statement.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum StatementError {
    /// The first line is not the JSON of a statement.
    #[error("it is no statement: {0}")]
    Json(String),
    /// It is not two lines, or the second is no signature.
    #[error("it is not a line of JSON and a line with a signature")]
    Lines,
    /// It has too many misdeeds.
    #[error("it has {count} misdeeds, not 8 at most")]
    Misdeeds {
        /// How many it has.
        count: usize,
    },
    /// It is too long.
    #[error("it has {len} bytes, not 2048 at most")]
    Size {
        /// How long it is, in bytes.
        len: usize,
    },
    /// It is on nothing that can be banned.
    #[error("its subject is neither a peer nor a network")]
    Subject,
    /// It is of a version that is not known here.
    #[error("it has version {version}, and 1 is known here")]
    Version {
        /// Its version.
        version: u64,
    },
}

impl From<serde_json::Error> for StatementError {
    fn from(error: serde_json::Error) -> Self {
        Self::Json(error.to_string())
    }
}

/// The version of what is written.
pub(crate) const VERSION: u64 = 1;

/// The version alone, which is read first.
#[derive(Deserialize)]
pub(crate) struct Version {
    pub(crate) v: u64,
}

/// A statement as it is written.
#[derive(Deserialize, Serialize)]
struct Written {
    v: u64,
    fleet: String,
    member: String,
    subject: String,
    says: Says,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cause: Option<Cause>,
    for_ms: u64,
    issued_ms: u64,
    seq: u64,
    #[serde(default)]
    offences: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    score: Option<Score>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    misdeeds: Vec<Counted>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    note: Option<Note>,
}

#[cfg(test)]
#[path = "statement_tests.rs"]
mod tests;
