//! Open-addressing hash index of record keys.

use alloc::vec;
use alloc::vec::Vec;
use core::mem;

/// Positions of the items of a list, found by the hashes of their keys.
///
/// A hash table that keeps what it needs for one key in one cache line. One that keeps its tags
/// apart from its positions, as `hashbrown` does, waits for memory once more before it gets to the
/// key: with a million peers a report took 2.0 times as long as an increment in a map instead of
/// 1.4 (benches, `report`). That one is better for keys that are mostly missing; see
/// [`GateIndex`](crate::state::gate_index::GateIndex).
///
/// It grows little by little: with each position that is added, those of one bucket move to the larger
/// table. Moving all of 147 456 at once held every other call up for 34 ms.
#[derive(Clone, Debug, Default)]
pub(crate) struct HashIndex {
    buckets: Buckets,
    /// The smaller table of before, while it is being left.
    before: Buckets,
    /// How many of its buckets have been left.
    moved: usize,
    len: usize,
}

/// A table of a power of two of buckets, or of none.
#[derive(Clone, Debug, Default)]
struct Buckets(Vec<Bucket>);

/// Some positions with their tags: one cache line.
#[derive(Clone, Copy, Debug)]
#[repr(C, align(64))]
struct Bucket {
    /// A few bits of each hash; zero where there is room.
    tags: [u8; SLOTS],
    /// How many found no room here and are in a later bucket.
    passed_on: u32,
    positions: [u32; SLOTS],
}

impl HashIndex {
    /// Returns the position with this hash for which `is_it` holds.
    #[inline]
    pub(crate) fn find(&self, hash: u64, is_it: impl Fn(u32) -> bool) -> Option<u32> {
        match self.buckets.find(hash, &is_it) {
            None if !self.before.0.is_empty() => self.before.find(hash, &is_it),
            found => found,
        }
    }

    /// Adds a position with this hash. `hash_of` gives the hash of one that is here already.
    pub(crate) fn insert(&mut self, hash: u64, position: u32, hash_of: impl Fn(u32) -> u64) {
        if self.len >= self.buckets.0.len().saturating_mul(CROWDED) {
            // The one before was left long ago: it had a bucket for many of these positions.
            self.before = mem::take(&mut self.buckets);
            self.moved = 0;
            self.buckets = Buckets(vec![Bucket::EMPTY; (2 * self.before.0.len()).max(1)]);
        }
        self.move_one_bucket(hash_of);
        self.buckets.enter(hash, position);
        self.len += 1;
    }

    /// Removes a position with this hash.
    pub(crate) fn remove(&mut self, hash: u64, position: u32) {
        if self.buckets.remove(hash, position) || self.before.remove(hash, position) {
            self.len -= 1;
        }
    }

    /// Returns how many positions there are.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    fn move_one_bucket(&mut self, hash_of: impl Fn(u32) -> u64) {
        let Some(bucket) = self.before.0.get_mut(self.moved) else {
            return;
        };
        // How many it passed on stays: they are looked for behind it.
        let tags = mem::take(&mut bucket.tags);
        let slots = tags.iter().zip(bucket.positions).filter(|(tag, _)| **tag != 0);
        for (_, position) in slots {
            self.buckets.enter(hash_of(position), position);
        }
        self.moved += 1;
        if self.moved == self.before.0.len() {
            self.before = Buckets::default();
        }
    }
}

impl Buckets {
    #[inline]
    fn find(&self, hash: u64, is_it: &impl Fn(u32) -> bool) -> Option<u32> {
        let home = self.home(hash);
        let bucket = self.0.get(home)?;
        match bucket.find(tag(hash), is_it) {
            None if bucket.passed_on > 0 => self.find_beyond(home, tag(hash), is_it),
            found => found,
        }
    }

