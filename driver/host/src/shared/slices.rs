//! Time that passes in slices, so that the lock is never held for long.

use peerwarden_core as core;
use peerwarden_core::Instant;

use super::{Shared, State, StateGuard};
use crate::closed::Closed;
use crate::driver::Driver;
use crate::peer::PeerName;

impl<P: PeerName, D: Driver<P>> Shared<P, D> {
    /// Locks the state for an input at `now`, of whose time no more is left to pass than one input should
    /// let pass under the lock: what is due before that is handed to the engine in slices, and others have
    /// the lock in between.
    pub(super) fn lock_for_input(&self, now: Instant) -> StateGuard<'_, P, D> {
        loop {
            let state = self.lock();
            let Some(until) = state.engine.slice(now) else {
                return state;
            };
            self.pass_slice(state, until);
        }
    }

    /// As [`lock_for_input`](Self::lock_for_input), for handles.
    ///
    /// # Errors
    ///
    /// [`Closed`] if the node was shut down.
    pub(super) fn lock_for_input_if_open(
        &self,
        now: Instant,
    ) -> Result<StateGuard<'_, P, D>, Closed> {
        let state = self.lock_for_input(now);
        if state.closed { Err(Closed) } else { Ok(state) }
    }

    /// Lets time pass by one slice, if more is due at `now` than fits into one; returns whether it did.
    pub(crate) fn pass_one_slice(&self, now: Instant) -> bool {
        let state = self.lock();
        let until = state.engine.slice(now);
        if let Some(until) = until {
            self.pass_slice(state, until);
        }
        until.is_some()
    }

    fn pass_slice(&self, state: StateGuard<'_, P, D>, until: Instant) {
        let heartbeat = core::Event::Heartbeat;
        self.handle_input(state, heartbeat, until, State::take_waker_if_needed, |_, _| ());
    }
}
