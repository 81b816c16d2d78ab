//! Files of the store: made, checked and opened.

use std::fs::{self, File, OpenOptions};
use std::hash::{BuildHasher, RandomState};
use std::io;
use std::path::{Path, PathBuf};
use std::process;
#[cfg(unix)]
use std::sync::Arc;

use redb::{Builder, Database};

use super::explain::{location, unpanicked};
use super::overlay::Overlay;
#[cfg(unix)]
use super::tracked::{Track, Tracked};
use super::witness::Note;
use super::{witness, write, writes};
use crate::store::{Change, StoreError};

/// A database, and the file that it is in.
#[derive(Debug)]
pub(super) struct Opened {
    pub(super) database: Database,
    pub(super) file: File,
    /// What is noted in the file.
    pub(super) note: Note,
    #[cfg(unix)]
    pub(super) track: Arc<Track>,
}

/// Opens the file if it is whole, and otherwise leaves it as it is.
pub(super) fn open(path: &Path) -> Result<Opened, StoreError> {
    let known = inspect(path, writes)?;
    unpanicked(path, || {
        let file = existing(path)?;
        let mut twin = file.try_clone()?;
        #[cfg(unix)]
        let (file, track) = Tracked::new(file)?;
        #[cfg(unix)]
        let database = builder().create_with_backend(file)?;
        #[cfg(not(unix))]
        let database = builder().create_file(file)?;
        let note = Note { writes: known, session: number() };
        witness::note(&mut twin, note)?;
        Ok(Opened {
            database,
            file: twin,
            note,
            #[cfg(unix)]
            track,
        })
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
        let noted = witness::read(&mut twin)?.map_or(0, |note| note.writes);
        Ok((whole, writes(&database)?, noted, database))
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
    let unfinished = make(path, rows)?;
    let named = match fs::hard_link(&unfinished, path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        // Some file systems have no links.
        Err(_) => fs::rename(&unfinished, path).map(|()| true).map_err(refuse),
        Ok(()) => Ok(true),
    };
    // Not there any more if it was renamed.
    let _ = fs::remove_file(&unfinished);
    let is_mine = named?;
    sync_directory(path).map_err(refuse)?;
    Ok((open(path)?, is_mine))
}

/// Puts a new file with nothing in it in the place of the one that is there, which keeps its second
/// name, if it has one. At no moment there is none.
#[cfg(unix)]
pub(super) fn replace(path: &Path, aside: Option<&Path>) -> Result<(), StoreError> {
    let refuse = |error: io::Error| StoreError::io(location(path), error);
    let unfinished = make(path, &[])?;
    let linked = aside.map_or(Ok(()), |aside| match fs::hard_link(path, aside) {
        // Some file systems have no links.
        Err(_) => fs::rename(path, aside),
        Ok(()) => Ok(()),
    });
    let named = linked.and_then(|()| fs::rename(&unfinished, path));
    if named.is_err() {
        let _ = fs::remove_file(&unfinished);
    }
    named.and_then(|()| sync_directory(path)).map_err(refuse)
}

/// Makes a file for `path` under another name, which is returned, and leaves nothing behind if it
/// cannot.
fn make(path: &Path, rows: &[Change]) -> Result<PathBuf, StoreError> {
    let mut unfinished = path.as_os_str().to_owned();
    unfinished.push(format!(".new-{:016x}", number()));
    let unfinished = PathBuf::from(unfinished);
    let made = unpanicked(path, || {
        let mut file = new(&unfinished)?;
        let database = builder().create_file(file.try_clone()?)?;
        if let Some(writes) = write(&database, rows)? {
            witness::note(&mut file, Note { writes, session: number() })?;
        }
        drop(database);
        Ok(file.sync_all()?)
    });
    if made.is_err() {
        let _ = fs::remove_file(&unfinished);
    }
    made.map(|()| unfinished)
}

/// Makes the name of a file durable. Where directories cannot be opened that need not be done.
fn sync_directory(path: &Path) -> io::Result<()> {
    let parent = path.parent().filter(|each| !each.as_os_str().is_empty());
    match File::open(parent.unwrap_or_else(|| Path::new("."))) {
        Ok(directory) => directory.sync_all(),
        Err(_) => Ok(()),
    }
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
