//! Directory that holds a node's identity, bans and socket.

use std::env;
use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::process;

#[cfg(unix)]
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};

/// A data directory that this process holds: another one that opens it is told so.
#[derive(Debug)]
pub(crate) struct DataDir {
    path: PathBuf,
    /// Locked for as long as this is here. The operating system unlocks it however the process ends.
    _lock: File,
}

/// The reason why a data directory cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DataDirError {
    /// It is not there and cannot be made.
    #[error("{} cannot be made a directory ({error}): give another one as --data-dir", path.display())]
    Make { path: PathBuf, error: io::Error },
    /// It cannot be written.
    #[error("{} cannot be written ({error}): give a directory that this user may write", path.display())]
    Write { path: PathBuf, error: io::Error },
    /// Another process has it.
    #[error(
        "{} is in use by {holder}: stop that one, or give another --data-dir",
        path.display()
    )]
    InUse { path: PathBuf, holder: String },
}

impl DataDir {
    /// Makes the directory if it is not there, for this user alone, and locks it.
    #[expect(clippy::incompatible_msrv, reason = "the program's store needs Rust 1.90 anyway")]
    pub(crate) fn open(path: &Path) -> Result<Self, DataDirError> {
        let made = make(path);
        made.map_err(|error| DataDirError::Make { path: path.to_owned(), error })?;
        let file = path.join(LOCK);
        let refuse = |error| DataDirError::Write { path: file.clone(), error };
        let mut lock = private(OpenOptions::new().read(true).write(true).create(true))
            .open(&file)
            .map_err(refuse)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(in_use(path, lock)),
            Err(TryLockError::Error(error)) => return Err(refuse(error)),
        }
        let holder = format!("process {}\n", process::id());
        let written = lock.set_len(0).and_then(|()| lock.rewind());
        written.and_then(|()| lock.write_all(holder.as_bytes())).map_err(refuse)?;
        Ok(Self { path: path.to_owned(), _lock: lock })
    }

    /// Says why the directory could not be opened, as far as that shows without making or writing anything.
    #[expect(clippy::incompatible_msrv, reason = "the program's store needs Rust 1.90 anyway")]
    pub(crate) fn check(path: &Path) -> Result<(), DataDirError> {
        match fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => {}
            Ok(_) => {
                let error = io::ErrorKind::NotADirectory.into();
                return Err(DataDirError::Make { path: path.to_owned(), error });
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(DataDirError::Make { path: path.to_owned(), error }),
        }
        let file = path.join(LOCK);
        let lock = match File::open(&file) {
            Ok(lock) => lock,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(DataDirError::Write { path: file, error }),
        };
        match lock.try_lock_shared() {
            Ok(()) => Ok(()),
            Err(TryLockError::WouldBlock) => Err(in_use(path, lock)),
            Err(TryLockError::Error(error)) => Err(DataDirError::Write { path: file, error }),
        }
    }

    /// Returns a file in the directory.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }
}

/// Returns where a node keeps its data that is not told where, and where a command looks for it.
pub(crate) fn default_path() -> PathBuf {
    let from = |variable: &str| env::var_os(variable).filter(|value| !value.is_empty());
    let own = from("PEERWARDEN_DATA_DIR").or_else(|| from("STATE_DIRECTORY"));
    if let Some(own) = own {
        return own.into();
    }
    let state = from("XDG_STATE_HOME").map(PathBuf::from);
    let home = || Some(PathBuf::from(from("HOME")?).join(".local/state"));
    state.or_else(home).unwrap_or_default().join("peerwarden")
}

/// Adds to what a file is opened with that it is made for this user alone.
pub(crate) fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    options.mode(0o600);
    options
}

/// Names the process that has the directory.
fn in_use(path: &Path, lock: File) -> DataDirError {
    let mut holder = String::new();
    let _ = lock.take(MOST_OF_HOLDER).read_to_string(&mut holder);
    let holder = holder.lines().next().filter(|line| !line.is_empty());
    let holder = holder.unwrap_or("another process").to_owned();
    DataDirError::InUse { path: path.to_owned(), holder }
}

fn make(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    builder.mode(0o700);
    builder.create(path)
}

const LOCK: &str = "node.lock";
/// What is read of the file in which a process says that it has the directory.
const MOST_OF_HOLDER: u64 = 64;
