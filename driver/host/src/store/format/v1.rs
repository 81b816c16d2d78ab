//! Rows of format 1, as earlier versions wrote them.

use std::net::IpAddr;

use peerwarden_core::{
    Points, SavedBan, SavedDebt, SavedMisdeed, SavedNetwork, SavedNumber, SavedPeer, Score,
    TimeOffset,
};
use serde::{Deserialize, Serialize};

use crate::store::row_state::RowState;
use crate::store::timestamp::Timestamp;

/// The value of a row.
pub(super) type Value<P> = (Timestamp, Saved<P>);

/// What was remembered of one subject.
#[derive(Deserialize, Serialize)]
pub(super) enum Saved<P> {
    Network(SavedNetwork),
    Peer(Box<Peer<P>>),
}

/// What was remembered of one peer.
#[derive(Deserialize, Serialize)]
pub(super) struct Peer<P> {
    peer: P,
    created: u64,
    debt: SavedDebt,
    offences: u32,
    clean_since: TimeOffset,
    ban: Option<SavedBan>,
    score: Option<Score>,
    redial: bool,
    announced: TimeOffset,
    addr: Option<IpAddr>,
    connection: Option<Connection>,
    protected: bool,
    grace: Option<TimeOffset>,
    low_scores: u32,
    penalty_withheld: bool,
    score_withheld: bool,
    misdeeds: Vec<SavedMisdeed>,
}

/// A connection, of which rows never had one.
#[derive(Deserialize, Serialize)]
struct Connection {
    ticket: Option<u64>,
    since: u64,
    dialled: bool,
}

impl<P> From<Saved<P>> for RowState<P> {
    fn from(saved: Saved<P>) -> Self {
        match saved {
            Saved::Network(network) => Self::Network { network: Some(network), place: None },
            Saved::Peer(peer) => Self::Peer((*peer).into()),
        }
    }
}

impl<P> From<Peer<P>> for SavedPeer<P> {
    fn from(peer: Peer<P>) -> Self {
        Self {
            peer: peer.peer,
            created: peer.created,
            debt: peer.debt,
            offences: peer.offences,
            clean_since: peer.clean_since,
            ban: peer.ban,
            score: peer.score,
            redial: peer.redial,
            announced: peer.announced,
            addr: peer.addr,
            protected: peer.protected,
            grace: peer.grace,
            low_scores: peer.low_scores,
            penalty_withheld: peer.penalty_withheld,
            score_withheld: peer.score_withheld,
            misdeeds: peer.misdeeds,
            reported: Points::ZERO,
            last_low: TimeOffset::default(),
            standing: None,
            long: SavedNumber::default(),
            hearsay: SavedNumber::default(),
            deliveries: SavedNumber::default(),
        }
    }
}
