//! Slab with a hash index.

use alloc::boxed::Box;
use core::hash::{BuildHasher, Hash};
use core::marker::PhantomData;
use core::ops::Range;

use slab::Slab;

use crate::state::hash_index::HashIndex;
use crate::state::slot_copy::SlotCopy;

/// An item that is found by its name.
pub(crate) trait Named {
    type Name: Eq + Hash;

    fn name(&self) -> &Self::Name;
}

/// Position of an item: four bytes, because every index is full of them.
///
/// A key means nothing once its item is removed: every index drops its key before that.
pub(crate) trait Key: Copy {
    fn from_index(index: u32) -> Self;
    fn index(self) -> u32;
}

/// Things with a name each. The name is held once, in the thing: the index holds keys only, and
/// looks up the name behind each.
///
/// That makes of every look-up two, one in the index and one of the name. What keeps it close to
/// a map by name (benches, `report`) is that the index is small: with keys of eight bytes and a
/// version beside each thing, a look-up among a million peers took twice that in a set of them.
#[derive(Clone, Debug)]
pub(crate) struct Table<K, V> {
    things: Slab<V>,
    index: HashIndex,
    /// A copy that is being taken.
    copy: Option<Box<SlotCopy<V>>>,
    keys: PhantomData<K>,
}

impl<K: Key, V: Named> Table<K, V> {
    pub(crate) fn new() -> Self {
        Self::of(Slab::new())
    }

    /// Returns these things with an empty index: none is found by its name.
    pub(crate) fn of(things: Slab<V>) -> Self {
        Self { things, index: HashIndex::default(), copy: None, keys: PhantomData }
    }

    /// Returns the key of the thing with this name, if there is one.
    pub(crate) fn find<S: BuildHasher>(&self, hasher: &S, name: &V::Name) -> Option<K> {
        let is_it = |at| self.at(at).is_some_and(|each| each.name() == name);
        self.index.find(hasher.hash_one(name), is_it).map(K::from_index)
    }

    pub(crate) fn get(&self, key: K) -> Option<&V> {
        self.at(key.index())
    }

    #[inline]
    pub(crate) fn get_mut(&mut self, key: K) -> Option<&mut V> {
        let at = to_usize(key.index());
        if let Some(copy) = &mut self.copy {
            copy.note(at);
        }
        self.things.get_mut(at)
    }

    /// Adds something whose name is not taken.
    pub(crate) fn insert<S: BuildHasher>(&mut self, hasher: &S, value: V) -> K {
        let hash = hasher.hash_one(value.name());
        // Four billion of anything do not fit into memory.
        let at = self.things.insert(value);
        if let Some(copy) = &mut self.copy {
            copy.note(at);
        }
        let at = u32::try_from(at).unwrap_or(u32::MAX);
        let things = &self.things;
        let hash_of =
            |at| things.get(to_usize(at)).map_or(0, |each: &V| hasher.hash_one(each.name()));
        self.index.insert(hash, at, hash_of);
        K::from_index(at)
    }

    pub(crate) fn remove<S: BuildHasher>(&mut self, hasher: &S, key: K) -> Option<V> {
        let at = to_usize(key.index());
        let value = self.things.try_remove(at)?;
        if let Some(copy) = &mut self.copy {
            copy.note(at);
        }
        let hash = hasher.hash_one(value.name());
        self.index.remove(hash, key.index());
        Some(value)
    }

    pub(crate) fn keys(&self) -> impl Iterator<Item = K> {
        let keys = self.things.iter().map(|(at, _)| u32::try_from(at).unwrap_or(u32::MAX));
        keys.map(K::from_index)
    }

    pub(crate) fn values(&self) -> impl Iterator<Item = &V> {
        self.things.iter().map(|(_, value)| value)
    }

    /// Returns the things in these slots. Each stays in its slot for as long as it is here.
    pub(crate) fn slots(&self, slots: Range<usize>) -> impl Iterator<Item = &V> {
        let end = slots.end.min(self.end());
        (slots.start..end).filter_map(|at| self.things.get(at))
    }

    /// Returns the first slot after which all are empty.
    pub(crate) fn end(&self) -> usize {
        self.things.capacity()
    }

    pub(crate) fn len(&self) -> usize {
        self.things.len()
    }

    /// Returns how many names are in the index.
    pub(crate) fn entries(&self) -> usize {
        self.index.len()
    }

    fn at(&self, at: u32) -> Option<&V> {
        self.things.get(to_usize(at))
    }
}

impl<K: Key, V: Clone + Named> Table<K, V> {
    /// Copies up to this many slots, and begins a copy if there is none. Gives how many more it could have
    /// copied: none, unless the copy is complete.
    pub(crate) fn copy_page(&mut self, slots: usize) -> usize {
        let copy = self.copy.get_or_insert_with(|| Box::new(SlotCopy::new()));
        copy.go_on(&self.things, slots)
    }

    /// Returns the copy, as far as it has got, and takes part in it no longer.
    pub(crate) fn end_copy(&mut self) -> Option<SlotCopy<V>> {
        self.copy.take().map(|copy| *copy)
    }
}

fn to_usize(at: u32) -> usize {
    usize::try_from(at).unwrap_or(usize::MAX)
}
