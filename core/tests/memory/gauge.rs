//! The counting allocator, and how it is read.

use std::alloc::System;
use std::sync::{Mutex, PoisonError};

use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static COUNTING: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// One measurement at a time: the allocator counts what every thread does.
static ALONE: Mutex<()> = Mutex::new(());

/// Does it so often, and compares what is held half-way with what is held at the end.
pub(crate) fn is_flat(times: u64, mut what: impl FnMut(u64)) {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let region = Region::new(COUNTING);
    (0..times / 2).for_each(&mut what);
    let half_way = held(&region);
    (times / 2..times).for_each(&mut what);
    let at_the_end = held(&region);

    let grown = at_the_end.saturating_sub(half_way);
    assert!(grown <= SLACK, "{half_way} bytes half-way, {at_the_end} at the end");
    assert!(at_the_end <= MOST, "{at_the_end} bytes for a hundred records");
}

/// How often memory is allocated or given another size meanwhile.
pub(crate) fn allocations(what: impl FnOnce()) -> usize {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let region = Region::new(COUNTING);
    what();
    let change = region.change();
    change.allocations + change.reallocations
}

/// The bytes allocated and not given back since.
fn held(region: &Region<'_, System>) -> usize {
    let change = region.change();
    change.bytes_allocated.saturating_sub(change.bytes_deallocated)
}

/// A hundred records and their indexes take this much at most.
const MOST: usize = 256 * 1024;
/// Growing containers double: not everything is at its final size half-way.
const SLACK: usize = 4 * 1024;
