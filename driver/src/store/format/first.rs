//! Rows of format 1: before places, standing and numbers besides the debt, and with connections.

use std::net::IpAddr;

use libp2p::PeerId;
use peerwarden_core::{
    Offset, Points, Saved, SavedBan, SavedDebt, SavedMisdeed, SavedNetwork, SavedNumber, SavedPeer,
    Score,
};
use serde::Deserialize;

use super::super::stamp::Stamp;
use super::super::{Row, StoreError};
use super::{Entry, subject, subject_of};

/// What was remembered of one subject.
#[derive(Deserialize)]
enum Old {
    Network(SavedNetwork),
    Peer(Box<OldPeer>),
}

/// What was remembered of one peer, in the order in which it was written.
#[derive(Deserialize)]
struct OldPeer {
    peer: PeerId,
    created: u64,
    debt: SavedDebt,
    offences: u32,
    clean_since: Offset,
    ban: Option<SavedBan>,
    score: Option<Score>,
    redial: bool,
    announced: Offset,
    addr: Option<IpAddr>,
    _connection: Option<OldConnection>,
    protected: bool,
    grace: Option<Offset>,
    low_scores: u32,
    penalty_withheld: bool,
    score_withheld: bool,
    misdeeds: Vec<SavedMisdeed>,
}

/// A connection, which does not outlive the node.
#[derive(Deserialize)]
struct OldConnection {
    _ticket: Option<u64>,
    _since: u64,
    _dialled: bool,
}

impl From<Old> for Saved<PeerId> {
    fn from(old: Old) -> Self {
        match old {
            Old::Network(network) => Self::Network(network),
            Old::Peer(peer) => Self::Peer((*peer).into()),
        }
    }
}

impl From<OldPeer> for SavedPeer<PeerId> {
    fn from(old: OldPeer) -> Self {
        Self {
            peer: old.peer,
            created: old.created,
            debt: old.debt,
            offences: old.offences,
            clean_since: old.clean_since,
            ban: old.ban,
            score: old.score,
            redial: old.redial,
            announced: old.announced,
            addr: old.addr,
            protected: old.protected,
            grace: old.grace,
            low_scores: old.low_scores,
            penalty_withheld: old.penalty_withheld,
            score_withheld: old.score_withheld,
            misdeeds: old.misdeeds,
            reported: Points::ZERO,
            last_low: Offset::default(),
            standing: None,
            long: SavedNumber::default(),
            hearsay: SavedNumber::default(),
            deliveries: SavedNumber::default(),
        }
    }
}

pub(super) fn read(row: &Row, place: &str) -> Result<Entry, StoreError> {
    let subject = subject(row, place)?;
    let damaged = |what| StoreError::Damaged { place: place.to_owned(), what };
    let ((written, old), rest): ((Stamp, Old), _) = postcard::take_from_bytes(&row.value)
        .map_err(|error| damaged(format!("what it says of {subject}: {error}")))?;
    let saved = Saved::from(old);
    if !rest.is_empty() || subject != subject_of(&saved) {
        return Err(damaged(format!("what it says of {subject} is about somebody else")));
    }
    Ok(Entry { subject, written, saved })
}
