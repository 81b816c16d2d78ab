//! Builds only if neither the core nor anything below it links `std`, which would bring a second
//! panic handler.
//!
//! Never run: the heap is empty.

#![no_std]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

use alloc::vec::Vec;
use core::alloc::{GlobalAlloc, Layout};
use core::hash::{BuildHasherDefault, Hasher};
use core::panic::PanicInfo;
use core::ptr;

use peerwarden_core::scenario::{Entry, Scenario};
use peerwarden_core::{Action, Config, Event, Instant, Saved, Warden};

/// Links everything that the core does: input, questions, snapshots and scenario files.
#[unsafe(no_mangle)]
pub extern "C" fn peerwarden_runs(nanos: u64) -> usize {
    let (hasher, now) = (BuildHasherDefault::<Zero>::default(), Instant::from_nanos(nanos));
    let mut warden = Warden::<u64, _>::new(Config::default(), hasher);
    let actions: Vec<Action<u64>> = warden.handle_input(Event::Heartbeat, now);
    let saved: Vec<Saved<u64>> = warden.snapshot(now).collect();
    let read = Scenario::read("{}").unwrap_or_default();
    let steps = read.iter().flat_map(|scenario| &scenario.steps);
    let inputs = steps.filter(|step| matches!(step.entry, Entry::Input { .. })).count();
    actions.len() + saved.len() + warden.counts().records + inputs
}

/// Hashes everything to the same.
#[derive(Default)]
struct Zero;

impl Hasher for Zero {
    fn finish(&self) -> u64 {
        0
    }

    fn write(&mut self, _: &[u8]) {}
}

/// A heap that is always full.
struct NoHeap;

// SAFETY: null is the answer to every request that cannot be served, and as nothing was ever handed
// out, nothing comes back.
unsafe impl GlobalAlloc for NoHeap {
    unsafe fn alloc(&self, _: Layout) -> *mut u8 {
        ptr::null_mut()
    }

    unsafe fn dealloc(&self, _: *mut u8, _: Layout) {}
}

#[global_allocator]
static HEAP: NoHeap = NoHeap;

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    loop {}
}
