//! Alarms: what an operator has to look at, and a stream of it.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use async_channel::Receiver;
use futures_core::Stream;
use peerwarden_core::Subject;
use peerwarden_host::{OneLine, PeerName};
use serde::Serialize;

/// Something for the operator to look at. Prints as a sentence.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(bound = "P: PeerName", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Alarm<P> {
    /// This ban would have been one too many of connected peers in an hour: nothing further is banned until
    /// the operator says so.
    Breaker {
        /// The subject.
        subject: Subject<P>,
        /// How many connected peers it hits.
        hits: usize,
        /// How many are connected.
        connected: usize,
    },
    /// As many bans began to be believed in this hour as may. Said once an hour.
    Rate {
        /// The subject of the first ban that has to wait.
        subject: Subject<P>,
    },
    /// The roster has changed.
    Roster {
        /// How many members there are.
        members: usize,
        /// Whether this node is one.
        is_member: bool,
    },
    /// The roster in the bucket cannot be used.
    WrongRoster {
        /// Why not.
        error: String,
    },
}

impl<P: PeerName> fmt::Display for Alarm<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Breaker { subject, hits, connected } => write!(
                f,
                "stopped: with the ban of {subject}, which hits {hits} of {connected} connected peers, too large a \
                 share of them would be banned in an hour; nothing further is banned until you resume"
            ),
            Self::Rate { subject } => write!(
                f,
                "as many bans began in this hour as max_new_per_hour allows; {subject} and others wait"
            ),
            Self::Roster { members, is_member: true } => {
                write!(f, "another roster, with {members} members")
            }
            Self::Roster { members, is_member: false } => {
                write!(f, "another roster, with {members} members, and this node is not one")
            }
            Self::WrongRoster { error } => {
                write!(f, "the roster in the bucket is not followed: {}", OneLine(error))
            }
        }
    }
}

/// Alarms as they happen: a stream for any task on any runtime, from
/// [`FleetHandle::alarms`](crate::FleetHandle::alarms). It ends with the node's part in the fleet.
///
/// The last [`CAPACITY`](Self::CAPACITY) wait; of what is not read in time, the oldest is lost.
#[must_use = "alarms that no task reads are lost"]
pub struct Alarms<P> {
    receiver: Pin<Box<Receiver<Alarm<P>>>>,
}

impl<P> Alarms<P> {
    /// How many alarms wait, at most: 64.
    pub const CAPACITY: usize = 64;

    pub(crate) fn new(receiver: Receiver<Alarm<P>>) -> Self {
        Self { receiver: Box::pin(receiver) }
    }
}

impl<P> Stream for Alarms<P> {
    type Item = Alarm<P>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Alarm<P>>> {
        self.receiver.as_mut().poll_next(cx)
    }
}

impl<P> fmt::Debug for Alarms<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Alarms").finish_non_exhaustive()
    }
}
