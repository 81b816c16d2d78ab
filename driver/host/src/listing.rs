//! Entries of the lists of bans and peers.

use peerwarden_core::{
    Causes, Cursor, Direction, Instant, PeerCursor, PeerStatus, Score, Subject, Until,
};
use serde::Serialize;
use std::net::IpAddr;

use crate::json::displayed;
use crate::note::BanNotes;
use crate::peer::PeerName;

/// One ban that is in force, as [`Handle::bans`](crate::Handle::bans) lists it.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[non_exhaustive]
#[serde(bound = "P: PeerName")]
pub struct Ban<P> {
    /// Its position in the list of bans, for reading the next page.
    pub cursor: Cursor,
    /// The banned subject.
    pub subject: Subject<P>,
    /// The causes that are active, in the order of their names.
    pub causes: Causes,
    /// When the last of them ends.
    pub until: Until,
    /// When it began.
    pub began: Instant,
    /// Of a peer, the IP at which it was last seen, or is expected.
    pub addr: Option<IpAddr>,
    /// Of a peer that was connected when the ban began, which side had opened its connections: this node,
    /// if it had opened one of them. From before a restart, `Outbound` alone is known.
    pub direction: Option<Direction>,
    /// What was noted on it.
    pub notes: BanNotes,
}

impl<P> Ban<P> {
    /// With what was noted on the causes that are active.
    pub(crate) fn new(ban: peerwarden_core::Ban<P>, notes: BanNotes) -> Self {
        let peerwarden_core::Ban { cursor, subject, causes, until, began, addr, direction } = ban;
        let notes = notes.active(&causes);
        Self { cursor, subject, causes, until, began, addr, direction, notes }
    }
}

/// One peer of which something is held, as [`Handle::peers`](crate::Handle::peers) lists it.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[non_exhaustive]
#[serde(bound = "P: PeerName")]
pub struct Peer<P> {
    /// The name of the peer.
    #[serde(serialize_with = "displayed")]
    pub peer: P,
    /// What is held for or against it.
    pub status: PeerStatus,
    /// What was noted on its bans.
    pub notes: BanNotes,
    /// Of a connected peer, the score that was given of it last, if one was.
    pub last_score: Option<Score>,
}

impl<P> Peer<P> {
    pub(crate) fn new(
        peer: P,
        status: PeerStatus,
        notes: BanNotes,
        last_score: Option<Score>,
    ) -> Self {
        let notes = notes.active(&status.causes);
        Self { peer, status, notes, last_score }
    }
}

/// A page of [`Handle::peers`](crate::Handle::peers).
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[non_exhaustive]
#[serde(bound = "P: PeerName")]
pub struct PeerPage<P> {
    /// The peers, in no particular order.
    pub peers: Vec<Peer<P>>,
    /// Where the next page begins; `None` if this is the last.
    pub next: Option<PeerCursor>,
}
