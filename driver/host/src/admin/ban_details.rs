//! A ban with all that there is to say of it.

use std::net::IpAddr;

use peerwarden_core::{
    Causes, Cursor, Direction, Instant, Misdeed, PeerStatus, Score, Subject, Until,
};
use serde::Serialize;

use crate::lists::Naming;
use crate::note::BanNotes;
use crate::peer::PeerName;

/// A ban as the API shows it: what [`Ban`](crate::Ban) has, and of a peer its offences and the evidence.
#[derive(Serialize)]
#[serde(bound = "P: PeerName")]
pub(super) struct BanDetails<P> {
    #[serde(skip)]
    pub(super) cursor: Cursor,
    pub(super) subject: Subject<P>,
    pub(super) causes: Causes,
    pub(super) until: Until,
    began: Instant,
    addr: Option<IpAddr>,
    direction: Option<Direction>,
    notes: BanNotes,
    /// The peer's offences on record; `None` of a network.
    offences: Option<u32>,
    /// What the peer did, most recent last.
    misdeeds: Vec<Misdeed>,
    /// The score that banned it, if one did.
    score: Option<Score>,
    /// Lists that name it, if lists have it banned.
    pub(super) lists: Vec<Naming>,
}

impl<P> BanDetails<P> {
    pub(super) fn new(
        ban: peerwarden_core::Ban<P>,
        notes: BanNotes,
        status: Option<PeerStatus>,
    ) -> Self {
        let peerwarden_core::Ban { cursor, subject, causes, until, began, addr, direction } = ban;
        let notes = notes.active(&causes);
        let offences = status.as_ref().map(|status| status.offences);
        let score = status.as_ref().and_then(|status| status.score);
        let misdeeds = status.map_or_else(Vec::new, |status| status.misdeeds);
        Self {
            cursor,
            subject,
            causes,
            until,
            began,
            addr,
            direction,
            notes,
            offences,
            misdeeds,
            score,
            lists: Vec::new(),
        }
    }
}
