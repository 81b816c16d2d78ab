//! Last score of each connected peer.

use std::hash::RandomState;

use hashbrown::HashMap;
use libp2p::PeerId;
use peerwarden_core::{Event, Score};

/// The last score that the application gave of each peer while it was connected.
///
/// A scorer such as gossipsub's forgets the good half of a score when a peer leaves, so the score of
/// a peer that has left is the last one from before. There is one entry for each connected peer, and
/// it goes with the peer.
#[derive(Debug, Default)]
pub(crate) struct LastScores {
    peers: HashMap<PeerId, Option<Score>, RandomState>,
}

impl LastScores {
    /// Takes note of an input that the engine is about to be fed.
    ///
    /// Of a peer that it says has left, the last score, if there is one: never one that was worked
    /// out after it left.
    pub(crate) fn note(&mut self, event: &Event<PeerId>) -> Option<Score> {
        match event {
            Event::Connected { peer, .. } => {
                self.peers.entry(*peer).or_default();
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

    /// A connected peer is about to leave, and its score is this.
    pub(crate) fn leaves_with(&mut self, peer: &PeerId, score: Score) {
        if let Some(last) = self.peers.get_mut(peer) {
            *last = Some(score);
        }
    }

    /// Whether a score of `peer` that is worked out now is of a peer that is connected.
    pub(crate) fn is_connected(&self, peer: &PeerId) -> bool {
        self.peers.contains_key(peer)
    }
}
