//! Backend of an open file whose length the store knows.

use std::fs::File;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use redb::backends::FileBackend;
use redb::{DatabaseError, StorageBackend};

use super::locks::delegate_locks;

/// A file as redb reads and writes it. Keeps count of how long it should be, and can be told to leave
/// the file alone.
#[derive(Debug)]
pub(super) struct Tracked {
    file: FileBackend,
    track: Arc<Track>,
}

/// What is known of a file that is or was open, beside the database in it.
#[derive(Debug, Default)]
pub(super) struct Track {
    length: AtomicU64,
    let_go: AtomicBool,
}

impl Track {
    /// How long the file is if nothing but redb wrote to it.
    pub(super) fn length(&self) -> u64 {
        self.length.load(Ordering::Relaxed)
    }

    /// From here on nothing is written to the file: what is in it is another's.
    pub(super) fn let_go(&self) {
        self.let_go.store(true, Ordering::Relaxed);
    }

    fn has_let_go(&self) -> bool {
        self.let_go.load(Ordering::Relaxed)
    }
}

impl Tracked {
    pub(super) fn new(file: File) -> Result<(Self, Arc<Track>), DatabaseError> {
        let file = FileBackend::new(file)?;
        let track = Arc::new(Track::default());
        track.length.store(file.len()?, Ordering::Relaxed);
        Ok((Self { file, track: Arc::clone(&track) }, track))
    }
}

impl StorageBackend for Tracked {
    fn len(&self) -> io::Result<u64> {
        self.file.len()
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        self.file.read(offset, out)
    }

    fn set_len(&self, length: u64) -> io::Result<()> {
        if !self.track.has_let_go() {
            self.file.set_len(length)?;
            self.track.length.store(length, Ordering::Relaxed);
        }
        Ok(())
    }

    fn sync_data(&self) -> io::Result<()> {
        self.file.sync_data()
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        if !self.track.has_let_go() {
            self.file.write(offset, data)?;
            let end = offset.saturating_add(u64::try_from(data.len()).unwrap_or(u64::MAX));
            self.track.length.fetch_max(end, Ordering::Relaxed);
        }
        Ok(())
    }

    delegate_locks!();
}
