//! Last score of each connected peer.

use std::hash::RandomState;

use crate::peer::PeerName;
use hashbrown::HashMap;
use peerwarden_core::{Event, Score};

/// The last score that the application gave of each peer while it was connected.
///
/// A scorer such as gossipsub's forgets the good half of a score when a peer leaves, so the score of
/// a peer that has left is the last one from before. There is one entry for each connected peer, and
/// it goes with the peer.
#[derive(Debug)]
pub struct LastScores<P> {
    peers: HashMap<P, Option<Score>, RandomState>,
}

impl<P: PeerName> LastScores<P> {
    /// Takes note of an input that the engine is about to be fed.
    ///
    /// Of a peer that it says has left, the last score, if there is one: never one that was worked
    /// out after it left.
    pub(crate) fn note(&mut self, event: &Event<P>) -> Option<Score> {
        match event {
            Event::Connected { peer, .. } => {
                self.peers.entry(peer.clone()).or_default();
                None
            }
            Event::Score { peer, score } => {
                if let Some(last) = self.peers.get_mut(peer) {
                    *last = Some(*score);
                }
                None
            }
            Event::Disconnected { peer } => self.peers.remove(peer).flatten(),
            Event::Ban { .. }
            | Event::Expel { .. }
            | Event::Heartbeat
            | Event::Protect { .. }
            | Event::Reconfigure { .. }
            | Event::Report { .. }
            | Event::ScoreUnavailable { .. }
            | Event::Tick
            | Event::Unban { .. }
            | Event::Unprotect { .. }
            | Event::Valid { .. }
            | Event::Waive { .. }
            | _ => None,
        }
    }

    /// Takes note that a connected peer is about to leave, and that its score is this.
    pub fn leaves_with(&mut self, peer: &P, score: Score) {
        if let Some(last) = self.peers.get_mut(peer) {
            *last = Some(score);
        }
    }

    /// Returns the last score of a peer that is connected, if one was given.
    pub(crate) fn last(&self, peer: &P) -> Option<Score> {
        self.peers.get(peer).copied().flatten()
    }

    /// Returns whether a score of `peer` that is worked out now is of a peer that is connected.
    pub fn is_connected(&self, peer: &P) -> bool {
        self.peers.contains_key(peer)
    }
}

impl<P> Default for LastScores<P> {
    fn default() -> Self {
        Self { peers: HashMap::default() }
    }
}
