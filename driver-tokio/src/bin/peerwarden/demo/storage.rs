//! File of the guarded node's bans.

use std::fs;
use std::panic;
use std::path::{Path, PathBuf};

use peerwarden_tokio::RedbStore;

use crate::demo::network::BoxError;

/// The store in this directory, and where its file is.
pub(crate) fn open(directory: &Path) -> Result<(RedbStore, PathBuf), BoxError> {
    fs::create_dir_all(directory).map_err(|error| {
        let directory = directory.display();
        format!("{directory} cannot be made a directory ({error}): give another one as --data-dir")
    })?;
    let file = directory.join(FILE);
    // Some damage makes redb panic. The store makes an error of that, which says all there is to say.
    let hook = panic::take_hook();
    panic::set_hook(Box::new(|_| {}));
    let store = RedbStore::open(&file);
    panic::set_hook(hook);
    Ok((store?, file))
}

const FILE: &str = "bans.redb";
