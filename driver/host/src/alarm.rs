//! One sleep at most, for the next thing that is due.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use peerwarden_core::Instant;

use crate::timer::Timer;

/// Waits for a moment that may move, and holds no sleep when there is none to wait for.
pub struct Alarm<T: Timer> {
    armed: Option<(Instant, T::Sleep)>,
}

impl<T: Timer> Alarm<T> {
    /// Returns one with nothing to wait for.
    #[must_use]
    pub fn new() -> Self {
        Self { armed: None }
    }

    /// Waits for `due` from here on, and returns `max(now, due)` once its sleep is over. A sleep may end
    /// before the clock reads `due`; returning `now` would re-arm in a busy loop.
    pub fn poll(
        &mut self,
        timer: &T,
        due: Option<Instant>,
        cx: &mut Context<'_>,
    ) -> Option<Instant> {
        let Some(due) = due else {
            self.armed = None;
            return None;
        };
        let now = timer.now();
        if due <= now {
            self.armed = None;
            return Some(now);
        }

        let mut sleep = match self.armed.take() {
            Some((at, sleep)) if at == due => sleep,
            Some(_) | None => timer.sleep_until(due),
        };
        if Pin::new(&mut sleep).poll(cx).is_pending() {
            self.armed = Some((due, sleep));
            return None;
        }

        let now = timer.now();
        if now.saturating_add(EARLIEST) >= due {
            return Some(now.max(due));
        }
        let mut sleep = timer.sleep_until(due);
        match Pin::new(&mut sleep).poll(cx) {
            Poll::Pending => self.armed = Some((due, sleep)),
            // A timer as broken as this costs cycles, but holds up nobody.
            Poll::Ready(()) => cx.waker().wake_by_ref(),
        }
        None
    }
}

impl<T: Timer> Default for Alarm<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: Timer> fmt::Debug for Alarm<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Alarm").field("armed", &self.armed.as_ref().map(|(due, _)| due)).finish()
    }
}

/// How much too early a sleep may end and still be believed: more than any timer rounds.
const EARLIEST: Duration = Duration::from_secs(1);
