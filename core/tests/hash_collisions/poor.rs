//! Hashers with many collisions.

use std::hash::{BuildHasher, Hasher};

/// What becomes of a number that is hashed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Poor(fn(u64) -> u64);

/// A number on its way to its hash.
#[derive(Debug)]
pub(crate) struct Hashing {
    number: u64,
    poor: Poor,
}

impl Poor {
    /// A good one, and then those that are not: everybody alike, at either end; alike in their first
    /// bits; alike but for the bits behind them, where one tag is next to another.
    pub(crate) const ALL: [Self; 5] = [
        Self(|number| number.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29)),
        Self(|_| 0),
        Self(|_| u64::MAX),
        Self(|number| number),
        Self(|number| (number % 7) << 56),
    ];
}

impl BuildHasher for Poor {
    type Hasher = Hashing;

    fn build_hasher(&self) -> Hashing {
        Hashing { number: 0, poor: *self }
    }
}

impl Hasher for Hashing {
    fn write(&mut self, bytes: &[u8]) {
        self.number = bytes.iter().fold(self.number, |number, byte| number << 8 | u64::from(*byte));
    }

    fn finish(&self) -> u64 {
        (self.poor.0)(self.number)
    }
}
