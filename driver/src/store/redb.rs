//! The store in one file.

mod overlay;

use std::fs::{self, File};
use std::hash::{BuildHasher, RandomState};
use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};
use std::{io, process};

use redb::{
    Builder, Database, ReadableDatabase, ReadableTable, ReadableTableMetadata, TableDefinition,
    TableError, TableHandle,
};

use super::{Change, Row, Store, StoreError};
use overlay::Overlay;

/// A store in one file of its own, a [redb](https://www.redb.org) database.
///
/// ```no_run
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use peerwarden_libp2p::{Behaviour, Config, ManualTimer, RedbStore};
///
/// let store = RedbStore::open("node/bans.redb")?;
/// let behaviour = Behaviour::restore(Config::default(), ManualTimer::new(), store)?;
/// # Ok(())
/// # }
/// ```
///
/// The file is made if it is not there, and appears under its name only once it is whole: a node
/// that is killed at any moment finds what it had, or nothing and starts anew. It is locked while
/// it is open. To copy it, stop the node.
#[derive(Debug)]
pub struct RedbStore {
    path: PathBuf,
    /// None after an error, until it is opened anew.
    database: Option<Database>,
}

impl RedbStore {
    /// Opens the file at `path`, or makes it. Its directory has to be there.
    ///
    /// A file that was not closed is mended, and all are checked, which takes a second or two if it
    /// holds a million rows.
    ///
    /// # Errors
    ///
    /// [`StoreError`], and the file is left as it is.
    pub fn open(path: impl Into<PathBuf>) -> Result<Self, StoreError> {
        let path = path.into();
        let there = path.try_exists().map_err(|error| StoreError::io(place(&path), error))?;
        let database = if there { open(&path)? } else { create(&path)? };
        Ok(Self { path, database: Some(database) })
    }

    /// Does it, with the file opened anew if need be. After an error redb refuses all else until
    /// then.
    fn with<T>(
        &mut self,
        work: impl FnOnce(&Database) -> Result<T, redb::Error>,
    ) -> Result<T, StoreError> {
        let database = match self.database.take() {
            Some(database) => database,
            None => open(&self.path)?,
        };
        let done = unpanicked(&self.path, || work(&database));
        if done.is_ok() {
            self.database = Some(database);
        } else {
            // To close it writes, and may fail in the same way.
            let _ = unpanicked(&self.path, || {
                drop(database);
                Ok(())
            });
        }
        done
    }
}

impl Store for RedbStore {
    fn place(&self) -> String {
        place(&self.path)
    }

    fn load(&mut self) -> Result<Vec<Row>, StoreError> {
        let rows = self.with(read)?;
        rows.ok_or_else(|| StoreError::Foreign {
            place: self.place(),
            what: "it is a redb database with other tables".to_owned(),
        })
    }

    fn write(&mut self, changes: &[Change]) -> Result<(), StoreError> {
        self.with(|database| write(database, changes))
    }
}

/// All rows; `None` if the database was made for something else.
fn read(database: &Database) -> Result<Option<Vec<Row>>, redb::Error> {
    let transaction = database.begin_read()?;
    let table = match transaction.open_table(TABLE) {
        Ok(table) => table,
        Err(TableError::TableDoesNotExist(_)) => {
            let others = transaction.list_tables()?.any(|table| table.name() != TABLE.name());
            return Ok((!others).then(Vec::new));
        }
        Err(error) => return Err(error.into()),
    };
    let mut rows = Vec::new();
    for row in table.iter()? {
        let (key, value) = row?;
        rows.push(Row { key: key.value().to_vec(), value: value.value().to_vec() });
    }
    let expected = table.len()?;
    if u64::try_from(rows.len()).ok() == Some(expected) {
        Ok(Some(rows))
    } else {
        Err(redb::Error::Corrupted(format!("{} rows instead of {expected}", rows.len())))
    }
}

fn write(database: &Database, changes: &[Change]) -> Result<(), redb::Error> {
    let transaction = database.begin_write()?;
    let mut changed = false;
    let mut table = transaction.open_table(TABLE)?;
    for change in changes {
        changed |= match &change.value {
            Some(value) => {
                table.insert(change.key.as_slice(), value.as_slice())?;
                true
            }
            None => table.remove(change.key.as_slice())?.is_some(),
        };
    }
    drop(table);
    if changed { Ok(transaction.commit()?) } else { Ok(transaction.abort()?) }
}

