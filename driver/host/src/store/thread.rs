//! Thread that writes queued rows to the store.

use std::panic::{self, AssertUnwindSafe};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use super::control::WriterControl;
use super::writer::Writer;
use super::{Store, StoreError};
use crate::driver::Driver;
use crate::log::TARGET;
use crate::peer::PeerName;
use crate::shared::Shared;

/// The thread that writes. Dropped, it writes what there is and ends.
pub(crate) struct WriterThread {
    control: Arc<WriterControl>,
    thread: Option<JoinHandle<()>>,
    location: String,
}

impl WriterThread {
    /// Writes to `store` what changes from here on, and all of it soon if the wall clock
    /// `disagrees` with what it holds.
    pub(crate) fn spawn<P: PeerName, D: Driver<P>>(
        store: impl Store,
        shared: Arc<Shared<P, D>>,
        control: Arc<WriterControl>,
        clock_mismatch: bool,
    ) -> Result<Self, StoreError> {
        let location = store.location();
        let mut writer = Writer::new(store, shared, control.clone(), clock_mismatch);
        let (closing, name) = (control.clone(), location.clone());
        let run = move || {
            if panic::catch_unwind(AssertUnwindSafe(|| writer.run())).is_err() {
                // Before those who wait are told, when the writer is dropped.
                died(&closing, name);
            } else {
                drop(writer);
                closing.close(None);
            }
        };
        let thread = thread::Builder::new()
            .name("peerwarden-store".to_owned())
            .spawn(run)
            .map_err(|error| StoreError::io(location.clone(), error))?;
        Ok(Self { control, thread: Some(thread), location })
    }
}

impl Drop for WriterThread {
    fn drop(&mut self) {
        self.control.stop();
        let Some(thread) = self.thread.take() else {
            return;
        };
        // A task that was woken because its flush was done may be what is dropped here, with the
        // swarm in it. Then the thread goes on when this returns.
        if thread.thread().id() == thread::current().id() {
            return;
        }
        if self.control.wait_stopped(SHUTDOWN_TIMEOUT) {
            let _ = thread.join();
        } else {
            tracing::error!(
                target: TARGET, store = self.location,
                "the store did not finish within {SHUTDOWN_TIMEOUT:?}: the last bans may be lost"
            );
        }
    }
}

/// The thread that wrote to the store at `location` has panicked, and there will be no other.
fn died(control: &WriterControl, location: String) {
    let error = StoreError::Stopped { location: location.clone() };
    let said = error.to_string();
    control.close(Some(error));
    // What panicked may have been the log.
    let _ = panic::catch_unwind(|| tracing::error!(target: TARGET, store = location, "{said}"));
}

/// How long dropping a swarm waits for the last rows to be written.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(5);