    #[cold]
    fn find_beyond(&self, home: usize, tag: u8, is_it: &impl Fn(u32) -> bool) -> Option<u32> {
        for bucket in self.starting_at(home).skip(1) {
            let found = bucket.find(tag, is_it);
            if found.is_some() || bucket.passed_on == 0 {
                return found;
            }
        }
        None
    }

    /// Adds the position to the first bucket with room. There is one.
    fn enter(&mut self, hash: u64, position: u32) {
        let home = self.home(hash);
        for bucket in self.starting_at_mut(home) {
            if bucket.add(tag(hash), position) {
                return;
            }
            bucket.passed_on += 1;
        }
    }

    /// Removes a position with this hash. Returns whether it is here.
    fn remove(&mut self, hash: u64, position: u32) -> bool {
        let home = self.home(hash);
        let holds = |bucket: &Bucket| bucket.find(tag(hash), &|each| each == position).is_some();
        let mut steps = 0;
        for bucket in self.starting_at(home) {
            if holds(bucket) {
                break;
            }
            if bucket.passed_on == 0 {
                return false;
            }
            steps += 1;
        }
        for bucket in self.starting_at_mut(home).take(steps) {
            bucket.passed_on = bucket.passed_on.saturating_sub(1);
        }
        let bucket = self.starting_at_mut(home).nth(steps);
        bucket.is_some_and(|bucket| bucket.remove(position))
    }

    /// Returns the bucket in which positions with this hash are, or after which they are.
    #[inline]
    fn home(&self, hash: u64) -> usize {
        // There are a power of two of them, or none. The last bits choose.
        let mask = self.0.len().saturating_sub(1);
        usize::try_from(hash & mask as u64).unwrap_or_default()
    }

    /// Returns every bucket once, from this one on, which is a [`home`](Self::home).
    fn starting_at(&self, home: usize) -> impl Iterator<Item = &Bucket> {
        let (before, after) = self.0.split_at(home);
        after.iter().chain(before)
    }

    fn starting_at_mut(&mut self, home: usize) -> impl Iterator<Item = &mut Bucket> {
        let (before, after) = self.0.split_at_mut(home);
        after.iter_mut().chain(before)
    }
}

impl Bucket {
    const EMPTY: Self = Self { tags: [0; SLOTS], passed_on: 0, positions: [0; SLOTS] };

    #[inline]
    fn find(&self, tag: u8, is_it: &impl Fn(u32) -> bool) -> Option<u32> {
        // Slots fill from the first on, so there is seldom anything in the second half.
        let found = self.find_in(self.tagged_first(tag), 0, is_it);
        found.or_else(|| self.find_in(self.tagged_second(tag), HALF, is_it))
    }

    /// Returns the position for which `is_it` holds among the slots marked by the upper bits of their
    /// bytes, counted from `from` on.
    #[inline]
    fn find_in(&self, mut marked: u64, from: usize, is_it: &impl Fn(u32) -> bool) -> Option<u32> {
        while marked != 0 {
            let position = self.positions.get(from + first_slot(marked)).copied();
            if position.is_some_and(is_it) {
                return position;
            }
            marked &= marked - 1;
        }
        None
    }

    /// Adds the position to a vacant slot; returns whether there was one.
    fn add(&mut self, tag: u8, position: u32) -> bool {
        let (first, second) = (self.tagged_first(0), self.tagged_second(0));
        let room = if first == 0 { HALF + first_slot(second) } else { first_slot(first) };
        let slot = self.tags.get_mut(room).zip(self.positions.get_mut(room));
        slot.is_some_and(|slot| {
            (*slot.0, *slot.1) = (tag, position);
            true
        })
    }

    /// Removes the position; returns whether it was here.
    fn remove(&mut self, position: u32) -> bool {
        let slots = self.tags.iter_mut().zip(&self.positions);
        let mut there = slots.filter(|(tag, each)| **tag != 0 && **each == position);
        there.next().is_some_and(|(tag, _)| {
            *tag = 0;
            true
        })
    }

