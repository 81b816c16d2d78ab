//! Errors of beginning a recording.

use std::io;
use std::path::PathBuf;

use crate::closed::Closed;
use crate::one_line::OneLine;

/// Why no recording was begun.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RecordError {
    /// There is one under way.
    #[error("{} is being recorded already: stop that first", OneLine(.file.display()))]
    AlreadyRecording {
        /// Its file.
        file: PathBuf,
    },
    /// The node was shut down.
    #[error(transparent)]
    Closed(#[from] Closed),
    /// The file cannot be made or written.
    #[error("{}: cannot be recorded to: {error}", OneLine(.file.display()))]
    File {
        /// The file.
        file: PathBuf,
        /// Why not.
        #[source]
        error: io::Error,
    },
}
