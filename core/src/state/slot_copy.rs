//! Copy of a table, taken a few slots at a time while the table changes.

use alloc::vec::Vec;

use slab::Slab;

/// The slots of a table that were copied, and those of them that have changed since.
///
/// In chunks: to move all that was copied so far to where there is room for more would take as long as to
/// copy it.
#[derive(Clone, Debug)]
pub(crate) struct SlotCopy<V> {
    chunks: Vec<Vec<Option<V>>>,
    /// How many slots were copied.
    copied: usize,
    changed: Vec<usize>,
    /// Which slots are among `changed`, a bit for each.
    is_changed: Vec<u64>,
}

impl<V> SlotCopy<V> {
    pub(crate) fn new() -> Self {
        Self { chunks: Vec::new(), copied: 0, changed: Vec::new(), is_changed: Vec::new() }
    }

    /// Notes that a slot may change. One that was not copied yet will be, as it is then.
    #[cold]
    pub(crate) fn note(&mut self, slot: usize) {
        if slot >= self.copied {
            return;
        }
        let Some(bits) = self.is_changed.get_mut(slot / BITS) else {
            return;
        };
        let bit = 1 << (slot % BITS);
        if *bits & bit == 0 {
            *bits |= bit;
            self.changed.push(slot);
        }
    }

    /// Returns what was in the slots.
    pub(crate) fn into_slots(self) -> Slab<V> {
        let slots = self.chunks.into_iter().flatten().enumerate();
        slots.filter_map(|(slot, thing)| Some((slot, thing?))).collect()
    }
}

impl<V: Clone> SlotCopy<V> {
    /// Copies up to `slots` of the slots that were not, then of those that have changed since. Gives how
    /// many more it could have copied: none, unless it holds what `things` does.
    pub(crate) fn go_on(&mut self, things: &Slab<V>, mut slots: usize) -> usize {
        while slots > 0 && self.copied < things.capacity() {
            self.copy_next(things);
            slots -= 1;
        }
        while slots > 0
            && let Some(slot) = self.changed.pop()
        {
            self.copy_again(things, slot);
            slots -= 1;
        }
        slots
    }

    fn copy_next(&mut self, things: &Slab<V>) {
        if self.copied.is_multiple_of(CHUNK) {
            self.chunks.push(Vec::with_capacity(CHUNK));
        }
        if self.copied.is_multiple_of(BITS) {
            self.is_changed.push(0);
        }
        if let Some(chunk) = self.chunks.last_mut() {
            chunk.push(things.get(self.copied).cloned());
        }
        self.copied += 1;
    }

    fn copy_again(&mut self, things: &Slab<V>, slot: usize) {
        if let Some(bits) = self.is_changed.get_mut(slot / BITS) {
            *bits &= !(1 << (slot % BITS));
        }
        let chunk = self.chunks.get_mut(slot / CHUNK);
        if let Some(copy) = chunk.and_then(|chunk| chunk.get_mut(slot % CHUNK)) {
            *copy = things.get(slot).cloned();
        }
    }
}

const BITS: usize = 64;
/// Slots in a chunk.
const CHUNK: usize = 1_024;
