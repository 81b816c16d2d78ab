//! Things found by name or by key.

use alloc::vec::Vec;
use core::hash::{BuildHasher, Hash};
use core::marker::PhantomData;
use core::mem;

use hashbrown::HashTable;

/// Something that is found by its name.
pub(crate) trait Named {
    type Name: Eq + Hash;

    fn name(&self) -> &Self::Name;
}

/// Where something is: four bytes, because every index is full of them.
///
/// A key means nothing once what it stood for is gone: whatever holds keys lets go of one before
/// that.
pub(crate) trait Key: Copy {
    fn from_index(index: u32) -> Self;
    fn index(self) -> u32;
}

/// Things with a name each. The name is held once, in the thing: the index holds keys only, and
/// looks up the name behind each.
///
/// That makes of every look-up two, one in the index and one of the name. What keeps it close to
/// a set of names (benches, `gate` and `report`) is that the index is small: with keys of eight
/// bytes and a version beside each thing, a gate cost twice a set with a million peers.
#[derive(Clone, Debug)]
pub(crate) struct Table<K, V> {
    slots: Vec<Slot<V>>,
    /// The slot that was emptied last.
    vacant: Option<u32>,
    index: HashTable<u32>,
    keys: PhantomData<K>,
}

#[derive(Clone, Debug)]
enum Slot<V> {
    Taken(V),
    /// And the one that was emptied before it.
    Vacant(Option<u32>),
}

impl<K: Key, V: Named> Table<K, V> {
    pub(crate) fn new() -> Self {
        Self { slots: Vec::new(), vacant: None, index: HashTable::new(), keys: PhantomData }
    }

    /// The key of the thing with this name, if there is one.
    pub(crate) fn find<S: BuildHasher>(&self, hasher: &S, name: &V::Name) -> Option<K> {
        let is_it = |at: &u32| self.at(*at).is_some_and(|each| each.name() == name);
        self.index.find(hasher.hash_one(name), is_it).copied().map(K::from_index)
    }

    pub(crate) fn get(&self, key: K) -> Option<&V> {
        self.at(key.index())
    }

    pub(crate) fn get_mut(&mut self, key: K) -> Option<&mut V> {
        match self.slots.get_mut(to_usize(key.index()))? {
            Slot::Taken(value) => Some(value),
            Slot::Vacant(_) => None,
        }
    }

    /// Adds something whose name is not taken.
    pub(crate) fn insert<S: BuildHasher>(&mut self, hasher: &S, value: V) -> K {
        let hash = hasher.hash_one(value.name());
        let at = self.occupy(value);
        let slots = &self.slots;
        let rehash = |at: &u32| taken(slots, *at).map_or(0, |each| hasher.hash_one(each.name()));
        self.index.insert_unique(hash, at, rehash);
        K::from_index(at)
    }

    pub(crate) fn remove<S: BuildHasher>(&mut self, hasher: &S, key: K) -> Option<V> {
        let at = key.index();
        let hash = hasher.hash_one(self.at(at)?.name());
        if let Ok(entry) = self.index.find_entry(hash, |each| *each == at) {
            entry.remove();
        }
        let slot = self.slots.get_mut(to_usize(at))?;
        let emptied = mem::replace(slot, Slot::Vacant(self.vacant.replace(at)));
        match emptied {
            Slot::Taken(value) => Some(value),
            Slot::Vacant(_) => None,
        }
    }

    pub(crate) fn keys(&self) -> impl Iterator<Item = K> {
        let taken = self.slots.iter().zip(0..).filter(|(slot, _)| matches!(slot, Slot::Taken(_)));
        taken.map(|(_, at)| K::from_index(at))
    }

    pub(crate) fn values(&self) -> impl Iterator<Item = &V> {
        self.slots.iter().filter_map(|slot| match slot {
            Slot::Taken(value) => Some(value),
            Slot::Vacant(_) => None,
        })
    }

    pub(crate) fn len(&self) -> usize {
        self.index.len()
    }

    /// How many names are in the index.
    pub(crate) fn entries(&self) -> usize {
        self.index.len()
    }

    fn at(&self, at: u32) -> Option<&V> {
        taken(&self.slots, at)
    }

    /// Puts the thing into a slot, one that has been used before if there is one.
    fn occupy(&mut self, value: V) -> u32 {
        if let Some(at) = self.vacant
            && let Some(slot) = self.slots.get_mut(to_usize(at))
        {
            if let Slot::Vacant(before) = mem::replace(slot, Slot::Taken(value)) {
                self.vacant = before;
            }
            return at;
        }
        // Four billion of anything do not fit into memory.
        let at = u32::try_from(self.slots.len()).unwrap_or(u32::MAX);
        self.slots.push(Slot::Taken(value));
        at
    }
}

fn taken<V>(slots: &[Slot<V>], at: u32) -> Option<&V> {
    match slots.get(to_usize(at))? {
        Slot::Taken(value) => Some(value),
        Slot::Vacant(_) => None,
    }
}

fn to_usize(at: u32) -> usize {
    usize::try_from(at).unwrap_or(usize::MAX)
}