/// Opens the file if it is whole, and otherwise leaves it as it is.
fn open(path: &Path) -> Result<Database, StoreError> {
    let length = fs::metadata(path).map_err(|error| StoreError::io(place(path), error))?.len();
    if length == 0 {
        let what = "it is empty, as no store ever is".to_owned();
        return Err(StoreError::Damaged { place: place(path), what });
    }
    let whole = unpanicked(path, || {
        let file = File::options().read(true).write(true).open(path)?;
        Ok(builder().create_with_backend(Overlay::new(file)?)?.check_integrity()?)
    })?;
    if !whole {
        let what = "its checksums do not agree with what is in it".to_owned();
        return Err(StoreError::Damaged { place: place(path), what });
    }
    unpanicked(path, || Ok(builder().open(path)?))
}

/// Makes the file under a name that nobody else uses, and gives it its own once it is whole. If
/// another process was faster, its file is the one.
fn create(path: &Path) -> Result<Database, StoreError> {
    let refuse = |error: io::Error| StoreError::io(place(path), error);
    let mut unfinished = path.as_os_str().to_owned();
    unfinished.push(format!(".new-{:016x}", RandomState::new().hash_one(process::id())));
    let unfinished = PathBuf::from(unfinished);

    let made = unpanicked(path, || Ok(builder().create(&unfinished)?));
    let named = made.and_then(|database| {
        drop(database);
        match fs::hard_link(&unfinished, path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
            // Some file systems have no links.
            Err(_) => fs::rename(&unfinished, path).map_err(refuse),
            Ok(()) => Ok(()),
        }
    });
    // Not there any more if it was renamed, nor if it could not be made.
    let _ = fs::remove_file(&unfinished);
    named?;
    // A name is durable once its directory is. Where directories cannot be opened they need not be.
    let parent = path.parent().filter(|each| !each.as_os_str().is_empty());
    if let Ok(directory) = File::open(parent.unwrap_or_else(|| Path::new("."))) {
        directory.sync_all().map_err(refuse)?;
    }
    open(path)
}

/// Does it, and explains what went wrong. Some damage makes redb panic.
fn unpanicked<T>(
    path: &Path,
    work: impl FnOnce() -> Result<T, redb::Error>,
) -> Result<T, StoreError> {
    match panic::catch_unwind(AssertUnwindSafe(work)) {
        Ok(done) => done.map_err(|error| explain(path, error)),
        Err(payload) => {
            let text = payload.downcast_ref::<String>().map(String::as_str);
            let text = text.or_else(|| payload.downcast_ref::<&str>().copied());
            let what = format!("redb panicked: {}", text.unwrap_or("it did not say why"));
            Err(StoreError::Damaged { place: place(path), what })
        }
    }
}

fn builder() -> Builder {
    let mut builder = Builder::new();
    builder.set_cache_size(CACHE);
    builder
}

fn place(path: &Path) -> String {
    path.display().to_string()
}

/// What redb's error means for whoever keeps the file.
#[expect(clippy::wildcard_enum_match_arm, reason = "the others are of no concern to an operator")]
fn explain(path: &Path, error: redb::Error) -> StoreError {
    let place = place(path);
    match error {
        redb::Error::Io(error) if error.kind() == io::ErrorKind::InvalidData => {
            StoreError::Foreign { place, what: "it is no redb database at all".to_owned() }
        }
        redb::Error::Corrupted(what) => StoreError::Damaged { place, what },
        redb::Error::DatabaseAlreadyOpen => StoreError::InUse { place },
        redb::Error::Io(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
            StoreError::Damaged { place, what: "its end is missing".to_owned() }
        }
        redb::Error::Io(error) => StoreError::io(place, error),
        error @ redb::Error::TableTypeMismatch { .. } => {
            StoreError::Foreign { place, what: error.to_string() }
        }
        error => StoreError::Other { place, source: Box::new(error) },
    }
}

const TABLE: TableDefinition<'_, &[u8], &[u8]> = TableDefinition::new("peerwarden");

/// What is read is read once, at the start.
const CACHE: usize = 4 << 20;
