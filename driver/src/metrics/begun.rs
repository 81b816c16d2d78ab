//! An input that the engine is at work on.

use std::time::Instant;

use libp2p::PeerId;
use peerwarden_core::{Event, Misbehavior};

/// What an input is, and when the engine got to work on it, if that is measured.
///
/// In real time and not by the behaviour's timer: it is for the cost of things.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Begun {
    pub(super) seen: Seen,
    pub(super) start: Option<Instant>,
}

/// What an input was, as far as it is counted.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Seen {
    Report(Misbehavior),
    Score,
    ScoreUnavailable,
    Other,
}

impl Seen {
    pub(super) fn of(event: &Event<PeerId>) -> Self {
        match event {
            Event::Report { misbehavior, .. } => Self::Report(*misbehavior),
            Event::Score { .. } => Self::Score,
            Event::ScoreUnavailable { .. } => Self::ScoreUnavailable,
            Event::Ban { .. }
            | Event::Connected { .. }
            | Event::Disconnected { .. }
            | Event::Heartbeat
            | Event::Protect { .. }
            | Event::Reconfigure { .. }
            | Event::Tick
            | Event::Unban { .. }
            | Event::Unprotect { .. }
            | _ => Self::Other,
        }
    }

    /// Whether there can be thousands of them a second.
    pub(super) const fn comes_in_floods(self) -> bool {
        match self {
            Self::Report(_) | Self::Score | Self::ScoreUnavailable => true,
            Self::Other => false,
        }
    }
}
