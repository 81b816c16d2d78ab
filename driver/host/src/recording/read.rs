//! Reader of one file of a recording.

mod error;
mod lines;

use std::borrow::Cow;
use std::fmt;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use peerwarden_core::scenario::{Header, HeaderError, Step};

pub use self::error::ReadRecordingError;
use self::lines::{Line, Lines};

/// Reads one file of a recording, step by step.
///
/// Compressed with zstd, as it is written, or not. A file that was cut, as by a crash, is read up to its
/// last whole block, and [says so](Self::is_cut).
///
/// ```
/// use peerwarden_host::recording::RecordingReader;
///
/// let lines = "{\"recording\":1,\"engine\":\"0.1.0\",\"origin\":\"2026-01-02T03:04:05Z\",\"at\":7,\
///     \"preset\":\"default\",\"set\":{}}\n{\"at\":7.5,\"connect\":\"alice\"}\n";
/// let mut reader = RecordingReader::new("lines", lines.as_bytes())?;
/// assert_eq!(reader.header().at.to_string(), "7");
///
/// let mut steps = Vec::new();
/// while let Some(step) = reader.next_step()? {
///     steps.push(step.to_string());
/// }
/// assert_eq!(steps, ["{\"at\":7.5,\"connect\":\"alice\"}"]);
/// assert!(!reader.is_cut());
/// # Ok::<(), peerwarden_host::recording::ReadRecordingError>(())
/// ```
pub struct RecordingReader {
    lines: Lines,
    header: Header<String>,
}

impl RecordingReader {
    /// Opens a file and reads its header.
    ///
    /// # Errors
    ///
    /// [`ReadRecordingError`] if the file cannot be read, is no recording, or has another format.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, ReadRecordingError> {
        let path = path.as_ref();
        let location = path.display().to_string();
        match File::open(path) {
            Ok(file) => Self::new(location, file),
            Err(error) => Err(ReadRecordingError::Unreadable { location, error }),
        }
    }

    /// Reads the header of what `input` has; errors say that it is `location`.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open).
    pub fn new(
        location: impl Into<String>,
        input: impl Read + Send + 'static,
    ) -> Result<Self, ReadRecordingError> {
        let mut lines = Lines::new(location.into(), Box::new(input))?;
        let (header, is_whole) = match lines.next(LONGEST_HEADER)? {
            Some(Line { text, is_whole, .. }) => (Header::read(text), is_whole),
            None => return Err(lines.nothing_there()),
        };
        match header {
            Ok(header) => Ok(Self { lines, header }),
            Err(HeaderError::Format { found }) => {
                Err(ReadRecordingError::Format { location: lines.location(), found })
            }
            Err(_) if !is_whole => Err(lines.nothing_there()),
            Err(HeaderError::Malformed(error)) => Err(ReadRecordingError::Line {
                location: lines.location(),
                line: lines.number(),
                why: error.message(),
            }),
            Err(_) => Err(ReadRecordingError::NotARecording { location: lines.location() }),
        }
    }

    /// Returns the header: policy and memory of the engine as the file begins.
    #[must_use]
    pub const fn header(&self) -> &Header<String> {
        &self.header
    }

    /// Takes what was remembered out of the header, which holds most of its memory.
    pub fn take_snapshot(&mut self) -> Vec<peerwarden_core::Saved<String>> {
        std::mem::take(&mut self.header.snapshot)
    }

    /// Returns the next step, with the names of peers borrowed where they can be; `None` at the end.
    ///
    /// # Errors
    ///
    /// [`ReadRecordingError`] if the file is damaged, or cannot be read further. What was returned before
    /// that is good.
    pub fn next_step(&mut self) -> Result<Option<Step<Cow<'_, str>>>, ReadRecordingError> {
        let location = self.lines.shared_location();
        let Some(Line { text, number, is_whole, cut }) = self.lines.next(LONGEST_STEP)? else {
            return Ok(None);
        };
        match Step::read(text) {
            Ok(step) => Ok(Some(step)),
            // Half a line at the end.
            Err(_) if !is_whole => {
                *cut = true;
                Ok(None)
            }
            Err(error) => Err(ReadRecordingError::Line {
                location: location.to_string(),
                line: number,
                why: error.message(),
            }),
        }
    }

    /// Returns what errors call the file.
    #[must_use]
    pub fn location(&self) -> &str {
        self.lines.location_text()
    }

    /// Returns the number of the line that was read last; the header's is 1.
    #[must_use]
    pub const fn line(&self) -> u64 {
        self.lines.number()
    }

    /// Returns whether the end of the file is missing. Known once [`next_step`](Self::next_step) has
    /// returned `None`.
    #[must_use]
    pub const fn is_cut(&self) -> bool {
        self.lines.is_cut()
    }
}

impl fmt::Debug for RecordingReader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecordingReader")
            .field("location", &self.lines.shared_location())
            .field("line", &self.line())
            .finish_non_exhaustive()
    }
}

/// More than a snapshot takes with every bound of the default policy ten times as high: half a GiB.
const LONGEST_HEADER: u64 = 512 << 20;

/// More than the longest policy or name that there is a use for: 16 MiB.
const LONGEST_STEP: u64 = 16 << 20;
