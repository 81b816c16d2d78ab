//! Notices for subscribers.

use peerwarden_core::{Action, Cause, Subject, Until, Withheld};

use crate::address_refusal::AddressRefusal;
use crate::peer::PeerName;
use crate::refusal::Refusal;

/// Something that a [`Subscription`](crate::Subscription) tells of.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Notice<P> {
    /// What happened.
    pub kind: NoticeKind<P>,
    /// How many notices of other kinds than [`Denied`](NoticeKind::Denied) and
    /// [`RefusedAddress`](NoticeKind::RefusedAddress) were lost before this one because nobody read
    /// them in time. Most often 0; if not, whoever keeps a list of bans
    /// reads it anew from [`Handle::bans`](crate::Handle::bans).
    pub missed: u64,
    /// How many of those two kinds, the denials, were.
    pub missed_denials: u64,
}

impl<P: PeerName> Notice<P> {
    /// How many notices wait for the slowest subscriber, at most; of denials as many again.
    ///
    /// Denials are counted apart because strangers cause them: nobody can dial often enough to
    /// have a ban go unnoticed.
    pub const CAPACITY: usize = 1024;
}

/// What happened.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum NoticeKind<P> {
    /// A cause that had `subject` banned already now ends at another time.
    Amended {
        /// Who is banned.
        subject: Subject<P>,
        /// The cause whose end moved.
        cause: Cause,
        /// The new end.
        until: Until,
    },
    /// `subject` is banned, on these grounds as well if it was already.
    Banned {
        /// Who is banned.
        subject: Subject<P>,
        /// On what grounds.
        cause: Cause,
        /// When this cause is due to end.
        until: Until,
    },
    /// A connection was refused.
    Denied(Refusal<P>),
    /// So many peers behave badly at once that the fault is likely ours: from here on automatic bans
    /// of peers that have been here for a while are withheld. Or that is over.
    Incident {
        /// Whether it begins.
        on: bool,
    },
    /// A connection was refused, for its address.
    RefusedAddress(AddressRefusal<P>),
    /// The last cause of a ban is over.
    Unbanned {
        /// Who was banned.
        subject: Subject<P>,
        /// On what grounds to the last.
        cause: Cause,
    },
    /// What `peer` owes has gone over [`Config::warning`](crate::Config::warning).
    Warned {
        /// The peer that owes.
        peer: P,
    },
    /// A ban was due, but is not carried out.
    Withheld {
        /// Who would have been banned.
        subject: Subject<P>,
        /// On what grounds.
        cause: Cause,
        /// What stood against it.
        why: Withheld,
    },
}

impl<P: PeerName> NoticeKind<P> {
    /// What there is to tell of something that the engine wants done.
    pub(crate) fn from_action(action: &Action<P>) -> Option<Self> {
        match action.clone() {
            Action::Amend { subject, cause, until } => {
                Some(Self::Amended { subject, cause, until })
            }
            Action::Ban { subject, cause, until } => Some(Self::Banned { subject, cause, until }),
            Action::Incident { on } => Some(Self::Incident { on }),
            Action::Unban { subject, cause } => Some(Self::Unbanned { subject, cause }),
            Action::Warn { peer } => Some(Self::Warned { peer }),
            Action::Withhold { subject, cause, why } => {
                Some(Self::Withheld { subject, cause, why })
            }
            Action::Dial { .. }
            | Action::Disconnect { .. }
            | Action::Forget { .. }
            | Action::RequestScore { .. } => None,
        }
    }
}
