//! Things found by name or by key.

use core::hash::{BuildHasher, Hash};

use hashbrown::HashTable;
use slotmap::{Key, SlotMap};

/// Something that is found by its name.
pub(crate) trait Named {
    type Name: Eq + Hash;

    fn name(&self) -> &Self::Name;
}

/// Things with a name each. The name is held once, in the thing: the index holds keys only, and
/// looks up the name behind each.
///
/// A key means nothing once what it stood for is gone.
#[derive(Clone, Debug)]
pub(crate) struct Table<K: Key, V> {
    slots: SlotMap<K, V>,
    index: HashTable<K>,
}

impl<K: Key, V: Named> Table<K, V> {
    pub(crate) fn new() -> Self {
        Self { slots: SlotMap::with_key(), index: HashTable::new() }
    }

    /// The key of the thing with this name, if there is one.
    pub(crate) fn find<S: BuildHasher>(&self, hasher: &S, name: &V::Name) -> Option<K> {
        let is_it = |key: &K| self.slots.get(*key).is_some_and(|each| each.name() == name);
        self.index.find(hasher.hash_one(name), is_it).copied()
    }

    pub(crate) fn get(&self, key: K) -> Option<&V> {
        self.slots.get(key)
    }

    pub(crate) fn get_mut(&mut self, key: K) -> Option<&mut V> {
        self.slots.get_mut(key)
    }

    /// Adds something whose name is not taken.
    pub(crate) fn insert<S: BuildHasher>(&mut self, hasher: &S, value: V) -> K {
        let hash = hasher.hash_one(value.name());
        let key = self.slots.insert(value);
        let slots = &self.slots;
        let rehash = |key: &K| slots.get(*key).map_or(0, |each| hasher.hash_one(each.name()));
        self.index.insert_unique(hash, key, rehash);
        key
    }

    pub(crate) fn remove<S: BuildHasher>(&mut self, hasher: &S, key: K) -> Option<V> {
        let value = self.slots.remove(key)?;
        if let Ok(entry) = self.index.find_entry(hasher.hash_one(value.name()), |each| *each == key)
        {
            entry.remove();
        }
        Some(value)
    }

    pub(crate) fn keys(&self) -> impl Iterator<Item = K> {
        self.slots.keys()
    }

    pub(crate) fn values(&self) -> impl Iterator<Item = &V> {
        self.slots.values()
    }

    pub(crate) fn len(&self) -> usize {
        self.slots.len()
    }

    /// How many names are in the index.
    pub(crate) fn entries(&self) -> usize {
        self.index.len()
    }
}
