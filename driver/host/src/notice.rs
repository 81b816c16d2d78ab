//! Notices for subscribers.

use std::net::IpAddr;
use std::slice;

use peerwarden_core::{Action, Cause, Direction, Instant, Points, Subject, Until, Withheld};
use serde::Serialize;

use crate::address_refusal::AddressRefusal;
use crate::evidence::Evidence;
use crate::json::{displayed, points};
use crate::lists::ListChange;
use crate::note::Note;
use crate::outcome::{BanEvent, BanEventKind, Outcome, Warned};
use crate::peer::PeerName;
use crate::refusal::Refusal;
use crate::shadow::ShadowNotice;

/// Something that a [`Subscription`](crate::Subscription) tells of.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(bound = "P: PeerName")]
#[non_exhaustive]
pub struct Notice<P> {
    /// What happened.
    pub kind: NoticeKind<P>,
    /// When it happened, on the node's clock.
    pub at: Instant,
    /// How many notices of other kinds than [`Denied`](NoticeKind::Denied),
    /// [`RefusedAddress`](NoticeKind::RefusedAddress) and [`Shadow`](NoticeKind::Shadow) were lost before this one because they were not
    /// read in time. Most often 0; if not, a list of bans has to be read again from
    /// [`Handle::bans`](crate::Handle::bans).
    pub missed: u64,
    /// How many of those three kinds were, of which denials are the most.
    pub missed_denials: u64,
}

impl<P: PeerName> Notice<P> {
    /// How many notices wait for the slowest subscriber, at most; of denials as many again.
    ///
    /// Denials are counted apart because strangers cause them: no peer can dial often enough to
    /// have a ban go unnoticed.
    pub const CAPACITY: usize = 1024;
}

/// What happened.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(bound = "P: PeerName", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum NoticeKind<P> {
    /// A cause that had `subject` banned already now ends at another time.
    Amended {
        /// The banned subject.
        subject: Subject<P>,
        /// The cause whose end moved.
        cause: Cause,
        /// The new end.
        until: Until,
        /// What it is for.
        evidence: Evidence,
        /// The peer's offences on record; `None` of a network.
        offences: Option<u32>,
    },
    /// `subject` is banned, for this cause as well if it was already.
    Banned {
        /// The banned subject.
        subject: Subject<P>,
        /// Cause of the ban.
        cause: Cause,
        /// When this cause is due to end.
        until: Until,
        /// Of a peer, the IP at which it was last seen, or is expected.
        addr: Option<IpAddr>,
        /// Of a connected peer, which side opened its connections: this node, if it opened one of them.
        direction: Option<Direction>,
        /// What it is for.
        evidence: Evidence,
        /// The peer's offences on record; `None` of a network.
        offences: Option<u32>,
        /// What was noted on it.
        note: Option<Note>,
    },
    /// A connection was refused.
    Denied(Refusal<P>),
    /// So many peers behave badly at once that the fault is likely ours: from here on automatic bans
    /// of peers that have been here for a while are withheld. Or that is over.
    Incident {
        /// Whether it begins.
        on: bool,
    },
    /// Another policy is in force.
    Reconfigured,
    /// A list of bans was loaded, edited or deleted, or could not be read.
    List(ListChange),
    /// A connection was refused, for its address.
    RefusedAddress(AddressRefusal<P>),
    /// A [shadow policy](crate::shadow) would have begun or ended an automatic ban.
    Shadow(ShadowNotice<P>),
    /// The last cause of a ban is over.
    Unbanned {
        /// The subject that was banned.
        subject: Subject<P>,
        /// The cause that ended last.
        cause: Cause,
        /// The peer's offences on record; `None` of a network, of one that is forgotten, or where a great
        /// many bans end at once.
        offences: Option<u32>,
    },
    /// What `peer` owes has gone over [`Config::warning`](crate::Config::warning).
    Warned {
        /// The peer that owes.
        #[serde(serialize_with = "displayed")]
        peer: P,
        /// How much that is.
        #[serde(serialize_with = "points")]
        owes: Points,
        /// What it is for.
        evidence: Evidence,
        /// The peer's offences on record.
        offences: u32,
    },
    /// A ban was due, but is not carried out.
    Withheld {
        /// The subject that was to be banned.
        subject: Subject<P>,
        /// Cause of the ban.
        cause: Cause,
        /// Why it was withheld.
        why: Withheld,
        /// What it is for.
        evidence: Evidence,
        /// The peer's offences on record; `None` of a network.
        offences: Option<u32>,
    },
}

/// What is known of the actions of one input, to be gone through in their order.
pub(crate) struct Details<'a, P> {
    ban_events: slice::Iter<'a, BanEvent<P>>,
    warned: slice::Iter<'a, Warned<P>>,
}

/// Something that subscribers are told, if there are any.
#[derive(Clone, Copy)]
pub(crate) enum Told<'a, P> {
    BanEvent(&'a BanEvent<P>),
    Incident(bool),
    Warned(&'a Warned<P>),
}

impl<'a, P> Details<'a, P> {
    pub(crate) fn new(outcome: &'a Outcome<P>) -> Self {
        Self { ban_events: outcome.ban_events.iter(), warned: outcome.warned.iter() }
    }

    /// What subscribers are told of the next action.
    pub(crate) fn notice(&mut self, action: &Action<P>) -> Option<Told<'a, P>> {
        match action {
            Action::Amend { .. }
            | Action::Ban { .. }
            | Action::Unban { .. }
            | Action::Withhold { .. } => self.ban_events.next().map(Told::BanEvent),
            Action::Incident { on } => Some(Told::Incident(*on)),
            Action::Warn { .. } => self.warned.next().map(Told::Warned),
            Action::Dial { .. }
            | Action::Disconnect { .. }
            | Action::Forget { .. }
            | Action::RequestScore { .. } => None,
        }
    }
}

impl<P: PeerName> From<Told<'_, P>> for NoticeKind<P> {
    fn from(told: Told<'_, P>) -> Self {
        match told {
            Told::BanEvent(event) => Self::from_ban_event(event),
            Told::Incident(on) => Self::Incident { on },
            Told::Warned(Warned { peer, owes, offences, why }) => Self::Warned {
                peer: peer.clone(),
                owes: *owes,
                evidence: why.clone(),
                offences: *offences,
            },
        }
    }
}

impl<P: PeerName> NoticeKind<P> {
    fn from_ban_event(event: &BanEvent<P>) -> Self {
        let BanEvent { kind, subject, cause, offences, why, addr, direction, note } = event;
        let (subject, cause, offences) = (subject.clone(), *cause, *offences);
        let (evidence, addr, direction) = (why.clone(), *addr, *direction);
        match *kind {
            BanEventKind::Amended { until } => {
                Self::Amended { subject, cause, until, evidence, offences }
            }
            BanEventKind::Banned { until } => {
                let note = note.clone();
                Self::Banned { subject, cause, until, addr, direction, evidence, offences, note }
            }
            BanEventKind::Unbanned => Self::Unbanned { subject, cause, offences },
            BanEventKind::Withheld { why } => {
                Self::Withheld { subject, cause, why, evidence, offences }
            }
        }
    }
}
