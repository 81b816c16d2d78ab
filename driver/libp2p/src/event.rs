//! Events of the behaviour for the application.

use std::net::IpAddr;

use libp2p::{Multiaddr, PeerId};
use peerwarden_core::{Cause, Direction, Subject, Until, Withheld};

use crate::redial_error::RedialError;

/// Something that the application may want to know, or is asked.
///
/// At most [`Event::CAPACITY`] wait for the swarm to be polled. Beyond that the oldest goes, and
/// the next one says so; a list of bans has to be read again then from
/// [`Handle::bans`](peerwarden_host::Handle::bans).
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Event {
    /// What it is.
    pub kind: EventKind,
    /// How many events before this one were lost because the swarm was not polled in time. Most often 0.
    pub missed: u64,
}

impl Event {
    /// How many events wait for the swarm to be polled, at most.
    pub const CAPACITY: usize = 1024;
}

/// What happened, or is asked.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum EventKind {
    /// A cause that had `subject` banned already now ends at another time.
    Amended {
        /// The banned subject.
        subject: Subject<PeerId>,
        /// The cause whose end moved.
        cause: Cause,
        /// The new end.
        until: Until,
    },
    /// `subject` is banned. If it is a connected peer, its connections are being closed.
    Banned {
        /// The banned subject.
        subject: Subject<PeerId>,
        /// Cause of the ban.
        cause: Cause,
        /// When this cause is due to end.
        until: Until,
        /// Of a peer, the IP at which it was last seen, or is expected: the one observed, not one that it
        /// merely claims.
        addr: Option<IpAddr>,
        /// Of a connected peer, which side opened its connections: this node, if it opened one of them.
        direction: Option<Direction>,
    },
    /// So many peers behave badly at once that the fault is likely ours: from here on automatic bans
    /// of peers that have been here for a while are withheld. Or that is over.
    ///
    /// The [guide](crate::guide::policy#what-to-do-in-an-incident) says what to do.
    Incident {
        /// Whether it begins.
        on: bool,
    },
    /// A peer whose ban is over, or that is to be [kept connected](crate::Handle::keep_connected),
    /// could not be dialled. It is tried again later, unless `RedialGaveUp` follows or it is banned
    /// or connected meanwhile.
    RedialFailed {
        /// The peer that was dialled.
        peer: PeerId,
        /// Where, apart from what other behaviours may have added.
        addresses: Vec<Multiaddr>,
        /// What went wrong.
        error: RedialError,
    },
    /// A peer whose ban is over was dialled as often as
    /// [`DriverOptions::redial_attempts`](crate::DriverOptions::redial_attempts) says, and is not dialled any
    /// more.
    RedialGaveUp {
        /// The peer that could not be reached.
        peer: PeerId,
        /// How often it was tried; 0 if too many others wait to be dialled.
        tries: u32,
        /// What went wrong at last.
        error: RedialError,
    },
    /// Judge `peer` and answer with [`Handle::score`](peerwarden_host::Handle::score) or
    /// [`Handle::score_unavailable`](peerwarden_host::Handle::score_unavailable).
    ///
    /// It is connected when this is given. Answer at once: a score that is worked out once the peer
    /// has left lacks what was good in it. Peers that have just left are asked about too (see
    /// [`Config::with_check_on_leave`](crate::Config::with_check_on_leave)), but the driver answers
    /// for them, with the last score that it was given before.
    ScoreRequested {
        /// The peer to judge.
        peer: PeerId,
    },
    /// The last cause of a ban is over: `subject` may connect again, and is dialled if it had been
    /// before.
    Unbanned {
        /// The subject that was banned.
        subject: Subject<PeerId>,
        /// The cause that ended last.
        cause: Cause,
    },
    /// What `peer` owes has gone over [`Config::warning`](crate::Config::warning): it is on its way to
    /// a ban. Once for each time that it does.
    ///
    /// The place for milder measures of the application's own: to ask it for less, to prefer others,
    /// to say good-bye.
    Warned {
        /// The peer that owes.
        peer: PeerId,
    },
    /// A ban was due, but is not carried out.
    Withheld {
        /// The subject that was to be banned.
        subject: Subject<PeerId>,
        /// Cause of the ban.
        cause: Cause,
        /// Why it was withheld.
        why: Withheld,
    },
}
