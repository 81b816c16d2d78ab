//! File of the guarded node's bans.

use std::fs;
use std::path::{Path, PathBuf};

use peerwarden_tokio::RedbStore;

use crate::demo::network::BoxError;
use crate::panic_hook;

/// The store in this directory, and where its file is.
pub(crate) fn open(directory: &Path) -> Result<(RedbStore, PathBuf), BoxError> {
    fs::create_dir_all(directory).map_err(|error| {
        let directory = directory.display();
        format!("{directory} cannot be made a directory ({error}): give another one as --data-dir")
    })?;
    let file = directory.join(FILE);
    let store = panic_hook::silenced(|| RedbStore::open(&file))?;
    Ok((store, file))
}

const FILE: &str = "bans.redb";
