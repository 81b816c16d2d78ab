//! Clock and sleeps of Tokio.

use std::pin::Pin;
use std::time::{Duration, SystemTime};

use peerwarden_libp2p::{Instant, Timer, since_unix_epoch};
use tokio::runtime::{Handle, TryCurrentError};
use tokio::time::{self, Sleep};

/// The clock of a Tokio runtime, counted from the Unix epoch: it goes on, steadily, from what the
/// wall clock said when this was made, however that is set afterwards.
///
/// It holds on to the runtime's handle and reads the clock through it, so that every thread, on
/// the runtime or off it, is told the same time: a test that pauses Tokio's clock pauses this one.
/// Clones tell the same time.
///
/// The runtime needs its time driver (`enable_time` or `enable_all`), as libp2p does.
#[derive(Clone, Debug)]
pub struct TokioTimer {
    runtime: Handle,
    /// One and the same moment on Tokio's clock and on this one.
    made: (time::Instant, Instant),
}

impl TokioTimer {
    /// The clock of this runtime.
    #[must_use]
    pub fn new(runtime: Handle) -> Self {
        let made = {
            let _entered = runtime.enter();
            (time::Instant::now(), since_unix_epoch(SystemTime::now()))
        };
        Self { runtime, made }
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
        let (on_tokio, made) = self.made;
        made.saturating_add(on_tokio.elapsed())
    }

    fn sleep_until(&self, deadline: Instant) -> Self::Sleep {
        let _entered = self.runtime.enter();
        let (on_tokio, made) = self.made;
        let wait = deadline.saturating_duration_since(made);
        let deadline = on_tokio.checked_add(wait).unwrap_or_else(|| on_tokio + FAR_AWAY);
        Box::pin(time::sleep_until(deadline))
    }
}

/// What stands in for a deadline that Tokio's clock cannot count to; the behaviour looks again
/// when it has passed.
const FAR_AWAY: Duration = Duration::from_secs(30 * 365 * 24 * 60 * 60);
