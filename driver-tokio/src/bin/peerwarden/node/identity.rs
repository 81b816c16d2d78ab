//! Key by which other peers know the node.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use libp2p::identity::Keypair;

use crate::bounded_file::{self, Unreadable};
use crate::data_dir::private;

/// The reason why there is no key.
#[derive(Debug, thiserror::Error)]
pub(crate) enum IdentityError {
    /// The file cannot be read.
    #[error("the identity in {} cannot be read ({error}): let this user read it", path.display())]
    Read { path: PathBuf, error: io::Error },
    /// The file cannot be written.
    #[error(
        "a new identity cannot be written to {} ({error}): give a directory that this user may write",
        path.display()
    )]
    Write { path: PathBuf, error: io::Error },
    /// The file holds something else.
    #[error(
        "{} holds no key of libp2p: put the right file there, or move it away for a new identity",
        path.display()
    )]
    NoKey { path: PathBuf },
    /// Others may read the key.
    #[error(
        "{} can be read by other users (mode {mode:04o}), who could then pose as this node: chmod 600 it",
        path.display()
    )]
    Open { path: PathBuf, mode: u32 },
}

/// Reads the key in the file, in the form that libp2p's tools share; if there is no file, makes a key
/// and writes it there.
pub(crate) fn read_or_make(path: &Path) -> Result<Keypair, IdentityError> {
    read(path)?.map_or_else(|| make(path), Ok)
}

/// Reads the key in the file; `None` if there is no file.
pub(crate) fn read(path: &Path) -> Result<Option<Keypair>, IdentityError> {
    let no_key = || IdentityError::NoKey { path: path.to_owned() };
    match bounded_file::bytes(path, LONGEST) {
        Ok(bytes) => {
            check_mode(path)?;
            Keypair::from_protobuf_encoding(&bytes).map(Some).map_err(|_| no_key())
        }
        Err(Unreadable::Io(error)) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(Unreadable::Io(error)) => Err(IdentityError::Read { path: path.to_owned(), error }),
        Err(Unreadable::NotText | Unreadable::TooLong(_)) => Err(no_key()),
    }
}

/// Writes a new key. Whole or not at all: a file cut short would be no key at the next start.
fn make(path: &Path) -> Result<Keypair, IdentityError> {
    let key = Keypair::generate_ed25519();
    let bytes =
        key.to_protobuf_encoding().map_err(|_| IdentityError::NoKey { path: path.to_owned() })?;
    let part = path.with_extension("new");
    let write = || {
        let mut options = OpenOptions::new();
        let mut file = private(options.write(true).create(true).truncate(true)).open(&part)?;
        file.write_all(&bytes)?;
        file.sync_all()?;
        fs::rename(&part, path)
    };
    write().map_err(|error| IdentityError::Write { path: path.to_owned(), error })?;
    Ok(key)
}

#[cfg(unix)]
fn check_mode(path: &Path) -> Result<(), IdentityError> {
    use std::os::unix::fs::PermissionsExt;

    let metadata =
        fs::metadata(path).map_err(|error| IdentityError::Read { path: path.to_owned(), error })?;
    let mode = metadata.permissions().mode() & 0o777;
    if mode & 0o077 == 0 {
        Ok(())
    } else {
        Err(IdentityError::Open { path: path.to_owned(), mode })
    }
}

#[cfg(not(unix))]
fn check_mode(_: &Path) -> Result<(), IdentityError> {
    Ok(())
}

/// More than any key has, in bytes.
const LONGEST: usize = 64 << 10;
