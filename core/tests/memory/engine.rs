//! The engine that is measured.

use std::num::NonZeroUsize;

use foldhash::fast::FixedState;
use peerwarden_core::{Config, Warden};

/// A small one, so that it is full soon.
pub(crate) fn engine() -> Warden<u32, FixedState> {
    let config = Config::default().with_max_records(NonZeroUsize::new(100).unwrap());
    Warden::new(config, FixedState::default())
}
