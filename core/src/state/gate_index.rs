//! Index of banned and protected peers, for gate lookups.

use core::hash::{BuildHasher, Hash};

use hashbrown::HashTable;

use crate::state::record::{Record, RecordKey};
use crate::state::table::Table;

/// The peers that are banned or protected. A gate needs no other record.
///
/// An index of its own, and not of all records: it is small where few are banned, and a gate does
/// not wait for the record of a peer that behaves. With one for everything, a gate for a known peer
/// cost up to 2.3 look-ups in a set of as many peers, and for an unknown one 1.8 (benches, `gate`).
#[derive(Clone, Debug, Default)]
pub(crate) struct GateIndex {
    keys: HashTable<RecordKey>,
}

type Records<P> = Table<RecordKey, Record<P>>;

impl GateIndex {
    /// Returns the record of the peer, if it is one of them.
    pub(crate) fn find<'a, P: Eq + Hash>(
        &self,
        hasher: &impl BuildHasher,
        peer: &P,
        records: &'a Records<P>,
    ) -> Option<&'a Record<P>> {
        let is_it = |key: &RecordKey| records.get(*key).is_some_and(|record| record.peer == *peer);
        records.get(*self.keys.find(hasher.hash_one(peer), is_it)?)
    }

    /// Adds the peer with this record, which is not one of them.
    pub(crate) fn insert<P: Eq + Hash>(
        &mut self,
        hasher: &impl BuildHasher,
        key: RecordKey,
        records: &Records<P>,
    ) {
        let hash_of = |key: &RecordKey| {
            records.get(*key).map_or(0, |record: &Record<P>| hasher.hash_one(&record.peer))
        };
        self.keys.insert_unique(hash_of(&key), key, hash_of);
    }

    /// Takes the peer with this record out.
    pub(crate) fn remove<P: Hash>(
        &mut self,
        hasher: &impl BuildHasher,
        key: RecordKey,
        record: &Record<P>,
    ) {
        if let Ok(entry) = self.keys.find_entry(hasher.hash_one(&record.peer), |each| *each == key)
        {
            entry.remove();
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.keys.len()
    }
}
