//! Outputs of the engine.

use core::fmt;

use crate::subject::{Cause, Subject};
use crate::time::Until;

/// A command for the caller: to carry out, or to announce.
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
        /// The banned subject.
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
        /// The banned subject.
        subject: Subject<P>,
        /// Cause of the ban.
        cause: Cause,
        /// When this cause ends.
        until: Until,
    },
    /// The ban of a peer that this node had dialled is over: it may be dialled again.
    Dial {
        /// The peer to dial.
        peer: P,
    },
    /// Close every connection with `peer`.
    Disconnect {
        /// The peer to disconnect.
        peer: P,
    },
    /// Nothing is remembered of `peer` any more.
    Forget {
        /// The forgotten peer.
        peer: P,
    },
    /// An incident begins or ends: so many peers misbehave at once that the fault is likely this
    /// node's, and some automatic bans are withheld.
    Incident {
        /// Whether it begins.
        on: bool,
    },
    /// Ask the outside scorer about `peer` and answer with [`Event::Score`](crate::Event::Score)
    /// or [`Event::ScoreUnavailable`](crate::Event::ScoreUnavailable).
    RequestScore {
        /// The peer whose score is needed.
        peer: P,
        /// Whether the peer has just disconnected: then only a score from before counts for
        /// anything.
        gone: bool,
    },
    /// The last cause of a ban ended: `subject` itself is banned no longer. A network that it
    /// connects from may be.
    Unban {
        /// The subject that is not banned any more.
        subject: Subject<P>,
        /// The cause that ended last. Of several that were lifted at once, the last by name.
        cause: Cause,
    },
    /// The penalty points of `peer` have risen above [`Config::warning`](crate::Config::warning):
    /// it is on its way to a ban.
    Warn {
        /// The peer to warn about.
        peer: P,
    },
    /// A ban was due, but is not carried out.
    Withhold {
        /// The subject that would have been banned.
        subject: Subject<P>,
        /// Cause of the ban.
        cause: Cause,
        /// Why it was withheld.
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

/// Why a ban that was due is withheld.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum Withheld {
    /// A remote list asked for too wide a network, or for more bans than there is room for.
    Limit,
    /// A remote list asked for a network that lies inside an exempt one, or holds one.
    Exempt,
    /// The subject is protected.
    Protected,
    /// The engine only tries out its policy.
    DryRun,
    /// The operator pardoned the subject a short while ago.
    Grace,
    /// So many peers misbehave at once that the fault is likely this node's.
    Incident,
    /// Too few connected peers would be left.
    Guard,
}

impl Withheld {
    /// Every reason there is, in the order in which they are looked at.
    pub const ALL: [Self; 7] = [
        Self::Limit,
        Self::Exempt,
        Self::Protected,
        Self::DryRun,
        Self::Grace,
        Self::Incident,
        Self::Guard,
    ];

    /// Returns the name, in lower case: `dry-run`.
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
