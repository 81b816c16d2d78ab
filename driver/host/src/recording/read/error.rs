//! Errors of reading recordings.

use std::io;

use peerwarden_core::scenario::Header;

use crate::one_line::OneLine;

/// Why a recording cannot be read, or not further. Each message names the file.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadRecordingError {
    /// Something in the compressed data is not as it was written.
    #[error(
        "{}: damaged after line {after} ({}): what comes before can be replayed",
        OneLine(.location),
        OneLine(.why)
    )]
    Damaged {
        /// The file.
        location: String,
        /// The last line that was read; 0 for none.
        after: u64,
        /// What the decompressor says.
        why: String,
    },
    /// There is nothing in the file, or it was cut before its first line ended.
    #[error("{}: ends before its first line does: nothing was recorded", OneLine(.location))]
    Empty {
        /// The file.
        location: String,
    },
    /// It was written by another version, in a format that this one does not know.
    #[error(
        "{}: a recording of format {found}, and this version reads format {} only: \
         use the version that wrote it",
        OneLine(.location),
        Header::<()>::FORMAT
    )]
    Format {
        /// The file.
        location: String,
        /// The format.
        found: u64,
    },
    /// It is compressed with gzip.
    #[error(
        "{}: compressed with gzip, and recordings are with zstd: unpack it with gunzip first",
        OneLine(.location)
    )]
    Gzip {
        /// The file.
        location: String,
    },
    /// A line makes no sense.
    #[error("{}: line {line}: {}", OneLine(.location), OneLine(.why))]
    Line {
        /// The file.
        location: String,
        /// The line, counted from 1.
        line: u64,
        /// What is wrong with it.
        why: String,
    },
    /// It is something else.
    #[error(
        "{}: not a recording: it begins neither with zstd's mark nor with a recording's first line",
        OneLine(.location)
    )]
    NotARecording {
        /// The file.
        location: String,
    },
    /// The file cannot be read.
    #[error("{}: cannot be read: {error}", OneLine(.location))]
    Unreadable {
        /// The file.
        location: String,
        /// Why not.
        #[source]
        error: io::Error,
    },
}
