//! Store in one file, a redb database.

mod explain;
mod file;
mod kept_rows;
mod locks;
#[cfg(unix)]
mod moved;
mod overlay;
#[cfg(unix)]
mod tracked;
mod witness;

use std::path::{Path, PathBuf};

use redb::{
    Database, ReadableDatabase, ReadableTable, ReadableTableMetadata, TableDefinition, TableError,
    TableHandle,
};

use super::{Change, Checked, Row, Store, StoreError};
use explain::{location, unpanicked};
use file::{Opened, create, open};
use kept_rows::KeptRows;
use witness::Note;

/// A store in one file of its own, a [redb](https://www.redb.org) database.
///
/// ```no_run
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use std::sync::Arc;
/// use peerwarden_host::{Config, Node, RedbStore, SystemClock};
///
/// let store = RedbStore::open("node/bans.redb")?;
/// let clock = Arc::new(SystemClock::new());
/// let node: Node<String> = Node::restore(Config::default(), clock, store)?;
/// # Ok(())
/// # }
/// ```
///
/// The file is made if it is not there, and appears under its name only once it is whole: a node
/// that is killed at any moment finds what it had, or nothing and starts anew. It holds the IPs of
/// peers, so on Unix it is made for its owner alone to read and write (mode 0600); one that is there
/// keeps the permissions that it has. It is locked while it is open. To copy it, stop the node.
///
/// # Damage
///
/// A file that is damaged is refused, and left as it is. What was durable is never given up in
/// silence, however the node before ended: each write is synced twice, first what is in it and then
/// the one bit that makes it count, so that a file of which anything is missing does not pass for one
/// whose last write was cut off. Beside that bit, in another sector of the file, stands how many
/// writes there were, so that the bit itself can be told to be wrong. What cannot be told is a disk
/// that lost the whole first page of the file (4 kB) as last written and kept all else: such a file
/// is that of one write before.
///
/// # A file that is taken away
///
/// On Unix, a file that is deleted, renamed, replaced, overwritten in place or cut short while the node
/// runs is noticed within a minute, and by each [`Handle::flush`](crate::Handle::flush). All that the
/// node remembers is written to a new file under the old name, with whatever stands there by then
/// renamed (`bans.redb.replaced-..`) unless it is empty. It is an error in
/// [`StoreHealth`](crate::StoreHealth), the metrics and the log. A file in the way that another process
/// has open is left alone, which is an error until it is gone. A node that is killed while it writes
/// an overwritten file anew leaves one that the next start refuses, since it may not hold every ban.
/// What is noticed of a file that was overwritten is its length and its first page: bytes that change
/// further on are found by the next start, which refuses the file.
#[derive(Debug)]
pub struct RedbStore {
    path: PathBuf,
    /// None after an error, until it is opened anew.
    opened: Option<Opened>,
    /// What was noted in it last.
    note: Note,
    /// Which file it is or was.
    #[cfg(unix)]
    identity: moved::Identity,
}

impl RedbStore {
    /// Opens the file at `path`, or makes it. Its directory has to be there.
    ///
    /// A file that was not closed is mended, and all are checked, which takes a second or two if it
    /// holds a million rows; [`Node::restore`](crate::Node::restore) takes several more to
    /// make an engine of those.
    ///
    /// # Errors
    ///
    /// [`StoreError`], and the file is left as it is.
    pub fn open(path: impl Into<PathBuf>) -> Result<Self, StoreError> {
        let path = path.into();
        let refuse = |error| StoreError::io(location(&path), error);
        let there = path.try_exists().map_err(refuse)?;
        let opened = if there { open(&path)? } else { create(&path, &[])?.0 };
        #[cfg(unix)]
        let identity = moved::Identity::of(&opened).map_err(refuse)?;
        Ok(Self {
            // Where the node is by then is of no matter.
            path: std::path::absolute(&path).unwrap_or(path),
            note: opened.note,
            opened: Some(opened),
            #[cfg(unix)]
            identity,
        })
    }

