//! Detection of a file that was deleted, renamed or replaced while it is open.

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use super::explain::{location, unpanicked};
use super::file::{self, Opened, create, number};
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

    /// The one under this name; `None` if there is none.
    fn at(path: &Path) -> io::Result<Option<Self>> {
        match fs::metadata(path) {
            Ok(metadata) => Ok(Some(Self::from(&metadata))),
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
    /// Looks whether the file under the name is still the one that was opened. If not, writes all
    /// that was in that one to a new file.
    pub(super) fn check_identity(&mut self) -> Result<Checked, StoreError> {
        let refuse = |error| StoreError::io(location(&self.path), error);
        let there = Identity::at(&self.path).map_err(refuse)?;
        if there == Some(self.identity) {
            return Ok(Checked::Whole);
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
        let error = StoreError::Moved { location: location(&self.path), what };
        Ok(if is_whole { Checked::Mended(error) } else { Checked::Anew(error) })
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
    let mut aside = path.as_os_str().to_owned();
    aside.push(format!(".replaced-{:016x}", number()));
    let aside = PathBuf::from(aside);
    fs::rename(path, &aside).map_err(refuse)?;
    Ok(Some(aside))
}

fn change(row: Row) -> Change {
    Change { key: row.key, value: Some(row.value) }
}
