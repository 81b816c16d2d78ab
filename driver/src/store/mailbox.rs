//! What is to be done by the thread that writes.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::flush::{Flush, FlushError, Promise};
use super::health::StoreHealth;
use super::ledger::Urgency;
use super::{CHECKPOINT, StoreError};
use crate::handle::Closed;

/// Where the thread that writes is told that there is something to do.
///
/// Its lock is never held together with the engine's. Its times are real ones, since disks live in
/// real time, whatever clock the engine is on.
#[derive(Default)]
pub(crate) struct Mailbox {
    post: Mutex<Post>,
    changed: Condvar,
}

#[derive(Default)]
struct Post {
    /// Since when something urgent waits.
    soon: Option<Instant>,
    /// Since when something waits for a checkpoint.
    later: Option<Instant>,
    flushes: Vec<Promise>,
    stop: bool,
    /// Whether the thread has come to its end.
    done: bool,
    /// Except for what the engine's ledger knows.
    health: StoreHealth,
}

/// What there is to do at once.
pub(super) struct Work {
    /// Since when the most urgent of it waits.
    pub(super) soon: Option<Instant>,
    /// Whether it is time for a checkpoint.
    pub(super) checkpoint: bool,
    pub(super) flushes: Vec<Promise>,
    /// Whether this is the last of it.
    pub(super) stop: bool,
}

impl Mailbox {
    /// There is something to write.
    fn ring(&self, urgency: Urgency) {
        let now = Instant::now();
        let mut post = self.lock();
        let since = match urgency {
            Urgency::Later => &mut post.later,
            Urgency::Soon => &mut post.soon,
        };
        since.get_or_insert(now);
        drop(post);
        self.changed.notify_all();
    }

    /// All that was said before is to be written.
    pub(crate) fn flush(&self) -> Flush {
        let mut post = self.lock();
        let refused = if post.stop {
            FlushError::Closed(Closed)
        } else if post.done {
            FlushError::Stopped
        } else {
            let (flush, promise) = Flush::pending();
            post.flushes.push(promise);
            drop(post);
            self.changed.notify_all();
            return flush;
        };
        drop(post);
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
    pub(super) fn wait(&self, wake: Instant, retry: Option<Instant>) -> Work {
        let mut post = self.lock();
        loop {
            let now = Instant::now();
            let at = |since: Option<Instant>, delay| {
                since.map(|since| retry.map_or(since + delay, |retry| retry.max(since + delay)))
            };
            let (gathered, checkpoint) = (at(post.soon, GATHERING), at(post.later, CHECKPOINT));
            let is_due = |at: Option<Instant>| at.is_some_and(|at| at <= now);
            let asked = post.stop || !post.flushes.is_empty();
            if asked || is_due(gathered) || is_due(checkpoint) || wake <= now {
                let checkpoint = asked || is_due(checkpoint);
                if checkpoint {
                    post.later = None;
                }
                return Work {
                    soon: post.soon.take(),
                    checkpoint,
                    flushes: std::mem::take(&mut post.flushes),
                    stop: post.stop,
                };
            }
            let next = [gathered, checkpoint].into_iter().flatten().fold(wake, Instant::min);
            let wait = next.saturating_duration_since(now);
            let waited = self.changed.wait_timeout(post, wait);
            post = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// The thread is to write what there is and end.
    pub(super) fn stop(&self) {
        self.lock().stop = true;
        self.changed.notify_all();
    }

    /// Waits until the thread has ended, or `bound` has passed; whether it has.
    pub(super) fn until_done(&self, bound: Duration) -> bool {
        let post = self.changed.wait_timeout_while(self.lock(), bound, |post| !post.done);
        post.unwrap_or_else(PoisonError::into_inner).0.done
    }

    /// The thread has ended, as it should or, with an error, for ever before its time.
    pub(super) fn close(&self, died: Option<StoreError>) {
        let mut post = self.lock();
        post.done = true;
        if let Some(error) = died {
            post.health.errors += 1;
            post.health.failing = Some(Arc::new(error));
        }
        let flushes = std::mem::take(&mut post.flushes);
        drop(post);
        self.changed.notify_all();
        // None of them is kept.
        drop(flushes);
    }

    fn lock(&self) -> MutexGuard<'_, Post> {
        self.post.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Tells the thread that writes, once it is dropped, what has become urgent.
///
/// For the time after the engine's lock.
#[derive(Default)]
pub(crate) struct Bell<'a> {
    rope: Option<(&'a Mailbox, Urgency)>,
}

impl<'a> Bell<'a> {
    pub(crate) fn tie(&mut self, mailbox: &'a Mailbox, urgency: Urgency) {
        self.rope = Some((mailbox, urgency));
    }
}

impl Drop for Bell<'_> {
    fn drop(&mut self) {
        if let Some((mailbox, urgency)) = self.rope {
            mailbox.ring(urgency);
        }
    }
}

/// How long what is urgent waits for more of its kind, so that a hundred bans in a row are a few
/// writes. The rest of the 100 ms is for the disk.
const GATHERING: Duration = Duration::from_millis(20);
