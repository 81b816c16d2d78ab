//! Clock and sleeps of smol.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::{self, SystemTime};

use peerwarden_libp2p::{Instant, Timer, since_unix_epoch};

/// The clock that smol's timers run on, counted from the Unix epoch: it goes on, steadily, from what
/// the wall clock said when this was made, however that is set afterwards.
///
/// smol has no runtime to hold on to: every thread is told the same time, and a sleep can be made
/// and awaited on any. Clones tell the same time.
#[derive(Clone, Debug)]
pub struct SmolTimer {
    /// One and the same moment on the monotonic clock and on this one.
    made: (time::Instant, Instant),
}

impl SmolTimer {
    /// The clock, from now on.
    #[must_use]
    pub fn new() -> Self {
        Self { made: (time::Instant::now(), since_unix_epoch(SystemTime::now())) }
    }
}

impl Default for SmolTimer {
    fn default() -> Self {
        Self::new()
    }
}

impl Timer for SmolTimer {
    type Sleep = SmolSleep;

    fn now(&self) -> Instant {
        let (on_smol, made) = self.made;
        made.saturating_add(on_smol.elapsed())
    }

    fn sleep_until(&self, deadline: Instant) -> SmolSleep {
        let (on_smol, made) = self.made;
        let wait = deadline.saturating_duration_since(made);
        // What the clock cannot count to does not come.
        SmolSleep(on_smol.checked_add(wait).map_or_else(smol::Timer::never, smol::Timer::at))
    }
}

/// A wait for a [`SmolTimer`].
#[derive(Debug)]
#[must_use = "waits for nothing unless polled"]
pub struct SmolSleep(smol::Timer);

impl Future for SmolSleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        ready!(Pin::new(&mut self.0).poll(cx));
        Poll::Ready(())
    }
}
