//! Copies of the engine's inputs, and what the engine was when they began.

use std::num::NonZeroUsize;
use std::sync::Arc;

use peerwarden_core as core;
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

    /// Copies the engine page by page, so that the lock is never held for long, and under the lock of the last
    /// page does this.
    fn begin_here<T>(
        &self,
        begin: impl FnOnce(&mut State<P, D>) -> T,
    ) -> Result<(T, EngineState<P>), Closed> {
        // An engine that has seen no input yet has not seen what time it is.
        self.input_from_handle(|_| core::Event::Heartbeat)?;
        let mut pages = 0_u32;
        let (begun, copy) = loop {
            let mut state = self.lock();
            if state.closed {
                state.engine.end_copy();
                return Err(Closed);
            }
            // Larger and larger ones, if more changes between two pages than one holds.
            let slots = PAGE.saturating_mul(NonZeroUsize::MIN.saturating_add(enlarged(pages)));
            if let Some(copy) = state.engine.copy_page(slots) {
                break (begin(&mut state), copy);
            }
            pages = pages.saturating_add(1);
        };
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

/// Returns by how many times its size a page is larger after so many others.
fn enlarged(pages: u32) -> usize {
    usize::try_from(pages / PAGES_OF_A_MILLION_PEERS).unwrap_or(usize::MAX)
}

/// How many slots are copied under one lock, which takes some 20 µs.
const PAGE: NonZeroUsize = NonZeroUsize::MIN.saturating_add(255);

/// After how many pages they become larger.
const PAGES_OF_A_MILLION_PEERS: u32 = 4_096;
