//! Kinds of log lines, each of which has its own limit.

use peerwarden_core::{Cause, Withheld};
use tracing::{Level, enabled};

use super::{TARGET, needs_a_look};
use crate::outcome::{BanEvent, BanEventKind};

/// A kind of log line.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Line {
    AddressRefused,
    Banned(Cause),
    /// Whether it begins.
    Incident(bool),
    Moved(Cause),
    Ourselves,
    RedialFailed,
    RedialGivenUp,
    Refused,
    Unbanned(Cause),
    Warned,
    Withheld(Cause, Withheld),
}

impl Line {
    pub(crate) const fn from_event<P>(event: &BanEvent<P>) -> Self {
        match event.kind {
            BanEventKind::Amended { .. } => Self::Moved(event.cause),
            BanEventKind::Banned { .. } => Self::Banned(event.cause),
            BanEventKind::Unbanned => Self::Unbanned(event.cause),
            BanEventKind::Withheld { why } => Self::Withheld(event.cause, why),
        }
    }

    /// How many lines of this kind are written in one window of time.
    ///
    /// Ten are enough to see which peers knock and why they are refused, and few enough to keep for
    /// years. What remote lists say comes by the hundred thousand, and one line says that it came.
    pub(super) const fn most_in_a_window(self) -> u32 {
        match self {
            Self::Banned(Cause::Remote)
            | Self::Moved(Cause::Remote)
            | Self::Unbanned(Cause::Remote)
            | Self::Withheld(Cause::Remote, _) => 1,
            Self::AddressRefused
            | Self::Banned(_)
            | Self::Incident(_)
            | Self::Moved(_)
            | Self::Ourselves
            | Self::RedialFailed
            | Self::RedialGivenUp
            | Self::Refused
            | Self::Unbanned(_)
            | Self::Warned
            | Self::Withheld(..) => 10,
        }
    }

    /// Whether the subscriber wants such lines.
    pub(crate) fn is_wanted(self) -> bool {
        match self {
            Self::Moved(_) => enabled!(target: TARGET, Level::DEBUG),
            Self::Incident(true) | Self::Ourselves => enabled!(target: TARGET, Level::WARN),
            Self::Withheld(_, why) if needs_a_look(why) => enabled!(target: TARGET, Level::WARN),
            Self::AddressRefused
            | Self::Banned(_)
            | Self::Incident(false)
            | Self::RedialFailed
            | Self::RedialGivenUp
            | Self::Refused
            | Self::Unbanned(_)
            | Self::Warned
            | Self::Withheld(..) => enabled!(target: TARGET, Level::INFO),
        }
    }
}
