//! Files of the store: made, checked and opened.

use std::fs::{self, File, OpenOptions};
use std::hash::{BuildHasher, RandomState};
use std::io;
use std::path::{Path, PathBuf};
use std::process;

use redb::{Builder, Database};

use super::explain::{location, unpanicked};
use super::overlay::Overlay;
use super::{witness, write, writes};
use crate::store::{Change, StoreError};

/// A database, and the file that it is in.
#[derive(Debug)]
pub(super) struct Opened {
    pub(super) database: Database,
    pub(super) file: File,
}

/// Opens the file if it is whole, and otherwise leaves it as it is.
pub(super) fn open(path: &Path) -> Result<Opened, StoreError> {
    inspect(path, |_| Ok(()))?;
    unpanicked(path, || {
        let file = existing(path)?;
        let twin = file.try_clone()?;
        Ok(Opened { database: builder().create_file(file)?, file: twin })
    })
}

/// Looks into the file if it is whole, and leaves it as it is in any case.
pub(super) fn inspect<T>(
    path: &Path,
    look: impl FnOnce(&Database) -> Result<T, redb::Error>,
) -> Result<T, StoreError> {
    let length = fs::metadata(path).map_err(|error| StoreError::io(location(path), error))?.len();
    let damaged = |what: String| StoreError::Damaged { location: location(path), what };
    if length == 0 {
        return Err(damaged("it is empty, as no store ever is".to_owned()));
    }
    let (whole, known, noted, database) = unpanicked(path, || {
        let file = existing(path)?;
        let mut twin = file.try_clone()?;
        let mut database = builder().create_with_backend(Overlay::new(file)?)?;
        let whole = database.check_integrity()?;
        Ok((whole, writes(&database)?, witness::read(&mut twin)?, database))
    })?;
    if !whole {
        return Err(damaged("its checksums do not agree with what is in it".to_owned()));
    }
    if known < noted {
        return Err(damaged(format!(
            "it was written {noted} times, and holds what it did after {known}"
        )));
    }
    unpanicked(path, || {
        let seen = look(&database);
        drop(database);
        seen
    })
}

/// Refuses a file that is open as a database. Whatever else it is or is not passes.
#[cfg(unix)]
pub(super) fn refuse_if_in_use(path: &Path) -> Result<(), StoreError> {
    let tried = unpanicked(path, || {
        Ok(builder().create_with_backend(Overlay::new(existing(path)?)?).map(drop)?)
    });
    match tried {
        Err(error @ StoreError::InUse { .. }) => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Makes the file under a name that nobody else uses, with these rows in it, and gives it its own
/// once it is whole. If another process was faster, its file is the one, and the second answer no.
pub(super) fn create(path: &Path, rows: &[Change]) -> Result<(Opened, bool), StoreError> {
    let refuse = |error: io::Error| StoreError::io(location(path), error);
    let mut unfinished = path.as_os_str().to_owned();
    unfinished.push(format!(".new-{:016x}", number()));
    let unfinished = PathBuf::from(unfinished);

    let made = unpanicked(path, || {
        let mut file = new(&unfinished)?;
        let database = builder().create_file(file.try_clone()?)?;
        if let Some(writes) = write(&database, rows)? {
            witness::note(&mut file, writes)?;
        }
        drop(database);
        Ok(file.sync_all()?)
    });
    let named = made.and_then(|()| match fs::hard_link(&unfinished, path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        // Some file systems have no links.
        Err(_) => fs::rename(&unfinished, path).map(|()| true).map_err(refuse),
        Ok(()) => Ok(true),
    });
    // Not there any more if it was renamed, nor if it could not be made.
    let _ = fs::remove_file(&unfinished);
    let is_mine = named?;
    // A name is durable once its directory is. Where directories cannot be opened they need not be.
    let parent = path.parent().filter(|each| !each.as_os_str().is_empty());
    if let Ok(directory) = File::open(parent.unwrap_or_else(|| Path::new("."))) {
        directory.sync_all().map_err(refuse)?;
    }
    Ok((open(path)?, is_mine))
}

/// Closes the file. It is written to for that, which may fail as what came before did.
pub(super) fn close(path: &Path, opened: Opened) {
    let _ = unpanicked(path, || {
        drop(opened);
        Ok(())
    });
}

/// A number that nobody else comes up with.
pub(super) fn number() -> u64 {
    RandomState::new().hash_one(process::id())
}

fn existing(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).write(true).open(path)
}

/// A new file. What is in it is of no concern to the other users of the machine.
fn new(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn builder() -> Builder {
    let mut builder = Builder::new();
    builder.set_cache_size(CACHE);
    builder
}

/// What is read is read once, at the start.
const CACHE: usize = 4 << 20;
