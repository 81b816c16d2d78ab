//! Recordings of what happens.

use super::Handle;
use crate::closed::Closed;
use crate::driver::Driver;
use crate::peer::PeerName;
use crate::recording::{RecordError, RecordingOptions, RecordingStatus};

impl<P: PeerName, D: Driver<P>> Handle<P, D> {
    /// Records every input from here on, for a [replay](crate::recording): returns once the file has its
    /// first line, with how it goes.
    ///
    /// What is remembered is copied for that line, and again for each further file: page by page, so that no
    /// other call waits for long. Each input costs a copy of it.
    ///
    /// # Errors
    ///
    /// [`RecordError`] if there is a recording under way, the file cannot be made or written, or the node was
    /// shut down.
    pub fn record(&self, options: RecordingOptions) -> Result<RecordingStatus, RecordError> {
        let shared = self.shared()?;
        shared.recording.start(&shared, options)
    }

    /// Ends the recording, and returns once its file is whole; `None` if there is none under way.
    ///
    /// # Errors
    ///
    /// [`Closed`] if the node was shut down, which ends a recording as well.
    pub fn stop_recording(&self) -> Result<Option<RecordingStatus>, Closed> {
        Ok(self.shared()?.recording.stop())
    }

    /// Returns how the recording goes, or how the last one went; `None` if there was none.
    ///
    /// # Errors
    ///
    /// [`Closed`] if the node was shut down.
    pub fn recording(&self) -> Result<Option<RecordingStatus>, Closed> {
        Ok(self.shared()?.recording.status())
    }
}
