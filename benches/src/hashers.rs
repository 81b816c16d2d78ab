//! Hashers under which engine and baseline are compared.

use std::hash::{BuildHasher, RandomState};

/// A hasher of both sides of a comparison.
pub trait Hasher: BuildHasher + Clone + Default + 'static {
    /// How figures name it.
    const NAME: &str;
}

/// The drivers' hasher, under which goals are judged.
pub type SipHash = RandomState;

/// What a node could use whose ids nobody can choose.
pub type FoldHash = foldhash::fast::RandomState;

impl Hasher for SipHash {
    const NAME: &str = "siphash";
}

impl Hasher for FoldHash {
    const NAME: &str = "foldhash";
}
