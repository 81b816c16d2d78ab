//! Ids that count how often they are compared.

use std::cell::Cell;
use std::hash::{Hash, Hasher};

/// An id that counts.
#[derive(Clone, Debug)]
pub(crate) struct Counted(pub(crate) u32);

impl Counted {
    /// How often ids have been compared on this thread so far.
    pub(crate) fn comparisons() -> u64 {
        COMPARISONS.get()
    }
}

impl Eq for Counted {}

impl PartialEq for Counted {
    fn eq(&self, other: &Self) -> bool {
        COMPARISONS.set(COMPARISONS.get() + 1);
        self.0 == other.0
    }
}

impl Hash for Counted {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

thread_local! {
    static COMPARISONS: Cell<u64> = const { Cell::new(0) };
}
