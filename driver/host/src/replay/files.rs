//! Files of a recording, in their order.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use peerwarden_core::Instant;

use super::error::ReplayError;
use crate::recording::{ReadRecordingError, RecordingReader};

/// The files of one recording.
#[derive(Debug)]
pub(super) struct Files {
    /// In order.
    paths: std::vec::IntoIter<PathBuf>,
    pub(super) count: usize,
    pub(super) bytes: u64,
    read: Arc<AtomicU64>,
}

impl Files {
    /// Puts the files into their order, by their first lines.
    pub(super) fn open(paths: Vec<PathBuf>) -> Result<Self, ReplayError> {
        let mut bytes = 0_u64;
        let mut parts: Vec<(Instant, u32, PathBuf)> = Vec::with_capacity(paths.len());
        for path in paths {
            let reader = RecordingReader::open(&path)?;
            let (at, part) = (reader.header().at, reader.header().part);
            let length = std::fs::metadata(&path).map_or(0, |about| about.len());
            bytes = bytes.saturating_add(length);
            parts.push((at, part, path));
        }
        parts.sort();
        for (before, next) in parts.iter().zip(parts.iter().skip(1)) {
            let (_, after, _) = before;
            let (_, part, path) = next;
            if after.checked_add(1) != Some(*part) {
                let (location, part, after) = (path.display().to_string(), *part, *after);
                return Err(ReplayError::NotNext { location, part, after });
            }
        }
        let count = parts.len();
        let paths: Vec<_> = parts.into_iter().map(|(_, _, path)| path).collect();
        Ok(Self { paths: paths.into_iter(), count, bytes, read: Arc::default() })
    }

    /// Opens the next file.
    pub(super) fn next(&mut self) -> Option<Result<RecordingReader, ReadRecordingError>> {
        let path = self.paths.next()?;
        Some(open(&path, Arc::clone(&self.read)))
    }

    /// Returns how many bytes have been read.
    pub(super) fn read(&self) -> u64 {
        self.read.load(Ordering::Relaxed)
    }
}

fn open(path: &Path, read: Arc<AtomicU64>) -> Result<RecordingReader, ReadRecordingError> {
    let location = path.display().to_string();
    match File::open(path) {
        Ok(file) => RecordingReader::new(location, Counted { file, read }),
        Err(error) => Err(ReadRecordingError::Unreadable { location, error }),
    }
}

/// A file that counts what is read of it.
struct Counted {
    file: File,
    read: Arc<AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let bytes = self.file.read(buffer)?;
        self.read.fetch_add(u64::try_from(bytes).unwrap_or(0), Ordering::Relaxed);
        Ok(bytes)
    }
}
