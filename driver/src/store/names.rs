//! Set of subjects and set of hashes, in shards.

use std::hash::{BuildHasher, Hash, RandomState};

use hashbrown::{HashMap, HashSet};
use libp2p::PeerId;
use peerwarden_core::Subject;

/// Subjects, each with the number of the change that put it here.
///
/// In shards, since a hash table that grows moves everything in it: a million at once would hold up
/// the engine's lock, under which this is filled, for a tenth of a second. Hashed with SipHash, like
/// everything that strangers choose.
#[derive(Debug)]
pub(super) struct Names {
    shards: Vec<HashMap<Subject<PeerId>, u64, RandomState>>,
    hasher: RandomState,
    len: usize,
}

impl Names {
    pub(super) fn new(hasher: &RandomState) -> Self {
        let shard = || HashMap::with_hasher(hasher.clone());
        Self { shards: (0..SHARDS).map(|_| shard()).collect(), hasher: hasher.clone(), len: 0 }
    }

    /// Adds the subject, or gives it a newer number.
    pub(super) fn insert(&mut self, subject: Subject<PeerId>, number: u64) {
        let hash = self.hasher.hash_one(&subject);
        if let Some(shard) = self.shards.get_mut(shard_of(hash))
            && shard.insert(subject, number).is_none()
        {
            self.len += 1;
        }
    }

    pub(super) fn remove(&mut self, subject: &Subject<PeerId>) {
        let hash = self.hasher.hash_one(subject);
        if let Some(shard) = self.shards.get_mut(shard_of(hash))
            && shard.remove(subject).is_some()
        {
            self.len -= 1;
        }
    }

    pub(super) fn contains(&self, subject: &Subject<PeerId>) -> bool {
        let hash = self.hasher.hash_one(subject);
        self.shards.get(shard_of(hash)).is_some_and(|shard| shard.contains_key(subject))
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    pub(super) fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// All of them, in no order.
    pub(super) fn into_iter(self) -> impl Iterator<Item = (Subject<PeerId>, u64)> + Send {
        self.shards.into_iter().flatten()
    }
}

/// Of each row that is in the store, or is being written to it, a hash of the subject.
#[derive(Debug)]
pub(super) struct Hashes {
    shards: Vec<HashSet<u64, RandomState>>,
    hasher: RandomState,
    len: usize,
}

impl Hashes {
    pub(super) fn new(hasher: &RandomState) -> Self {
        let shard = || HashSet::with_hasher(hasher.clone());
        Self { shards: (0..SHARDS).map(|_| shard()).collect(), hasher: hasher.clone(), len: 0 }
    }

    /// Whether it was not there.
    pub(super) fn insert(&mut self, subject: &impl Hash) -> bool {
        let hash = self.hasher.hash_one(subject);
        let added = self.shards.get_mut(shard_of(hash)).is_some_and(|shard| shard.insert(hash));
        self.len += usize::from(added);
        added
    }

    /// Whether it was there.
    pub(super) fn remove(&mut self, subject: &impl Hash) -> bool {
        let hash = self.hasher.hash_one(subject);
        let removed = self.shards.get_mut(shard_of(hash)).is_some_and(|shard| shard.remove(&hash));
        self.len -= usize::from(removed);
        removed
    }

    pub(super) fn contains(&self, subject: &impl Hash) -> bool {
        let hash = self.hasher.hash_one(subject);
        self.shards.get(shard_of(hash)).is_some_and(|shard| shard.contains(&hash))
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }
}

/// The shard for a hash, by bits that a table of a shard does not look at first.
fn shard_of(hash: u64) -> usize {
    usize::try_from((hash >> u32::BITS) % SHARDS).unwrap_or_default()
}

/// With a million subjects some four thousand in each, which takes a tenth of a millisecond to move.
const SHARDS: u64 = 256;
