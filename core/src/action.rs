//! Outputs of the engine.

use core::fmt;

use crate::subject::{Cause, Subject};
use crate::time::Until;

/// Something for the caller to carry out or to make known.
///
/// Deliberately exhaustive: a driver that ignores an action it does not know would leave a banned
/// peer connected, so a new action has to break the build instead.
///
/// Its [`Display`](fmt::Display) is one line in the words of the scenario files:
/// `ban peer:a penalty until 87.264`.
#[derive(Clone, Debug, Eq, PartialEq)]
#[must_use = "an action is a request: nothing happens until the caller carries it out"]
pub enum Action<P> {
    /// A cause that was active already now ends at another time.
    Amend {
        /// Who is banned.
        subject: Subject<P>,
        /// The cause whose end moved.
        cause: Cause,
        /// The new end.
        until: Until,
    },
    /// A cause became active: refuse `subject` until [`Unban`](Self::Unban) names it.
    ///
    /// The end is for display and storage; the engine itself keeps track of it.
    Ban {
        /// Who is banned.
        subject: Subject<P>,
        /// On what grounds.
        cause: Cause,
        /// When this cause ends.
        until: Until,
    },
    /// The ban of a peer whom this node had dialled is over: it may be dialled again.
    Dial {
        /// Whom to dial.
        peer: P,
    },
    /// Close every connection with `peer`.
    Disconnect {
        /// Whom to disconnect.
        peer: P,
    },
    /// Nothing is remembered of `peer` any more.
    Forget {
        /// Who is forgotten.
        peer: P,
    },
    /// So many peers behave badly at once that the fault is likely ours: from here on some
    /// automatic bans are withheld. Or that is over.
    Incident {
        /// Whether it begins.
        on: bool,
    },
    /// Ask the outside scorer about `peer` and answer with [`Event::Score`](crate::Event::Score)
    /// or [`Event::ScoreUnavailable`](crate::Event::ScoreUnavailable).
    RequestScore {
        /// Who is to be judged.
        peer: P,
        /// Whether the peer has just disconnected, so that only a score from before is worth
        /// anything.
        gone: bool,
    },
    /// The last cause of a ban ended: `subject` itself is banned no longer. A network that it
    /// connects from may be.
    Unban {
        /// Who was banned.
        subject: Subject<P>,
        /// The cause that ended last. Of several that were lifted at once, the last by name.
        cause: Cause,
    },
    /// What `peer` owes has gone over [`Config::warning`](crate::Config::warning): it is on its way
    /// to a ban.
    Warn {
        /// The peer that owes.
        peer: P,
    },
    /// A ban was due, but is not carried out.
    Withhold {
        /// Who would have been banned.
        subject: Subject<P>,
        /// On what grounds.
        cause: Cause,
        /// What stood against it.
        why: Withheld,
    },
}

impl<P: fmt::Display> fmt::Display for Action<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Amend { subject, cause, until } => {
                write!(f, "amend {subject} {cause} {until}")
            }
            Self::Ban { subject, cause, until } => write!(f, "ban {subject} {cause} {until}"),
            Self::Dial { peer } => write!(f, "dial {peer}"),
            Self::Disconnect { peer } => write!(f, "disconnect {peer}"),
            Self::Forget { peer } => write!(f, "forget {peer}"),
            Self::Incident { on: true } => f.write_str("incident on"),
            Self::Incident { on: false } => f.write_str("incident off"),
            Self::RequestScore { peer, gone: _ } => write!(f, "request-score {peer}"),
            Self::Unban { subject, cause: _ } => write!(f, "unban {subject}"),
            Self::Warn { peer } => write!(f, "warn {peer}"),
            Self::Withhold { subject, cause, why } => write!(f, "withhold {subject} {cause} {why}"),
        }
    }
}

/// What stood against a ban that was due.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum Withheld {
    /// A remote list asked for too wide a network, or for more bans than there is room for.
    Limit,
    /// A remote list asked for a network that lies inside an exempt one, or holds one.
    Exempt,
    /// The subject is protected.
    Protected,
    /// The engine only tries its policy out.
    DryRun,
    /// The operator pardoned the subject a short while ago.
    Grace,
    /// So many peers behave badly at once that the fault is likely ours.
    Incident,
    /// Too few connected peers would be left.
    Guard,
}

impl Withheld {
    /// The name, in lower case: `dry-run`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Limit => "limit",
            Self::Exempt => "exempt",
            Self::Protected => "protected",
            Self::DryRun => "dry-run",
            Self::Grace => "grace",
            Self::Incident => "incident",
            Self::Guard => "guard",
        }
    }
}

impl fmt::Display for Withheld {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
