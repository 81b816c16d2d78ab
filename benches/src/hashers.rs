//! The hashers under which engine and baseline are compared.

use std::hash::{BuildHasher, RandomState};

/// A hasher of both sides of a comparison.
pub trait Hasher: BuildHasher + Clone + Default + 'static {
    /// How figures name it.
    const NAME: &str;
}

/// The drivers' hasher, under which goals are judged.
pub type Drivers = RandomState;

/// What a node could use whose ids nobody can choose.
pub type Fast = foldhash::fast::RandomState;

impl Hasher for Drivers {
    const NAME: &str = "siphash";
}

impl Hasher for Fast {
    const NAME: &str = "foldhash";
}
