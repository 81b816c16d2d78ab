//! Inputs that are decided on under the lock.

use peerwarden_core::{Event, Instant};

use super::{Shared, State};
use crate::driver::Driver;
use crate::peer::PeerName;

impl<P: PeerName, D: Driver<P>> Shared<P, D> {
    /// Gives the engine the input that `decide` returns under the lock, if any, and wakes the driver if
    /// there is something for it to do.
    ///
    /// The answer is what `decide` returns besides. It must not drop what is not the host's own.
    pub(crate) fn input_if<A>(
        &self,
        now: Instant,
        decide: impl FnOnce(&mut State<P, D>) -> (Option<Event<P>>, A),
    ) -> A {
        let mut state = self.lock_for_input(now);
        let (event, answer) = decide(&mut state);
        match event {
            Some(event) => {
                self.handle_input(state, event, now, State::take_waker_if_needed, |_, _| ())
            }
            None => drop(state),
        }
        answer
    }
}
