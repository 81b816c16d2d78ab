//! Options of a recording.

use std::num::{NonZeroU64, NonZeroUsize};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Where and how a recording is written: the table `[recording]` of the settings.
///
/// ```
/// use peerwarden_host::recording::RecordingOptions;
///
/// let options = RecordingOptions::new("/var/lib/node/day.jsonl.zst").with_pseudonyms(true);
/// assert!(options.pseudonyms());
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RecordingOptions {
    file: PathBuf,
    name: String,
    pseudonyms: bool,
    buffer: NonZeroUsize,
    max_file_size: NonZeroU64,
    max_file_age: Duration,
    max_files: NonZeroUsize,
}

impl RecordingOptions {
    /// Returns options to record to this file, or to the next of its name that is not there yet.
    #[must_use]
    pub fn new(file: impl Into<PathBuf>) -> Self {
        Self {
            file: file.into(),
            name: String::new(),
            pseudonyms: false,
            buffer: NonZeroUsize::MIN.saturating_add(65_535),
            max_file_size: NonZeroU64::MIN.saturating_add((64 << 20) - 1),
            max_file_age: Duration::from_secs(86_400),
            max_files: NonZeroUsize::MIN.saturating_add(15),
        }
    }

    /// Sets the file.
    #[must_use]
    pub fn with_file(mut self, file: impl Into<PathBuf>) -> Self {
        self.file = file.into();
        self
    }

    /// Sets what the recording is called in its header. Empty by default.
    #[must_use]
    pub fn with_name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// Sets whether names of peers and IPs are replaced; see the [module](crate::recording). Off by default.
    #[must_use]
    pub const fn with_pseudonyms(mut self, on: bool) -> Self {
        self.pseudonyms = on;
        self
    }

    /// Sets how many inputs may wait to be written. 65 536 by default: 131 ms of half a million a second. There
    /// is memory for twice as many, which is used as far as it was ever needed. Beyond it inputs are lost to
    /// the recording.
    #[must_use]
    pub const fn with_buffer(mut self, inputs: NonZeroUsize) -> Self {
        self.buffer = inputs;
        self
    }

    /// Sets the size at which a file ends, in bytes. 64 MiB by default. A file is larger by what is written
    /// within a second.
    #[must_use]
    pub const fn with_max_file_size(mut self, bytes: NonZeroU64) -> Self {
        self.max_file_size = bytes;
        self
    }

    /// Sets the age at which a file ends, by the node's clock. 24 h by default.
    #[must_use]
    pub const fn with_max_file_age(mut self, age: Duration) -> Self {
        self.max_file_age = age;
        self
    }

    /// Sets how many files stay. 16 by default; the oldest goes first.
    #[must_use]
    pub const fn with_max_files(mut self, files: NonZeroUsize) -> Self {
        self.max_files = files;
        self
    }

    /// Returns the file.
    #[must_use]
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// Returns what the recording is called in its header.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns whether names of peers and IPs are replaced.
    #[must_use]
    pub const fn pseudonyms(&self) -> bool {
        self.pseudonyms
    }

    /// Returns how many inputs may wait to be written.
    #[must_use]
    pub const fn buffer(&self) -> NonZeroUsize {
        self.buffer
    }

    /// Returns the size at which a file ends, in bytes.
    #[must_use]
    pub const fn max_file_size(&self) -> NonZeroU64 {
        self.max_file_size
    }

    /// Returns the age at which a file ends.
    #[must_use]
    pub const fn max_file_age(&self) -> Duration {
        self.max_file_age
    }

    /// Returns how many files stay.
    #[must_use]
    pub const fn max_files(&self) -> NonZeroUsize {
        self.max_files
    }
}
