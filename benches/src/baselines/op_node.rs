//! op-node's decay of application scores, as its application scorer does it.

use std::hash::BuildHasher;
use std::sync::{PoisonError, RwLock};

use hashbrown::HashMap;
use libp2p::PeerId;

/// Scores behind a lock, each decayed once a slot while its peer is connected.
///
/// Kinder than the original: scores are kept in memory alone, where each is written to a datastore.
#[derive(Debug)]
pub struct Scorer<S> {
    book: RwLock<HashMap<PeerId, Scores, S>>,
    connected: Vec<PeerId>,
}

#[derive(Clone, Copy, Debug)]
struct Scores {
    valid_responses: f64,
    error_responses: f64,
    rejected_payloads: f64,
}

impl<S: BuildHasher + Default> Scorer<S> {
    /// Of these peers, all connected, each with these many of everything.
    #[must_use]
    pub fn new(peers: &[PeerId], each: f64) -> Self {
        let scores =
            Scores { valid_responses: each, error_responses: each, rejected_payloads: each };
        Self {
            book: RwLock::new(peers.iter().map(|peer| (*peer, scores)).collect()),
            connected: peers.to_vec(),
        }
    }

    /// One slot has passed: how many peers have something left.
    pub fn decay(&self) -> usize {
        let connected = self.connected.clone();
        let mut left = 0;
        for peer in connected {
            let mut book = self.book.write().unwrap_or_else(PoisonError::into_inner);
            if let Some(scores) = book.get_mut(&peer) {
                scores.decay();
                left += usize::from(scores.valid_responses > 0.0);
            }
        }
        left
    }
}

impl Scores {
    fn decay(&mut self) {
        for score in
            [&mut self.valid_responses, &mut self.error_responses, &mut self.rejected_payloads]
        {
            *score *= DECAY;
            if *score < DECAY_TO_ZERO {
                *score = 0.0;
            }
        }
    }
}

/// Of its default parameters: 0.01^(1/60).
const DECAY: f64 = 0.926_118_728_128_793_5;
const DECAY_TO_ZERO: f64 = 0.01;
