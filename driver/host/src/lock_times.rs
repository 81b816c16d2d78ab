//! Longest time for which the engine's lock was held, for benchmarks.
//!
//! Processor time of the thread that held it: what the machine does meanwhile is not counted, so the
//! figure is the same on a busy machine.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

static IS_ON: AtomicBool = AtomicBool::new(false);
static LONGEST: AtomicU64 = AtomicU64::new(0);

/// Starts to measure in this process, if that was off, and returns the longest time since the last
/// call.
pub fn restart() -> Duration {
    IS_ON.store(true, Ordering::Relaxed);
    Duration::from_nanos(LONGEST.swap(0, Ordering::Relaxed))
}

/// Stops measuring, which would slow down what else is measured.
pub fn stop() {
    IS_ON.store(false, Ordering::Relaxed);
}

/// Measures from when it is made until it is dropped.
pub(crate) struct Hold {
    begun: Option<Duration>,
}

impl Hold {
    pub(crate) fn begin() -> Self {
        Self { begun: IS_ON.load(Ordering::Relaxed).then(processor_time) }
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        if let Some(begun) = self.begun {
            let held = processor_time().saturating_sub(begun).as_nanos();
            LONGEST.fetch_max(u64::try_from(held).unwrap_or(u64::MAX), Ordering::Relaxed);
        }
    }
}

/// What this thread has used of a processor.
fn processor_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    let nanos = u32::try_from(time.tv_nsec).unwrap_or_default();
    Duration::new(u64::try_from(time.tv_sec).unwrap_or_default(), nanos)
}
