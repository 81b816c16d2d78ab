//! Copies of the engine's inputs and state, for shadow policies.

use peerwarden_core::Instant;

use super::{Shared, State};
use crate::closed::Closed;
use crate::driver::Driver;
use crate::engine::EngineCopy;
use crate::notice::NoticeKind;
use crate::peer::PeerName;
use crate::recording::{Recorded, Tap, Tapped};

impl<P: PeerName, D: Driver<P>> Shared<P, D> {
    /// Has every input copied from here on.
    ///
    /// # Errors
    ///
    /// [`Closed`] if the node was shut down.
    pub(crate) fn tap_for_shadows(&self, tap: Tap<P>) -> Result<(), Closed> {
        self.lock_if_open()?.shadow_tap = Some(Box::new(tap));
        Ok(())
    }

    /// Takes the copies there are, and says whether the node was shut down.
    pub(crate) fn tapped_by_shadows(&self, empty: Vec<Recorded<P>>) -> (Tapped<P>, bool) {
        let mut state = self.lock();
        (state.tapped_by_shadows(empty), state.closed)
    }

    /// Ends copying, and returns the last of them.
    pub(crate) fn untap_shadows(&self) -> Option<Tapped<P>> {
        let tap = self.lock().shadow_tap.take();
        tap.map(|mut tap| tap.take(Vec::new()))
    }

    /// Copies the engine, and takes the copies of inputs up to that moment: those that come after are of the
    /// inputs that the copy has not seen.
    ///
    /// # Errors
    ///
    /// [`Closed`] if the node was shut down.
    pub(crate) fn copy_for_shadow(
        &self,
        empty: Vec<Recorded<P>>,
    ) -> Result<(Tapped<P>, EngineCopy<D::Key>), Closed> {
        self.copy_engine(|state| state.tapped_by_shadows(empty))
    }

    /// Tells subscribers of what did not happen.
    pub(crate) fn tell(&self, notices: impl Iterator<Item = (Instant, NoticeKind<P>)>) {
        for (at, notice) in notices {
            self.broadcast.send(at, || Some(notice));
        }
        self.broadcast.wake();
    }
}

impl<P: PeerName, D: Driver<P>> State<P, D> {
    fn tapped_by_shadows(&mut self, empty: Vec<Recorded<P>>) -> Tapped<P> {
        match &mut self.shadow_tap {
            Some(tap) => tap.take(empty),
            None => Tapped { inputs: empty, lost: 0 },
        }
    }
}
