//! Kinds of log lines, each of which has its own limit.

use peerwarden_core::{Cause, Withheld};
use tracing::{Level, enabled};

use super::{TARGET, needs_a_look};
use crate::notes::{Note, NoteKind};

/// A kind of log line.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Line {
    Banned(Cause),
    Moved(Cause),
    Ourselves,
    RedialFailed,
    RedialGivenUp,
    Refused,
    RefusedAddress,
    Unbanned(Cause),
    Withheld(Cause, Withheld),
}

impl Line {
    pub(crate) const fn of(note: &Note) -> Self {
        match note.kind {
            NoteKind::Amended { .. } => Self::Moved(note.cause),
            NoteKind::Banned { .. } => Self::Banned(note.cause),
            NoteKind::Unbanned => Self::Unbanned(note.cause),
            NoteKind::Withheld { why } => Self::Withheld(note.cause, why),
        }
    }

    /// Whether anybody reads such lines.
    pub(crate) fn is_wanted(self) -> bool {
        match self {
            Self::Moved(_) => enabled!(target: TARGET, Level::DEBUG),
            Self::Ourselves => enabled!(target: TARGET, Level::WARN),
            Self::Withheld(_, why) if needs_a_look(why) => enabled!(target: TARGET, Level::WARN),
            Self::Banned(_)
            | Self::RedialFailed
            | Self::RedialGivenUp
            | Self::Refused
            | Self::RefusedAddress
            | Self::Unbanned(_)
            | Self::Withheld(..) => enabled!(target: TARGET, Level::INFO),
        }
    }
}
