//! smol's clock and sleeps.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::{self, Duration, SystemTime};

use peerwarden_libp2p::{Instant, Timer};

/// The clock that smol's timers run on, counted from the Unix epoch.
///
/// Where it starts is what the wall clock says when this is made; from then on it is monotonic, and
/// goes on evenly whatever becomes of the wall clock. smol has no runtime to hold on to: every
/// thread is told the same time. Clones count alike.
#[derive(Clone, Debug)]
pub struct SmolTimer {
    /// The time since the Unix epoch when this was made.
    began: Duration,
    /// The same moment on the monotonic clock.
    origin: time::Instant,
}

impl SmolTimer {
    /// The clock, from now on. A wall clock that is set to before 1970 counts as 1970.
    #[must_use]
    pub fn new() -> Self {
        let since_epoch = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        Self { began: since_epoch.unwrap_or_default(), origin: time::Instant::now() }
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
        Instant::ORIGIN.saturating_add(self.began.saturating_add(self.origin.elapsed()))
    }

    fn sleep_until(&self, deadline: Instant) -> SmolSleep {
        let since_epoch = deadline.saturating_duration_since(Instant::ORIGIN);
        let deadline = self.origin.checked_add(since_epoch.saturating_sub(self.began));
        // What the clock cannot count to does not come.
        SmolSleep(deadline.map_or_else(smol::Timer::never, smol::Timer::at))
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
