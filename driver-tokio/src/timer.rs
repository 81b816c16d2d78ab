//! Tokio's clock and sleeps.

use std::pin::Pin;
use std::time::Duration;

use peerwarden_libp2p::{Instant, Timer};
use tokio::runtime::{Handle, TryCurrentError};
use tokio::time::{self, Sleep};

/// The clock of a Tokio runtime, counted from the moment at which this was made.
///
/// It holds on to the runtime's handle and reads the clock through it, so that every thread, on
/// the runtime or off it, is told the same time: a test that pauses Tokio's clock pauses this one.
/// Clones count from the same moment.
///
/// The runtime needs its time driver (`enable_time` or `enable_all`), as libp2p does.
#[derive(Clone, Debug)]
pub struct TokioTimer {
    runtime: Handle,
    origin: time::Instant,
}

impl TokioTimer {
    /// The clock of this runtime.
    #[must_use]
    pub fn new(runtime: Handle) -> Self {
        let origin = {
            let _entered = runtime.enter();
            time::Instant::now()
        };
        Self { runtime, origin }
    }

    /// The clock of the runtime that the caller runs on.
    ///
    /// # Errors
    ///
    /// If there is none: use [`new`](Self::new) with the runtime's handle there.
    pub fn current() -> Result<Self, TryCurrentError> {
        Handle::try_current().map(Self::new)
    }
}

impl Timer for TokioTimer {
    type Sleep = Pin<Box<Sleep>>;

    fn now(&self) -> Instant {
        let _entered = self.runtime.enter();
        Instant::ORIGIN.saturating_add(self.origin.elapsed())
    }

    fn sleep_until(&self, deadline: Instant) -> Self::Sleep {
        let _entered = self.runtime.enter();
        let wait = deadline.saturating_duration_since(Instant::ORIGIN);
        let deadline = self.origin.checked_add(wait).unwrap_or_else(|| self.origin + FAR_AWAY);
        Box::pin(time::sleep_until(deadline))
    }
}

/// What stands in for a deadline that Tokio's clock cannot count to; the behaviour looks again
/// when it has passed.
const FAR_AWAY: Duration = Duration::from_secs(30 * 365 * 24 * 60 * 60);
