//! `FleetLink`: the connection of a node with the bucket of its fleet.

use std::fmt;
use std::future::Future;
use std::time::Duration;

use futures_core::Stream;
use peerwarden_host::OneLine;
use serde::Serialize;

use crate::counts::Resync;
use crate::key::Key;

/// A blackboard on which the members of a fleet write. It may lose, repeat, reorder and forget; it must say
/// when it is not sure.
///
/// Streams and futures outlive the borrow, so that a node writes while it reads.
pub trait FleetLink: Send + 'static {
    /// Reads everything that is there, and what is written from there on; with `anew`, which is the reason,
    /// although it might go on from where the last watch ended. The stream begins with [`Seen::Snapshot`] or
    /// [`Seen::Resumed`]. An error ends it, and so does another call of this.
    fn watch(
        &mut self,
        anew: Option<Resync>,
    ) -> impl Stream<Item = Result<Seen, LinkError>> + Send + use<Self>;

    /// Writes a value.
    fn put(
        &mut self,
        key: Key,
        value: Vec<u8>,
    ) -> impl Future<Output = Result<(), LinkError>> + Send + use<Self>;

    /// Deletes a key. Readers take no notice of that.
    fn delete(
        &mut self,
        key: Key,
    ) -> impl Future<Output = Result<(), LinkError>> + Send + use<Self>;

    /// Returns how the link is doing.
    fn health(&self) -> LinkHealth;
}

/// What a watch has read.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Seen {
    /// Everything that was there has been read.
    CaughtUp,
    /// An entry, or the news that it was deleted, which has an empty value.
    Entry {
        /// Its key.
        key: Key,
        /// Its value.
        value: Vec<u8>,
        /// How long ago it was written, by the clock of the bucket.
        age: Duration,
    },
    /// The watch goes on where the last one ended: nothing was missed.
    Resumed,
    /// Everything there is follows.
    Snapshot {
        /// Why it is read.
        why: Resync,
    },
}

/// How a link is doing.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub struct LinkHealth {
    /// How many bytes the bucket has, if that is known.
    pub bytes: Option<u64>,
    /// How many bytes it may have.
    pub bytes_allowed: Option<u64>,
    /// How many milliseconds the clock of the bucket is ahead of this node's; negative if it is behind.
    pub clock_ahead_ms: Option<i64>,
}

/// Why a link does not do what it was asked to. Prints as what happened and, where that helps, what to check.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct LinkError {
    /// The kind of error.
    pub kind: LinkErrorKind,
    /// What happened, in the words of the server where it said something.
    pub text: String,
}

impl LinkError {
    /// Returns an error of this kind.
    #[must_use]
    pub fn new(kind: LinkErrorKind, text: impl Into<String>) -> Self {
        Self { kind, text: text.into() }
    }
}

impl fmt::Display for LinkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", OneLine(&self.text))?;
        match self.kind.advice() {
            Some(advice) => write!(f, ": {advice}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for LinkError {}

/// Kinds of errors of a link.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum LinkErrorKind {
    /// The server does not know this node's nkey.
    Authorization,
    /// The bucket is not there, or is full.
    Bucket,
    /// A file that the settings name cannot be read.
    File,
    /// The connection was lost.
    Lost,
    /// The server does not allow it.
    Permission,
    /// There was no answer in time.
    TimedOut,
    /// TLS could not be agreed on.
    Tls,
    /// No server can be reached.
    Unreachable,
}

impl LinkErrorKind {
    /// Returns what an operator can check.
    const fn advice(self) -> Option<&'static str> {
        match self {
            Self::Authorization => Some(
                "check nkey_file, and that the server's configuration has this node's public nkey",
            ),
            Self::Permission => Some("check the server's permissions for this node"),
            Self::Tls => {
                Some("check ca_file, and that the server's certificate is for the name in servers")
            }
            Self::Unreachable => Some("check servers, and that the NATS server runs"),
            Self::Bucket | Self::File | Self::Lost | Self::TimedOut => None,
        }
    }
}
