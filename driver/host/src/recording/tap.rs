//! Copies of inputs, taken under the engine's lock.

use std::thread::Thread;

use peerwarden_core::{Action, Event, Instant};

/// An input, and what came of it.
#[derive(Debug)]
pub(crate) struct Recorded<P> {
    pub(crate) at: Instant,
    pub(crate) event: Event<P>,
    pub(crate) actions: Vec<Action<P>>,
}

/// Copies of the latest inputs, up to a bound, until the thread that writes takes them.
///
/// It takes them by putting another buffer in their place, so that under the lock there is nothing to do
/// but to copy one input into memory that is there already.
#[derive(Debug)]
pub(crate) struct Tap<P> {
    inputs: Vec<Recorded<P>>,
    capacity: usize,
    lost: u64,
    thread: Thread,
    is_due: bool,
}

/// What was taken: inputs, and how many more were lost after them.
#[derive(Debug)]
pub(crate) struct Tapped<P> {
    pub(crate) inputs: Vec<Recorded<P>>,
    pub(crate) lost: u64,
}

impl<P: Clone> Tap<P> {
    pub(crate) fn new(capacity: usize, thread: Thread) -> Self {
        let inputs = Vec::with_capacity(capacity);
        Self { inputs, capacity, lost: 0, thread, is_due: false }
    }

    /// Returns a copy of an event that is about to be handed to the engine, if there is room for it.
    #[inline]
    pub(crate) fn copy(&mut self, event: &Event<P>) -> Option<Event<P>> {
        if self.inputs.len() < self.capacity {
            Some(event.clone())
        } else {
            self.lost = self.lost.saturating_add(1);
            None
        }
    }

    /// Keeps an input that was copied, and what came of it.
    #[inline]
    pub(crate) fn push(&mut self, at: Instant, event: Event<P>, actions: &[Action<P>]) {
        self.inputs.push(Recorded { at, event, actions: actions.to_vec() });
        // Half of the room is left for what comes until the thread runs.
        if self.inputs.len() == self.capacity / 2 {
            self.is_due = true;
        }
    }

    /// Takes what there is, and leaves an empty buffer in its place.
    pub(crate) fn take(&mut self, empty: Vec<Recorded<P>>) -> Tapped<P> {
        self.is_due = false;
        let inputs = std::mem::replace(&mut self.inputs, empty);
        Tapped { inputs, lost: std::mem::take(&mut self.lost) }
    }

    /// Returns the thread that writes, if it has to be woken.
    #[inline]
    pub(crate) fn take_due(&mut self) -> Option<Thread> {
        if self.is_due {
            self.is_due = false;
            Some(self.thread.clone())
        } else {
            None
        }
    }
}

/// Wakes a thread when it is dropped: after the lock is released.
#[derive(Debug, Default)]
pub(crate) struct UnparkOnDrop(pub(crate) Option<Thread>);

impl Drop for UnparkOnDrop {
    fn drop(&mut self) {
        if let Some(thread) = self.0.take() {
            thread.unpark();
        }
    }
}
