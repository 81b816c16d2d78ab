//! Future that completes when all earlier changes are durable.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use super::StoreError;
use crate::closed::Closed;

/// A wait until all earlier changes are durable.
///
/// A future, for any runtime; without one, [`wait`](Self::wait). The writing goes on whether
/// a task waits or not.
#[must_use = "it is durable only once this is ready"]
pub struct Flush {
    state: Arc<FlushState>,
}

/// Why it is not certain that everything is durable.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FlushError {
    /// The swarm was dropped. What was said before that was written then, if it could be.
    #[error(transparent)]
    Closed(#[from] Closed),
    /// The node was not made by [`Node::restore`](crate::Node::restore).
    #[error("there is no store: bans last no longer than the node")]
    NoStore,
    /// The thread that writes is not there any more, which is a defect in the store.
    #[error("the store's thread has stopped: restart the node")]
    Stopped,
    /// It could not be written. It will be tried again.
    #[error(transparent)]
    Store(Arc<StoreError>),
}

impl Flush {
    /// One that waits for a promise to be kept.
    pub(super) fn pending() -> (Self, Promise) {
        let state = Arc::new(FlushState::default());
        (Self { state: state.clone() }, Promise { state })
    }

    /// One that there is no need to wait for.
    pub(crate) fn ready(result: Result<(), FlushError>) -> Self {
        let (flush, promise) = Self::pending();
        promise.complete(result);
        flush
    }

    /// Blocks this thread until it is durable. Not for tasks, which would block their runtime.
    ///
    /// # Errors
    ///
    /// [`FlushError`] if that is not certain.
    pub fn wait(self) -> Result<(), FlushError> {
        let mut inner = self.state.lock();
        loop {
            if let Some(result) = &inner.result {
                return result.clone();
            }
            inner = self.state.completed.wait(inner).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl Future for Flush {
    type Output = Result<(), FlushError>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let waker = cx.waker().clone();
        let mut inner = self.state.lock();
        if let Some(result) = &inner.result {
            return Poll::Ready(result.clone());
        }
        let replaced = inner.waker.replace(waker);
        drop(inner);
        drop(replaced);
        Poll::Pending
    }
}

impl fmt::Debug for Flush {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Flush").field("result", &self.state.lock().result).finish()
    }
}

/// That a [`Flush`] will come to its end.
///
/// To be kept and dropped under no lock: waking a task can drop the swarm.
pub(super) struct Promise {
    state: Arc<FlushState>,
}

impl Promise {
    /// Says how it went.
    pub(super) fn complete(self, result: Result<(), FlushError>) {
        self.state.complete(result);
    }
}

impl Drop for Promise {
    fn drop(&mut self) {
        self.state.complete(Err(FlushError::Stopped));
    }
}

/// Where it is written how it went.
#[derive(Default)]
struct FlushState {
    inner: Mutex<Inner>,
    completed: Condvar,
}

#[derive(Default)]
struct Inner {
    result: Option<Result<(), FlushError>>,
    waker: Option<Waker>,
}

impl FlushState {
    /// The first word counts.
    fn complete(&self, result: Result<(), FlushError>) {
        let mut inner = self.lock();
        inner.result.get_or_insert(result);
        let waker = inner.waker.take();
        drop(inner);
        self.completed.notify_all();
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
