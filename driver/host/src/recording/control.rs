//! Recording of a node: begun, ended and asked about.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread::{self, JoinHandle};

use super::error::RecordError;
use super::options::RecordingOptions;
use super::recorder::{self, Progress};
use super::status::{RecordingState, RecordingStatus};
use crate::closed::Closed;
use crate::driver::Driver;
use crate::peer::PeerName;
use crate::shared::Shared;

/// The one recording that a node may have, and the last one that it had.
///
/// Behind a lock of its own, which is held while a recording begins and ends; the engine's is never taken
/// under it by those who only ask.
#[derive(Debug, Default)]
pub(crate) struct RecordingControl {
    current: Mutex<Option<Current>>,
}

#[derive(Debug)]
struct Current {
    progress: Arc<Progress>,
    thread: Option<JoinHandle<()>>,
}

impl RecordingControl {
    /// Begins a recording, whose header is in the file when this returns.
    pub(crate) fn start<P: PeerName, D: Driver<P>>(
        &self,
        shared: &Arc<Shared<P, D>>,
        options: RecordingOptions,
    ) -> Result<RecordingStatus, RecordError> {
        let mut current = self.current();
        if let Some(status) = current.as_ref().map(Current::status)
            && status.state == RecordingState::Recording
        {
            return Err(RecordError::AlreadyRecording { file: status.file });
        }
        let file = options.file().to_owned();
        let progress = Arc::new(Progress {
            status: Mutex::new(RecordingStatus {
                state: RecordingState::Recording,
                file: file.clone(),
                name: options.name().to_owned(),
                pseudonyms: options.pseudonyms(),
                since: shared.clocks().0,
                inputs: 0,
                bytes: 0,
                files: 0,
                gaps: 0,
                lost: 0,
                error: None,
            }),
            stop: AtomicBool::new(false),
        });
        let (sender, begun) = mpsc::channel();
        let (shared, shown) = (Arc::clone(shared), Arc::clone(&progress));
        let run = move || recorder::run(shared, options, shown, &sender);
        let thread = thread::Builder::new()
            .name("peerwarden-record".to_owned())
            .spawn(run)
            .map_err(|error| RecordError::File { file, error })?;
        // Closed without a word only if the thread panicked.
        begun.recv().unwrap_or(Err(RecordError::Closed(Closed)))?;
        let begun = current.insert(Current { progress, thread: Some(thread) });
        Ok(begun.status())
    }

    /// Ends the recording, whose file is whole when this returns; `None` if there is none.
    pub(crate) fn stop(&self) -> Option<RecordingStatus> {
        let mut current = self.current();
        let current = current.as_mut()?;
        if current.status().state != RecordingState::Recording {
            return None;
        }
        current.progress.stop.store(true, Ordering::Release);
        if let Some(thread) = current.thread.take() {
            thread.thread().unpark();
            // What was written before a panic can be read, and the status says that there was one.
            let _ = thread.join();
        }
        Some(current.status())
    }

    /// Waits until the recording of a node that was shut down has ended, which it does by itself.
    ///
    /// Not if the thread that records is what drops the node, by a waker that it woke: then it ends when
    /// that returns.
    pub(crate) fn shut_down(&self) {
        let Ok(mut current) = self.current.try_lock() else {
            return;
        };
        let thread = current.as_mut().and_then(|current| current.thread.take());
        if let Some(thread) = thread.filter(|thread| thread.thread().id() != thread::current().id())
        {
            thread.thread().unpark();
            let _ = thread.join();
        }
    }

    /// Returns how the recording goes, or how the last one went.
    pub(crate) fn status(&self) -> Option<RecordingStatus> {
        self.current().as_ref().map(Current::status)
    }

    fn current(&self) -> MutexGuard<'_, Option<Current>> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Current {
    fn status(&self) -> RecordingStatus {
        let has_ended = self.thread.as_ref().is_none_or(JoinHandle::is_finished);
        let mut status =
            self.progress.status.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if has_ended && status.state == RecordingState::Recording {
            status.state = RecordingState::Failed;
            status.error = Some("the thread that records panicked".to_owned());
        }
        status
    }
}