    /// Returns the upper bit of the byte of each of the first slots with this tag. The lowest of them is
    /// right; above it a tag that differs in its last bit can be among them, but no vacant slot.
    #[inline]
    fn tagged_first(&self, tag: u8) -> u64 {
        tagged(self.tags.first_chunk().map_or(0, |tags| u64::from_le_bytes(*tags)), tag)
    }

    /// Returns the same of the other slots.
    #[inline]
    fn tagged_second(&self, tag: u8) -> u64 {
        let tags = self.tags.last_chunk().map_or(0, |tags| u32::from_le_bytes(*tags));
        // Above them is nothing, which is no tag.
        tagged(u64::from(tags) | NO_TAGS, tag)
    }
}

/// Returns the upper bit of each byte that is this tag.
#[inline]
fn tagged(tags: u64, tag: u8) -> u64 {
    // All at once: a byte in which nothing differs is the one that borrows.
    let differs = tags ^ (u64::from(tag) * LOWER_BITS);
    differs.wrapping_sub(LOWER_BITS) & !differs & (LOWER_BITS << 7)
}

/// Returns what is kept of a hash: its first bits, since the last ones choose the bucket.
#[inline]
fn tag(hash: u64) -> u8 {
    let [first, ..] = hash.to_be_bytes();
    first.max(LEAST_TAG)
}

/// Returns the first slot of those marked by the upper bits of their bytes; past the last one if
/// none is.
#[inline]
fn first_slot(marked: u64) -> usize {
    usize::try_from(marked.trailing_zeros() / u8::BITS).unwrap_or(SLOTS)
}

/// As many as fit, with their tags, into 64 bytes.
const SLOTS: usize = 12;
/// As many as there are bytes in a word.
const HALF: usize = 8;
/// Positions a bucket above which the table grows: then one bucket in four is full.
const CROWDED: usize = 9;
/// Differs from a vacant slot's zero in more than the last bit: see [`Bucket::tagged_first`].
const LEAST_TAG: u8 = 2;
/// The lower bit of the byte of each slot.
const LOWER_BITS: u64 = 0x0101_0101_0101_0101;
/// What stands where the second half of a bucket has no slots: neither a tag nor vacant.
const NO_TAGS: u64 = 0x0101_0101 << 32;

#[cfg(test)]
mod tests {
    use alloc::collections::BTreeMap;

    use super::*;

    /// Spreads whatever is next to each other.
    fn hash(position: u32) -> u64 {
        u64::from(position).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29)
    }

    #[test]
    fn every_position_is_found_at_every_step_of_growing_and_after() {
        let (mut index, mut there) = (HashIndex::default(), BTreeMap::new());
        for position in 0..3_000 {
            index.insert(hash(position), position, hash);
            there.insert(position, ());
            // Every third one goes again, some of them while they are still in the smaller table.
            if position % 3 == 0 {
                let gone = position / 2;
                index.remove(hash(gone), gone);
                there.remove(&gone);
            }
            assert_eq!(index.len(), there.len());
            let checked = [0, position / 2, position - position / 7, position];
            for each in checked {
                let found = index.find(hash(each), |found| found == each);
                assert_eq!(found, there.contains_key(&each).then_some(each), "{position}");
            }
        }
        for each in 0..3_100 {
            let found = index.find(hash(each), |found| found == each);
            assert_eq!(found, there.contains_key(&each).then_some(each));
        }
    }

    #[test]
    fn no_more_than_one_bucket_is_moved_at_a_time() {
        let mut index = HashIndex::default();
        let asked = core::cell::Cell::new(0);
        for position in 0..100_000 {
            asked.set(0);
            index.insert(hash(position), position, |each| {
                asked.set(asked.get() + 1);
                hash(each)
            });
            assert!(asked.get() <= SLOTS, "{} at {position}", asked.get());
        }
        assert!(index.before.0.is_empty() || index.moved < index.before.0.len());
    }
}
