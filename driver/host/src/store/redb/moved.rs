//! Detection of a file that was deleted, renamed, replaced or overwritten while it is open.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::{Path, PathBuf};

use super::explain::{location, unpanicked};
use super::file::{self, Opened, create, number, open};
use super::witness::{self, Note};
use super::{RedbStore, read};
use crate::store::{Change, Checked, Row, StoreError};

/// Which file it is, whatever its name.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Identity {
    device: u64,
    inode: u64,
}

impl Identity {
    pub(super) fn of(opened: &Opened) -> io::Result<Self> {
        opened.file.metadata().map(|metadata| Self::from(&metadata))
    }

    /// The one under this name, and how long it is; `None` if there is none.
    fn at(path: &Path) -> io::Result<Option<(Self, u64)>> {
        match fs::metadata(path) {
            Ok(metadata) => Ok(Some((Self::from(&metadata), metadata.len()))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }
}

impl From<&fs::Metadata> for Identity {
    fn from(metadata: &fs::Metadata) -> Self {
        Self { device: metadata.dev(), inode: metadata.ino() }
    }
}

impl RedbStore {
    /// Looks whether the file under the name is still the one that was opened, with nothing written to
    /// it but by this store. If another file is there, writes all that was in the old one to a new
    /// file. If the old one was written to, there is nothing left to read, and the new one is empty.
    pub(super) fn check_file(&mut self) -> Result<Checked, StoreError> {
        let refuse = |error| StoreError::io(location(&self.path), error);
        let there = Identity::at(&self.path).map_err(refuse)?;
        if let Some((identity, length)) = there
            && identity == self.identity
        {
            let how = match &mut self.opened {
                Some(opened) => opened.overwritten(length).map_err(refuse)?,
                None => self.open_again()?,
            };
            return how.map_or(Ok(Checked::Whole), |how| self.start_anew(how, length));
        }
        // The old file can be read for as long as it is open, whatever became of its name.
        let rows = self
            .opened
            .as_ref()
            .and_then(|opened| unpanicked(&self.path, || read(&opened.database)).ok().flatten());
        let aside = set_aside(&self.path)?;
        let is_whole = rows.is_some();
        let changes: Vec<_> = rows.unwrap_or_default().into_iter().map(change).collect();
        let (opened, is_mine) = create(&self.path, &changes)?;
        let opened_note = opened.note;
        if !is_mine {
            // Another process was faster: that one is replaced in its turn, if it may be.
            return Err(StoreError::InUse { location: location(&self.path) });
        }
        self.identity =
            Identity::of(&opened).map_err(|error| StoreError::io(location(&self.path), error))?;
        if let Some(old) = self.opened.replace(opened) {
            file::close(&self.path, old);
        }
        let what = match aside {
            Some(aside) => format!("replaced by another file, which is {} now,", aside.display()),
            None => "deleted or renamed".to_owned(),
        };
        self.note = opened_note;
        let error = StoreError::Moved { location: location(&self.path), what };
        Ok(if is_whole { Checked::Mended(error) } else { Checked::Anew(error) })
    }

    /// Opens the file after an error. What became of it if it is not as it was left, give or take the
    /// write that failed.
    fn open_again(&mut self) -> Result<Option<&'static str>, StoreError> {
        let refuse = |error| StoreError::io(location(&self.path), error);
        let left = self.note;
        let may_be = [left.writes, left.writes.saturating_add(1)];
        let noted = found(&mut File::open(&self.path).map_err(refuse)?).map_err(refuse)?;
        if noted.is_none_or(|it| it.session != left.session || !may_be.contains(&it.writes)) {
            return Ok(Some(OVERWRITTEN));
        }
        match open(&self.path) {
            Ok(opened) if may_be.contains(&opened.note.writes) => {
                self.note = opened.note;
                self.opened = Some(opened);
                Ok(None)
            }
            Ok(_) => Ok(Some(OVERWRITTEN)),
            Err(StoreError::Damaged { .. } | StoreError::Foreign { .. }) => Ok(Some("damaged")),
            Err(error) => Err(error),
        }
    }

    /// Puts a new file in the place of one that another process wrote to, and leaves what that wrote
    /// under another name.
    fn start_anew(&mut self, how: &str, length: u64) -> Result<Checked, StoreError> {
        match &self.opened {
            // It would write to the file once more when it is closed.
            Some(opened) => opened.track.let_go(),
            None => file::refuse_if_in_use(&self.path)?,
        }
        let aside = (length > 0).then(|| name_aside(&self.path));
        let replaced = file::replace(&self.path, aside.as_deref());
        if let Some(old) = self.opened.take() {
            file::close(&self.path, old);
        }
        replaced?;
        let opened = open(&self.path)?;
        self.identity =
            Identity::of(&opened).map_err(|error| StoreError::io(location(&self.path), error))?;
        self.note = opened.note;
        self.opened = Some(opened);
        let what = match aside {
            Some(aside) => format!("{how} (what was left is in {})", aside.display()),
            None => how.to_owned(),
        };
        Ok(Checked::Anew(StoreError::Moved { location: location(&self.path), what }))
    }
}

impl Opened {
    /// What another process did to the file, which is so long by now; `None` if nothing that can be told.
    ///
    /// Read through the descriptor that is open, of which the caller knows that it is the file under the
    /// name: a node that has no descriptor left to open another one still writes its bans.
    pub(super) fn overwritten(&mut self, length: u64) -> io::Result<Option<&'static str>> {
        let expected = self.track.length();
        if length < expected {
            return Ok(Some(if length == 0 { "emptied" } else { "cut short" }));
        }
        if length > expected {
            return Ok(Some("made longer"));
        }
        Ok((found(&mut self.file)? != Some(self.note)).then_some(OVERWRITTEN))
    }
}

/// The note in a file that is a database; `None` if there is none, or no database.
pub(super) fn found(file: &mut File) -> io::Result<Option<Note>> {
    let mut magic = [0; REDB.len()];
    let read = file.read_exact_at(&mut magic, 0).and_then(|()| witness::read(file));
    match read {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(None),
        read => Ok(read?.filter(|_| &magic == REDB)),
    }
}

/// Gives what stands under this name another one, which is returned.
fn set_aside(path: &Path) -> Result<Option<PathBuf>, StoreError> {
    let refuse = |error| StoreError::io(location(path), error);
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(refuse(error)),
        Ok(_) => {}
    }
    file::refuse_if_in_use(path)?;
    let aside = name_aside(path);
    fs::rename(path, &aside).map_err(refuse)?;
    Ok(Some(aside))
}

/// A name for a file that is in the way.
fn name_aside(path: &Path) -> PathBuf {
    let mut aside = path.as_os_str().to_owned();
    aside.push(format!(".replaced-{:016x}", number()));
    PathBuf::from(aside)
}

fn change(row: Row) -> Change {
    Change { key: row.key, value: Some(row.value) }
}

pub(super) const OVERWRITTEN: &str = "overwritten";

/// How each file of redb's begins.
const REDB: &[u8; 9] = b"redb\x1A\x0A\xA9\x0D\x0A";
