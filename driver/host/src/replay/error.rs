//! Errors of replays.

use crate::one_line::OneLine;
use crate::recording::ReadRecordingError;

/// Why a recording cannot be replayed. Each message names the file.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReplayError {
    /// There is no file to replay.
    #[error("no file of a recording was given")]
    NoFile,
    /// A file is not the part that comes next.
    #[error(
        "{}: part {part} of a recording, and part {after} of one comes before it: give the parts of one \
         recording without a gap, or each by itself",
        OneLine(.location)
    )]
    NotNext {
        /// The file.
        location: String,
        /// Which part it is.
        part: u32,
        /// Which part comes before it in time.
        after: u32,
    },
    /// The policy in the header makes no sense.
    #[error("{}: the recorded policy cannot be used: {}", OneLine(.location), OneLine(.why))]
    Policy {
        /// The file.
        location: String,
        /// What is wrong with it.
        why: String,
    },
    /// The file cannot be read.
    #[error(transparent)]
    Read(#[from] ReadRecordingError),
    /// What the node remembered contradicts itself.
    #[error("{}: what the node remembered cannot be used: {}", OneLine(.location), OneLine(.why))]
    Snapshot {
        /// The file.
        location: String,
        /// What is wrong with it.
        why: String,
    },
    /// The time of day from which to count is too far off, or the recording does not say its own.
    #[error("{}: no time of day can be told from its first line: count from a time after its beginning", OneLine(.location))]
    TimeOfDay {
        /// The file.
        location: String,
    },
}
