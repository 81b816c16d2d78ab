//! Signals to the writer thread: pending writes, flushes, stop; and its health.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::dirty::Urgency;
use super::flush::{Flush, FlushError, Promise};
use super::health::StoreHealth;
use super::{CHECKPOINT, StoreError};
use crate::closed::Closed;

/// Where the thread that writes is told that there is something to do.
///
/// Its lock is never held together with the engine's. Its times are real ones, since disks live in
/// real time, whatever clock the engine is on.
#[derive(Default)]
pub(crate) struct WriterControl {
    inner: Mutex<Inner>,
    changed: Condvar,
}

#[derive(Default)]
struct Inner {
    /// Since when something urgent waits.
    urgent: Option<Instant>,
    /// Since when something waits for a checkpoint.
    checkpoint: Option<Instant>,
    flushes: Vec<Promise>,
    stop: bool,
    /// Whether the thread has come to its end.
    done: bool,
    /// Except for what the engine's dirty rows know.
    health: StoreHealth,
}

/// What there is to do at once.
pub(super) struct Batch {
    /// Since when the most urgent of it waits.
    pub(super) urgent: Option<Instant>,
    /// Whether it is time for a checkpoint.
    pub(super) checkpoint: bool,
    pub(super) flushes: Vec<Promise>,
    /// Whether this is the last of it.
    pub(super) stop: bool,
}

impl WriterControl {
    /// There is something to write.
    fn notify(&self, urgency: Urgency) {
        let now = Instant::now();
        let mut inner = self.lock();
        let since = match urgency {
            Urgency::Checkpoint => &mut inner.checkpoint,
            Urgency::Urgent => &mut inner.urgent,
        };
        since.get_or_insert(now);
        drop(inner);
        self.changed.notify_all();
    }

    /// All that was said before is to be written.
    pub(crate) fn flush(&self) -> Flush {
        let mut inner = self.lock();
        let refused = if inner.stop {
            FlushError::Closed(Closed)
        } else if inner.done {
            FlushError::Stopped
        } else {
            let (flush, promise) = Flush::pending();
            inner.flushes.push(promise);
            drop(inner);
            self.changed.notify_all();
            return flush;
        };
        drop(inner);
        Flush::ready(Err(refused))
    }

    pub(crate) fn health(&self) -> StoreHealth {
        self.lock().health.clone()
    }

    /// So many rows were taken over by the thread and are not written yet.
    pub(super) fn set_backlog(&self, rows: usize) {
        self.change_health(|health| health.waiting = rows);
    }

    pub(super) fn change_health(&self, change: impl FnOnce(&mut StoreHealth)) {
        change(&mut self.lock().health);
    }

    /// Waits until there is something to do, and at most until `wake`. What could not be written
    /// before waits until `retry`, unless somebody asks for it.
    pub(super) fn wait(&self, wake: Instant, retry: Option<Instant>) -> Batch {
        let mut inner = self.lock();
        loop {
            let now = Instant::now();
            let at = |since: Option<Instant>, delay| {
                since.map(|since| retry.map_or(since + delay, |retry| retry.max(since + delay)))
            };
            let (gathered, checkpoint) =
                (at(inner.urgent, BATCH_DELAY), at(inner.checkpoint, CHECKPOINT));
            let is_due = |at: Option<Instant>| at.is_some_and(|at| at <= now);
            let asked = inner.stop || !inner.flushes.is_empty();
            if asked || is_due(gathered) || is_due(checkpoint) || wake <= now {
                let checkpoint = asked || is_due(checkpoint);
                if checkpoint {
                    inner.checkpoint = None;
                }
                return Batch {
                    urgent: inner.urgent.take(),
                    checkpoint,
                    flushes: std::mem::take(&mut inner.flushes),
                    stop: inner.stop,
                };
            }
            let next = [gathered, checkpoint].into_iter().flatten().fold(wake, Instant::min);
            let wait = next.saturating_duration_since(now);
            let waited = self.changed.wait_timeout(inner, wait);
            inner = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// The thread is to write what there is and end.
    pub(super) fn stop(&self) {
        self.lock().stop = true;
        self.changed.notify_all();
    }

    /// Waits until the thread has ended, or `bound` has passed; whether it has.
    pub(super) fn wait_stopped(&self, bound: Duration) -> bool {
        let inner = self.changed.wait_timeout_while(self.lock(), bound, |inner| !inner.done);
        inner.unwrap_or_else(PoisonError::into_inner).0.done
    }

    /// The thread has ended, as it should or, with an error, for ever before its time.
    pub(super) fn close(&self, died: Option<StoreError>) {
        let mut inner = self.lock();
        inner.done = true;
        if let Some(error) = died {
            inner.health.errors += 1;
            inner.health.failing = Some(Arc::new(error));
        }
        let flushes = std::mem::take(&mut inner.flushes);
        drop(inner);
        self.changed.notify_all();
        // None of them is kept.
        drop(flushes);
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Tells the thread that writes, once it is dropped, what has become urgent.
///
/// For the time after the engine's lock.
#[derive(Default)]
pub(crate) struct NotifyOnDrop<'a> {
    pending: Option<(&'a WriterControl, Urgency)>,
}

impl<'a> NotifyOnDrop<'a> {
    pub(crate) fn set(&mut self, control: &'a WriterControl, urgency: Urgency) {
        self.pending = Some((control, urgency));
    }
}

impl Drop for NotifyOnDrop<'_> {
    fn drop(&mut self) {
        if let Some((control, urgency)) = self.pending {
            control.notify(urgency);
        }
    }
}

/// How long what is urgent waits for more of its kind, so that a hundred bans in a row are a few
/// writes. The rest of the 100 ms is for the disk.
const BATCH_DELAY: Duration = Duration::from_millis(20);
