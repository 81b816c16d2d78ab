//! Files of lists, read again when they change.

use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::path::Path;
use std::time::SystemTime;

use super::file::ListFile;
use super::options::ListOptions;
use super::read::{ReadListError, ReadOptions, read_list};
use crate::one_line::OneLine;
use crate::peer::PeerName;

/// A file that is looked at now and again.
#[derive(Debug)]
pub(super) struct Watched {
    pub(super) options: ListOptions,
    /// What the file was like when it was read the last time, or could not be.
    read: Option<Seen>,
    /// What it was like when it was found changed.
    changed: Option<Seen>,
    /// Whether it was ever read.
    pub(super) is_loaded: bool,
}

/// What a file is like, as far as one can tell without reading it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Seen {
    /// It cannot be looked at.
    Nothing(io::ErrorKind),
    Something {
        len: u64,
        modified: Option<SystemTime>,
        /// Which file it is of its file system, which a rename changes.
        node: u64,
    },
}

impl Seen {
    fn of(metadata: &Metadata) -> Self {
        #[cfg(unix)]
        let node = std::os::unix::fs::MetadataExt::ino(metadata);
        #[cfg(not(unix))]
        let node = 0;
        Self::Something { len: metadata.len(), modified: metadata.modified().ok(), node }
    }

    fn at(path: &Path) -> Self {
        match path.metadata() {
            Ok(metadata) => Self::of(&metadata),
            Err(error) => Self::Nothing(error.kind()),
        }
    }
}

impl Watched {
    pub(super) const fn new(options: ListOptions) -> Self {
        Self { options, read: None, changed: None, is_loaded: false }
    }

    /// Reads the file if it has changed since it was read: at once the first time, and later once it has
    /// stayed as it is for two looks in a row, since it may be in the middle of being written.
    pub(super) fn poll<P: PeerName>(
        &mut self,
        now: SystemTime,
    ) -> Option<Result<ListFile<P>, UnreadableList>> {
        let seen = Seen::at(self.options.path());
        if self.read == Some(seen) {
            self.changed = None;
            return None;
        }
        if self.read.is_some() && self.changed != Some(seen) {
            self.changed = Some(seen);
            return None;
        }
        self.changed = None;
        self.read = Some(seen);
        Some(self.read(now))
    }

    fn read<P: PeerName>(&mut self, now: SystemTime) -> Result<ListFile<P>, UnreadableList> {
        let path = self.options.path();
        // Opening a pipe waits for a writer.
        if !path.metadata()?.is_file() {
            return Err(UnreadableList::Kind);
        }
        let mut file = File::open(path)?;
        let metadata = file.metadata()?;
        let mut bytes = Vec::new();
        let most = MAX_FILE.saturating_add(1);
        file.by_ref().take(most).read_to_end(&mut bytes)?;
        if u64::try_from(bytes.len()).is_ok_and(|len| len > MAX_FILE) {
            return Err(UnreadableList::Long);
        }
        // What was written while it was read is read the next time.
        self.read = Some(Seen::of(&metadata));
        let options = ReadOptions::new(now)
            .with_as_of(metadata.modified().unwrap_or(now))
            .with_format(self.options.format())
            .with_lasting(self.options.lasting());
        Ok(read_list(&bytes, &options)?)
    }
}

/// Why the file of a list could not be read. What it said before counts on.
#[derive(Debug, thiserror::Error)]
pub(super) enum UnreadableList {
    #[error("has no entry any more: write a comment into it to mean that")]
    Empty,
    #[error("has no entry that can be read; the first fault is on {0}")]
    Faults(super::file::LineFault),
    #[error("cannot be read: {0}")]
    Io(#[from] io::Error),
    #[error("is no regular file")]
    Kind,
    #[error("cannot be read: {}", OneLine(.0))]
    List(#[from] ReadListError),
    #[error("has more than {} MiB", MAX_FILE >> 20)]
    Long,
}

/// How long a file may be: 64 MiB.
const MAX_FILE: u64 = 64 << 20;
