//! Measurement of memory in use and of allocations.

use allocation_counter::measure;

/// Does it so often, and compares what is held half-way with what is held at the end.
pub(crate) fn is_flat(times: u64, mut what: impl FnMut(u64)) {
    let half_way = measure(|| (0..times / 2).for_each(&mut what)).bytes_current;
    let grown = measure(|| (times / 2..times).for_each(&mut what)).bytes_current;

    assert!(half_way <= MOST, "{half_way} bytes for a hundred records");
    assert!(grown <= SLACK, "{half_way} bytes half-way, {grown} more at the end");
}

/// How often memory is allocated meanwhile.
pub(crate) fn allocations(what: impl FnOnce()) -> u64 {
    measure(what).count_total
}

/// A hundred records and their indexes take this much at most.
const MOST: i64 = 256 * 1024;
/// Growing containers double: not everything is at its final size half-way.
const SLACK: i64 = 4 * 1024;
