//! The state while its lock is held, and what has to wait until it is not.

use std::fmt;
use std::ops::{Deref, DerefMut};

use parking_lot::MutexGuard;

use super::State;
use crate::driver::Driver;
use crate::peer::PeerName;
use crate::recording::UnparkOnDrop;
use crate::store::{DirtyRows, NotifyOnDrop, WriterControl};

/// The state while the lock is held. Once it is not, the store is told if there is something to
/// write.
pub struct StateGuard<'a, P: PeerName, D: Driver<P>> {
    // The order matters: the lock is released before the writer is notified.
    #[cfg(feature = "lock-times")]
    _hold: crate::lock_times::Hold,
    state: MutexGuard<'a, State<P, D>>,
    notify: NotifyOnDrop<'a>,
    unpark_shadows: UnparkOnDrop,
    #[cfg(feature = "recording")]
    unpark: UnparkOnDrop,
    control: &'a WriterControl,
}

impl<'a, P: PeerName, D: Driver<P>> StateGuard<'a, P, D> {
    pub(super) fn new(state: MutexGuard<'a, State<P, D>>, control: &'a WriterControl) -> Self {
        Self {
            #[cfg(feature = "lock-times")]
            _hold: crate::lock_times::Hold::begin(),
            state,
            notify: NotifyOnDrop::default(),
            unpark_shadows: UnparkOnDrop::default(),
            #[cfg(feature = "recording")]
            unpark: UnparkOnDrop::default(),
            control,
        }
    }
}

impl<P: PeerName, D: Driver<P>> Deref for StateGuard<'_, P, D> {
    type Target = State<P, D>;

    fn deref(&self) -> &State<P, D> {
        &self.state
    }
}

impl<P: PeerName, D: Driver<P>> DerefMut for StateGuard<'_, P, D> {
    fn deref_mut(&mut self) -> &mut State<P, D> {
        &mut self.state
    }
}

impl<P: PeerName, D: Driver<P>> Drop for StateGuard<'_, P, D> {
    fn drop(&mut self) {
        if let Some(urgency) = self.state.dirty.as_mut().and_then(DirtyRows::take_urgency) {
            self.notify.set(self.control, urgency);
        }
        if let Some(tap) = &mut self.state.shadow_tap {
            self.unpark_shadows.0 = tap.take_due();
        }
        #[cfg(feature = "recording")]
        if let Some(tap) = &mut self.state.tap {
            self.unpark.0 = tap.take_due();
        }
    }
}

impl<P: PeerName, D: Driver<P>> fmt::Debug for StateGuard<'_, P, D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StateGuard").finish_non_exhaustive()
    }
}