    /// Reads the file at `path` and leaves it as it is: what is returned holds its rows, and forgets what is
    /// written to it. [`Node::restore`](crate::Node::restore) from that is refused exactly when it would be
    /// from the file.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open), and if there is no such file.
    pub fn examine(path: &Path) -> Result<impl Store + use<>, StoreError> {
        let rows = file::inspect(path, read)?.ok_or_else(|| foreign(path))?;
        Ok(KeptRows { location: location(path), rows })
    }

    /// Does it, with the file opened anew if need be. After an error redb refuses all else until
    /// then.
    fn with<T>(
        &mut self,
        work: impl FnOnce(&mut Opened) -> Result<T, redb::Error>,
    ) -> Result<T, StoreError> {
        let mut opened = match self.opened.take() {
            Some(opened) => opened,
            None => open(&self.path)?,
        };
        self.note = opened.note;
        let done = unpanicked(&self.path, || work(&mut opened));
        if done.is_ok() {
            self.opened = Some(opened);
        } else {
            file::close(&self.path, opened);
        }
        done
    }

    /// Notes in the file that there were so many writes, if nothing but this store wrote to it.
    fn note(&mut self, writes: u64) -> Result<(), StoreError> {
        let refuse = |error| StoreError::io(location(&self.path), error);
        let Some(opened) = &mut self.opened else {
            return Ok(());
        };
        #[cfg(unix)]
        if moved::found(&mut opened.file).map_err(refuse)? != Some(opened.note) {
            let what = moved::OVERWRITTEN.to_owned();
            return Err(StoreError::Moved { location: self.location(), what });
        }
        let note = Note { writes, ..opened.note };
        witness::note(&mut opened.file, note).map_err(refuse)?;
        (opened.note, self.note) = (note, note);
        Ok(())
    }
}

impl Store for RedbStore {
    fn location(&self) -> String {
        location(&self.path)
    }

    fn load(&mut self) -> Result<Vec<Row>, StoreError> {
        let rows = self.with(|opened| read(&opened.database))?;
        rows.ok_or_else(|| foreign(&self.path))
    }

    fn write(&mut self, changes: &[Change]) -> Result<(), StoreError> {
        let writes = self.with(|opened| write(&opened.database, changes))?;
        writes.map_or(Ok(()), |writes| self.note(writes))
    }

    #[cfg(unix)]
    fn check(&mut self) -> Result<Checked, StoreError> {
        self.check_file()
    }
}

fn foreign(path: &Path) -> StoreError {
    let what = "it is a redb database with other tables".to_owned();
    StoreError::Foreign { location: location(path), what }
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

/// Makes the changes. How many writes there were with this one; `None` if nothing was to be changed.
fn write(database: &Database, changes: &[Change]) -> Result<Option<u64>, redb::Error> {
    let mut transaction = database.begin_write()?;
    // In one phase, what is damaged passes for a write that was cut off by the end of the process,
    // and what was before it is taken instead.
    transaction.set_two_phase_commit(true);
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
    if !changed {
        transaction.abort()?;
        return Ok(None);
    }
    let mut table = transaction.open_table(WRITES)?;
    let before = table.get(())?.map_or(0, |writes| writes.value());
    let writes = before.saturating_add(1);
    table.insert((), writes)?;
    drop(table);
    transaction.commit()?;
    Ok(Some(writes))
}

/// How many writes there were, as far as the database knows.
fn writes(database: &Database) -> Result<u64, redb::Error> {
    match database.begin_read()?.open_table(WRITES) {
        Ok(table) => Ok(table.get(())?.map_or(0, |writes| writes.value())),
        Err(TableError::TableDoesNotExist(_)) => Ok(0),
        Err(error) => Err(error.into()),
    }
}

const TABLE: TableDefinition<'_, &[u8], &[u8]> = TableDefinition::new("peerwarden");
const WRITES: TableDefinition<'_, (), u64> = TableDefinition::new("peerwarden-writes");
