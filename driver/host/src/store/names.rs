//! Set of subjects and set of hashes, in shards.

use crate::peer::PeerName;
use hashbrown::HashTable;
use peerwarden_core::Subject;

/// Subjects, each with the number of the change that put it here.
///
/// In shards, since a hash table that grows moves everything in it: a million at once would hold up
/// the engine's lock, under which this is filled, for milliseconds. Whoever asks brings the hash,
/// which is one for all of the sets that a subject may be in.
#[derive(Debug)]
pub(super) struct Names<P> {
    shards: Vec<HashTable<Entry<P>>>,
    len: usize,
}

#[derive(Debug)]
struct Entry<P> {
    hash: u64,
    subject: Subject<P>,
    number: u64,
}

impl<P: PeerName> Names<P> {
    pub(super) fn new() -> Self {
        Self { shards: (0..SHARDS).map(|_| HashTable::new()).collect(), len: 0 }
    }

    /// Adds the subject, or gives it a newer number.
    pub(super) fn insert(&mut self, hash: u64, subject: Subject<P>, number: u64) {
        let Some(shard) = self.shards.get_mut(shard_of(hash)) else {
            return;
        };
        if let Some(entry) = shard.find_mut(hash, |entry| entry.subject == subject) {
            entry.number = number;
        } else {
            shard.insert_unique(hash, Entry { hash, subject, number }, |entry| entry.hash);
            self.len += 1;
        }
    }

    pub(super) fn remove(&mut self, hash: u64, subject: &Subject<P>) {
        if let Some(shard) = self.shards.get_mut(shard_of(hash))
            && let Ok(entry) = shard.find_entry(hash, |entry| entry.subject == *subject)
        {
            entry.remove();
            self.len -= 1;
        }
    }

    pub(super) fn contains(&self, hash: u64, subject: &Subject<P>) -> bool {
        let shard = self.shards.get(shard_of(hash));
        shard.is_some_and(|shard| shard.find(hash, |entry| entry.subject == *subject).is_some())
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    pub(super) fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// All of them, in no order.
    pub(super) fn into_iter(self) -> impl Iterator<Item = (Subject<P>, u64)> + Send {
        self.shards.into_iter().flatten().map(|entry| (entry.subject, entry.number))
    }
}

/// Of each row that is in the store, or is being written to it, the hash of the subject.
#[derive(Debug)]
pub(super) struct Hashes {
    shards: Vec<HashTable<u64>>,
    len: usize,
}

impl Hashes {
    pub(super) fn new() -> Self {
        Self { shards: (0..SHARDS).map(|_| HashTable::new()).collect(), len: 0 }
    }

    /// Whether it was not there.
    pub(super) fn insert(&mut self, hash: u64) -> bool {
        let is_new = !self.contains(hash);
        if is_new && let Some(shard) = self.shards.get_mut(shard_of(hash)) {
            shard.insert_unique(hash, hash, |hash| *hash);
            self.len += 1;
        }
        is_new
    }

    /// Whether it was there.
    pub(super) fn remove(&mut self, hash: u64) -> bool {
        let shard = self.shards.get_mut(shard_of(hash));
        let entry = shard.and_then(|shard| shard.find_entry(hash, |each| *each == hash).ok());
        let was_there = entry.is_some();
        if let Some(entry) = entry {
            entry.remove();
            self.len -= 1;
        }
        was_there
    }

    pub(super) fn contains(&self, hash: u64) -> bool {
        let shard = self.shards.get(shard_of(hash));
        shard.is_some_and(|shard| shard.find(hash, |each| *each == hash).is_some())
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }
}

/// The shard for a hash, by bits that the tables do not go by.
fn shard_of(hash: u64) -> usize {
    usize::try_from((hash >> u32::BITS) % SHARDS).unwrap_or_default()
}

/// With a million subjects some four thousand in each, which takes tens of microseconds to move.
const SHARDS: u64 = 256;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_peer::Peer;

    #[test]
    fn subjects_with_the_same_hash_are_told_apart() {
        let (one, other) = (Subject::Peer(Peer::random()), Subject::Peer(Peer::random()));
        let mut names = Names::new();
        names.insert(7, one.clone(), 1);
        names.insert(7, other.clone(), 2);
        names.insert(7, one.clone(), 3);
        names.remove(7, &other);
        names.remove(7, &other);

        assert_eq!((names.len(), names.is_empty()), (1, false));
        assert!(names.contains(7, &one) && !names.contains(7, &other));
        assert_eq!(names.into_iter().collect::<Vec<_>>(), [(one, 3)]);
    }

    #[test]
    fn hashes_are_counted_once() {
        let mut hashes = Hashes::new();
        let spread = |n: u64| n.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        assert!((0..10_000).all(|n| hashes.insert(spread(n))));
        assert!((0..10_000).all(|n| !hashes.insert(spread(n))));
        assert!((0..5_000).all(|n| hashes.remove(spread(n))));
        assert!((0..5_000).all(|n| !hashes.remove(spread(n))));

        assert_eq!(hashes.len(), 5_000);
        assert!((0..10_000).all(|n| hashes.contains(spread(n)) == (n >= 5_000)));
    }
}
