//! Timer of the operating system, for nodes without an async runtime.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_timer::Delay;
use peerwarden_core::Instant;

use crate::clock::{Clock, SystemClock};
use crate::timer::Timer;

/// A [`Timer`] that needs no runtime: [`SystemClock`]'s time, and sleeps that a thread of its own ends.
///
/// The thread is one for the whole process, and there from the first sleep on. Sleeps may be awaited on
/// any runtime and on none. Clones tell the same time.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemTimer {
    clock: SystemClock,
}

impl SystemTimer {
    /// Starts a clock.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

impl Timer for SystemTimer {
    type Sleep = SystemSleep;

    fn now(&self) -> Instant {
        self.clock.now()
    }

    fn sleep_until(&self, deadline: Instant) -> SystemSleep {
        let wait = deadline.saturating_duration_since(self.clock.now());
        SystemSleep(Delay::new(wait.min(LONGEST)))
    }
}

/// A wait for a [`SystemTimer`].
#[derive(Debug)]
#[must_use = "waits for nothing unless polled"]
pub struct SystemSleep(Delay);

impl Future for SystemSleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        Pin::new(&mut self.0).poll(cx)
    }
}

/// The longest sleep: a day. One that ends too early is made again, and one of centuries is more than
/// the operating system can count.
const LONGEST: Duration = Duration::from_secs(86_400);

#[cfg(test)]
mod tests {
    use futures::executor::block_on;

    use super::*;

    #[test]
    fn a_sleep_ends_when_the_clock_has_come_to_its_deadline() {
        let timer = SystemTimer::new();
        let deadline = Timer::now(&timer).saturating_add(Duration::from_millis(20));

        block_on(timer.sleep_until(deadline));

        assert!(Timer::now(&timer) >= deadline);
    }

    #[test]
    fn a_deadline_that_is_past_or_never_comes_is_no_fault() {
        let timer = SystemTimer::new();
        block_on(timer.sleep_until(Instant::ORIGIN));

        let mut never = timer.sleep_until(Instant::from_nanos(u64::MAX));
        let mut cx = Context::from_waker(std::task::Waker::noop());
        assert!(Pin::new(&mut never).poll(&mut cx).is_pending());
    }
}
