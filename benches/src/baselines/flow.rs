//! Flow's heartbeat, as its misbehaviour report manager does it.

use std::hash::BuildHasher;
use std::sync::{PoisonError, RwLock};

use hashbrown::HashMap;
use libp2p::PeerId;

/// Records behind a lock, each looked at at every beat.
///
/// Kinder than the original: the list of ids is copied once instead of twice, nothing is logged,
/// and a lookup hashes once.
#[derive(Debug)]
pub struct Manager<S> {
    cache: RwLock<HashMap<PeerId, Record, S>>,
}

#[derive(Clone, Copy, Debug)]
struct Record {
    decay: f64,
    cutoff_counter: u64,
    disallow_listed: bool,
    penalty: f64,
}

impl<S: BuildHasher + Default> Manager<S> {
    /// Of these peers, each of which owes so many points.
    #[must_use]
    pub fn new(peers: &[PeerId], owed: f64) -> Self {
        let record = Record { penalty: -owed, ..Record::new() };
        Self { cache: RwLock::new(peers.iter().map(|peer| (*peer, record)).collect()) }
    }

    /// One second has passed: how many peers are listed and how many no longer.
    pub fn heartbeat(&self) -> (usize, usize) {
        let ids: Vec<PeerId> =
            self.cache.read().unwrap_or_else(PoisonError::into_inner).keys().copied().collect();
        let (mut listed, mut allowed) = (0, 0);
        for id in ids {
            // Each record is adjusted under a lock of its own, and made anew if it is gone.
            let mut cache = self.cache.write().unwrap_or_else(PoisonError::into_inner);
            match cache.entry(id).or_insert_with(Record::new).beat() {
                Some(true) => listed += 1,
                Some(false) => allowed += 1,
                None => {}
            }
        }
        (listed, allowed)
    }
}

impl Record {
    fn new() -> Self {
        Self { decay: 1_000.0, cutoff_counter: 0, disallow_listed: false, penalty: 0.0 }
    }

    /// Whether the peer is listed (`true`) or no longer, if that changes.
    fn beat(&mut self) -> Option<bool> {
        let mut change = None;
        if self.penalty < -86_400.0 && !self.disallow_listed {
            self.cutoff_counter += 1;
            self.disallow_listed = true;
            self.decay = match self.cutoff_counter {
                1 => 1_000.0,
                2 => 100.0,
                3 => 10.0,
                _ => 1.0,
            };
            change = Some(true);
        }
        self.penalty = (self.penalty + self.decay).min(0.0);
        if self.penalty == 0.0 && self.disallow_listed {
            self.disallow_listed = false;
            change = Some(false);
        }
        change
    }
}
