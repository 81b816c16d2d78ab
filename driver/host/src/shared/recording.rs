//! Copies of the engine's inputs, and what the engine was when they began.

use std::sync::Arc;

use peerwarden_core::{Config, Instant, Live, Saved};

use super::{Shared, State};
use crate::closed::Closed;
use crate::driver::Driver;
use crate::engine::EngineKey;
use crate::peer::PeerName;
use crate::recording::{Recorded, Tap, Tapped};

/// The engine at the moment at which copies of its inputs begin.
pub(crate) struct EngineState<P> {
    pub(crate) at: Instant,
    pub(crate) config: Arc<Config>,
    pub(crate) saved: Vec<Saved<P>>,
    pub(crate) live: Live<P>,
}

impl<P: PeerName, D: Driver<P>> Shared<P, D> {
    /// Has every input copied from here on.
    ///
    /// # Errors
    ///
    /// [`Closed`] if the node was shut down.
    pub(crate) fn tap(&self, tap: Tap<P>) -> Result<EngineState<P>, Closed> {
        let ((), engine) = self.begin_here(|state| state.tap = Some(Box::new(tap)))?;
        Ok(engine)
    }

    /// Takes the copies there are, and says what the engine is now: the next copy is of the input after.
    ///
    /// # Errors
    ///
    /// [`Closed`] if the node was shut down.
    pub(crate) fn part(
        &self,
        empty: Vec<Recorded<P>>,
    ) -> Result<(Tapped<P>, EngineState<P>), Closed> {
        self.begin_here(|state| state.take_tapped(empty))
    }

    /// Takes the copies there are, and says whether the node was shut down.
    pub(crate) fn tapped(&self, empty: Vec<Recorded<P>>) -> (Tapped<P>, bool) {
        let mut state = self.lock();
        (state.take_tapped(empty), state.closed)
    }

    /// Ends copying, and returns the last of them.
    pub(crate) fn untap(&self) -> Option<Tapped<P>> {
        let tap = self.lock().tap.take();
        tap.map(|mut tap| tap.take(Vec::new()))
    }

    /// Takes down what the engine is, and under the lock under which it is that does this.
    fn begin_here<T>(
        &self,
        begin: impl FnOnce(&mut State<P, D>) -> T,
    ) -> Result<(T, EngineState<P>), Closed> {
        let (begun, copy) = self.copy_engine(begin)?;
        let (at, config) = (copy.now(), Arc::new(copy.config().clone()));
        let (saved, live) = copy.into_data();
        let saved = saved.into_iter().map(|saved| saved.map_peer(EngineKey::into_name)).collect();
        let live = live.map_peers(EngineKey::into_name);
        Ok((begun, EngineState { at, config, saved, live }))
    }
}

impl<P: PeerName, D: Driver<P>> State<P, D> {
    fn take_tapped(&mut self, empty: Vec<Recorded<P>>) -> Tapped<P> {
        match &mut self.tap {
            Some(tap) => tap.take(empty),
            None => Tapped { inputs: empty, lost: 0 },
        }
    }
}
