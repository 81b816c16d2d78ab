//! State that the routes share: the node, bounds, and sorted lists that are being read.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use serde::Serialize;

use super::cursor::Run;
use super::limits::{LISTS, Limits, SHADOWS, STREAMS};
use super::peer_list::SortedLists;
use super::policy::{PolicyText, Reader};
use super::slots::Slots;
use super::stamp::Stamped;
use crate::closed::Closed;
use crate::driver::Driver;
use crate::handle::Handle;
use crate::known_peer::KnownPeer;
use crate::peer::PeerName;
use crate::store::FlushError;

/// One node's API.
pub(super) struct Api<P: PeerName, D: Driver<P>> {
    pub(super) handle: Handle<P, D>,
    pub(super) limits: Limits,
    pub(super) run: Run,
    pub(super) started: Instant,
    pub(super) streams: Slots,
    /// Threads that read and write lists.
    pub(super) lists: Slots,
    /// Threads that ask about shadow policies.
    pub(super) shadows: Slots,
    /// Reads a settings text, in which peers have addresses of the driver's kind.
    pub(super) read_policy: Reader,
    /// The directory for recordings that are begun over this API.
    pub(super) recordings: PathBuf,
    sorted: Mutex<SortedLists<P>>,
}

/// As handlers have it.
pub(super) type Shared<P, D> = Arc<Api<P, D>>;

impl<P: PeerName, D: Driver<P>> Api<P, D> {
    pub(super) fn new<A: KnownPeer<P>>(
        handle: Handle<P, D>,
        limits: Limits,
        directory: &Path,
    ) -> io::Result<Shared<P, D>> {
        Ok(Arc::new(Self {
            handle,
            limits,
            run: Run::random()?,
            started: Instant::now(),
            streams: Slots::new(STREAMS),
            lists: Slots::new(LISTS),
            shadows: Slots::new(SHADOWS),
            read_policy: PolicyText::read::<P, A>,
            recordings: directory.join("recordings"),
            sorted: Mutex::default(),
        }))
    }

    /// The orders of sorted lists that are being read.
    pub(super) fn sorted(&self) -> MutexGuard<'_, SortedLists<P>> {
        self.sorted.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// An answer with the time.
    pub(super) fn stamped<T: Serialize>(&self, answer: T) -> Result<Stamped<T>, Closed> {
        Stamped::new(&self.handle, answer)
    }

    /// Waits until everything that was said is durable; `false` if there is no store.
    pub(super) async fn flush(&self) -> Result<bool, FlushError> {
        match self.handle.flush().await {
            Ok(()) => Ok(true),
            Err(FlushError::NoStore) => Ok(false),
            Err(error @ (FlushError::Closed(_) | FlushError::Stopped | FlushError::Store(_))) => {
                Err(error)
            }
        }
    }
}
