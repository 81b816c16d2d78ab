//! Copies of the engine, taken without holding the lock for long.

use std::num::NonZeroUsize;

use peerwarden_core::Event;

use super::{Shared, State};
use crate::closed::Closed;
use crate::driver::Driver;
use crate::engine::EngineCopy;
use crate::peer::PeerName;

impl<P: PeerName, D: Driver<P>> Shared<P, D> {
    /// Copies the engine page by page, and under the lock of the last page does this.
    ///
    /// # Errors
    ///
    /// [`Closed`] if the node was shut down.
    pub(super) fn copy_engine<T>(
        &self,
        with_the_last: impl FnOnce(&mut State<P, D>) -> T,
    ) -> Result<(T, EngineCopy<D::Key>), Closed> {
        // An engine that has seen no input yet has not seen what time it is.
        self.input_from_handle(|_| Event::Heartbeat)?;
        let mut pages = 0_u32;
        loop {
            let mut state = self.lock();
            if state.closed {
                state.engine.end_copy();
                return Err(Closed);
            }
            // Larger and larger ones, if more changes between two pages than one holds.
            let slots = PAGE.saturating_mul(NonZeroUsize::MIN.saturating_add(enlarged(pages)));
            if let Some(copy) = state.engine.copy_page(slots) {
                return Ok((with_the_last(&mut state), copy));
            }
            pages = pages.saturating_add(1);
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
