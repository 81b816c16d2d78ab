//! Baselines that the engine is compared with.

pub mod block_list;
pub mod flow;
pub mod op_node;

use hashbrown::{HashMap, HashSet};
use libp2p::PeerId;

/// A number for each of these peers: what a report costs at least.
#[must_use]
pub fn numbers<S: Default + std::hash::BuildHasher>(peers: &[PeerId]) -> HashMap<PeerId, u64, S> {
    peers.iter().map(|peer| (*peer, 0)).collect()
}

/// A set of these peers: what a gate costs at least.
#[must_use]
pub fn set<S: Default + std::hash::BuildHasher>(peers: &[PeerId]) -> HashSet<PeerId, S> {
    peers.iter().copied().collect()
}
