//! Names of peers in a recording, and their numbers.

use std::sync::Arc;

use hashbrown::HashMap;
use std::hash::{BuildHasherDefault, Hasher, RandomState};

/// A peer, by the order in which it comes up in the recording.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub(super) struct PeerNo(u32);

/// All names, each with its number.
#[derive(Debug, Default)]
pub(super) struct Names {
    numbers: HashMap<Arc<str>, PeerNo, RandomState>,
    names: Vec<Arc<str>>,
}

impl Names {
    /// Returns the number of a name, which it gets here if it is new.
    pub(super) fn number(&mut self, name: &str) -> PeerNo {
        if let Some(number) = self.numbers.get(name) {
            return *number;
        }
        // Four thousand million names do not fit into a file that anything reads.
        let number = PeerNo(u32::try_from(self.names.len()).unwrap_or(u32::MAX));
        let name: Arc<str> = name.into();
        self.names.push(Arc::clone(&name));
        self.numbers.insert(name, number);
        number
    }

    /// Returns the number of a name that has come up.
    pub(super) fn find(&self, name: &str) -> Option<PeerNo> {
        self.numbers.get(name).copied()
    }

    /// Returns the name of a number.
    pub(super) fn name(&self, PeerNo(number): PeerNo) -> &str {
        usize::try_from(number).ok().and_then(|at| self.names.get(at)).map_or("", |name| name)
    }
}

/// Hashes numbers by a multiplication. They are given out here, so no peer can choose its own.
pub(super) type NumberHasher = BuildHasherDefault<Multiply>;

/// The state of that.
#[derive(Debug, Default)]
pub(super) struct Multiply(u64);

impl Hasher for Multiply {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(u64::from(*byte));
        }
    }

    fn write_u32(&mut self, number: u32) {
        self.write_u64(u64::from(number));
    }

    fn write_u64(&mut self, number: u64) {
        // The golden ratio, and the upper half of the product, which depends on all of the number.
        let product = u128::from(self.0 ^ number).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let halves = product ^ (product >> 64);
        self.0 = u64::try_from(halves & u128::from(u64::MAX)).unwrap_or_default();
    }

    fn write_usize(&mut self, number: usize) {
        self.write_u64(u64::try_from(number).unwrap_or(u64::MAX));
    }
}
