//! Manually advanced timer, for tests.

use std::collections::BTreeMap;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use peerwarden_core::Instant;

use crate::timer::Timer;

/// A [`Timer`] whose time stands still until a test moves it.
///
/// Clones are the same timer. libp2p's own timers are real time, so with Tokio's clock paused a
/// swarm runs away with it; with this one the swarm lives in real time and only bans, heartbeats
/// and ticks in the test's.
///
/// ```
/// use std::time::Duration;
/// use peerwarden_host::{Instant, ManualTimer, Timer};
///
/// let timer = ManualTimer::new();
/// let sleep = timer.sleep_until(Instant::from_secs(2));
/// assert_eq!(timer.armed(), [Instant::from_secs(2)]);
///
/// timer.advance(Duration::from_secs(3));
/// assert_eq!(timer.now(), Instant::from_secs(3));
/// drop(sleep);
/// assert_eq!(timer.armed(), []);
/// ```
#[derive(Clone, Debug, Default)]
pub struct ManualTimer {
    inner: Arc<Mutex<Inner>>,
}

#[derive(Debug, Default)]
struct Inner {
    now: Instant,
    /// What the wall clock was set to, and when. Never set, it shows the beginning of 2030 at the
    /// origin.
    wall: Option<(SystemTime, Instant)>,
    next_id: u64,
    sleeps: BTreeMap<(Instant, u64), Slot>,
    watchers: Vec<Waker>,
}

#[derive(Debug, Default)]
struct Slot {
    waker: Option<Waker>,
    over: bool,
}

impl ManualTimer {
    /// A timer at [`Instant::ORIGIN`].
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Lets this much time pass, and wakes whoever has slept enough.
    pub fn advance(&self, by: Duration) {
        let mut inner = self.inner();
        inner.now = inner.now.saturating_add(by);
        let now = inner.now;
        self.end(inner, |deadline| deadline <= now);
    }

    /// Sets the wall clock, which then goes on with the time.
    pub fn set_wall_clock(&self, wall: SystemTime) {
        let mut inner = self.inner();
        inner.wall = Some((wall, inner.now));
    }

    /// Ends every sleep at once, however early, as a bad timer would. The time stays as it is.
    pub fn misfire(&self) {
        self.end(self.inner(), |_| true);
    }

    /// The deadlines of all sleeps that are not dropped or taken note of yet, in order.
    #[must_use]
    pub fn armed(&self) -> Vec<Instant> {
        self.inner().sleeps.keys().map(|(deadline, _)| *deadline).collect()
    }

    /// Waits, in real time, until the deadlines in [`armed`](Self::armed) are as `wanted`.
    pub async fn until_armed(&self, mut wanted: impl FnMut(&[Instant]) -> bool) {
        poll_fn(|cx| {
            let waker = cx.waker().clone();
            let mut inner = self.inner();
            if !inner.watchers.iter().any(|each| each.will_wake(cx.waker())) {
                inner.watchers.push(waker);
            }
            drop(inner);
            if wanted(&self.armed()) { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
    }

    fn end(&self, mut inner: MutexGuard<'_, Inner>, which: impl Fn(Instant) -> bool) {
        let mut wakers = Vec::new();
        for ((deadline, _), slot) in &mut inner.sleeps {
            if which(*deadline) {
                slot.over = true;
                wakers.extend(slot.waker.take());
            }
        }
        drop(inner);
        wakers.into_iter().for_each(Waker::wake);
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Timer for ManualTimer {
    type Sleep = ManualSleep;

    fn now(&self) -> Instant {
        self.inner().now
    }

    fn wall_clock(&self) -> SystemTime {
        let inner = self.inner();
        let (wall, at) = inner.wall.unwrap_or((UNIX_EPOCH + BEGINNING, Instant::ORIGIN));
        wall.checked_add(inner.now.saturating_duration_since(at)).unwrap_or(wall)
    }

    fn sleep_until(&self, deadline: Instant) -> ManualSleep {
        let mut inner = self.inner();
        let key = (deadline, inner.next_id);
        inner.next_id += 1;
        let slot = Slot { waker: None, over: deadline <= inner.now };
        inner.sleeps.insert(key, slot);
        let watchers = std::mem::take(&mut inner.watchers);
        drop(inner);
        watchers.into_iter().for_each(Waker::wake);
        ManualSleep { timer: self.clone(), key }
    }
}

/// A wait for a [`ManualTimer`].
#[derive(Debug)]
pub struct ManualSleep {
    timer: ManualTimer,
    key: (Instant, u64),
}

impl Future for ManualSleep {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let waker = cx.waker().clone();
        let mut inner = self.timer.inner();
        let Some(slot) = inner.sleeps.get_mut(&self.key) else {
            return Poll::Ready(());
        };
        if slot.over {
            return Poll::Ready(());
        }
        let replaced = slot.waker.replace(waker);
        drop(inner);
        drop(replaced);
        Poll::Pending
    }
}

impl Drop for ManualSleep {
    fn drop(&mut self) {
        let mut inner = self.timer.inner();
        let slot = inner.sleeps.remove(&self.key);
        let watchers = std::mem::take(&mut inner.watchers);
        drop(inner);
        drop(slot);
        watchers.into_iter().for_each(Waker::wake);
    }
}

/// The beginning of 2030, in Unix time.
const BEGINNING: Duration = Duration::from_secs(1_893_456_000);
