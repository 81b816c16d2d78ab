//! Unix socket of the admin API.

use std::fs::{self, DirBuilder, File, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, FileTypeExt, MetadataExt, PermissionsExt};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, flock};

use super::error::AdminError;

/// The socket's file, which is removed when this is dropped, and the lock on its directory.
pub(super) struct Socket {
    path: PathBuf,
    /// Device and number of the file, so that no other one is removed.
    file: Option<(u64, u64)>,
    /// Locked for as long as the socket is served. A process that is killed holds it no longer.
    _directory: File,
}

impl Socket {
    /// Listens at `admin.sock` in `directory`, which is made if there is none. A socket of that name that
    /// nobody serves is replaced.
    pub(super) fn bind(directory: &Path) -> Result<(Self, UnixListener), AdminError> {
        let path = directory.join("admin.sock");
        let unusable = |error| AdminError::unusable(directory.display(), error);
        DirBuilder::new().recursive(true).mode(0o700).create(directory).map_err(unusable)?;
        let locked = File::open(directory).map_err(unusable)?;
        let mode = locked.metadata().map_err(unusable)?.mode() & 0o7777;
        if mode & 0o022 != 0 {
            let path = directory.to_owned();
            return Err(AdminError::OpenToOthers { path, mode, right: 0o700 });
        }
        match flock(&locked, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => {}
            Err(rustix::io::Errno::WOULDBLOCK) => {
                return Err(AdminError::AlreadyRunning { socket: path });
            }
            Err(error) => return Err(unusable(error.into())),
        }
        check_free(&path)?;
        let listener = listen(directory, &path)?;
        let file = fs::symlink_metadata(&path).ok().map(|it| (it.dev(), it.ino()));
        Ok((Self { path, file, _directory: locked }, listener))
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        let there = fs::symlink_metadata(&self.path).ok().map(|it| (it.dev(), it.ino()));
        if there.is_some() && there == self.file {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Fails unless there is nothing of that name, or a socket that nobody serves.
fn check_free(path: &Path) -> Result<(), AdminError> {
    let socket = path.to_owned();
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(AdminError::unusable(path.display(), error)),
        Ok(it) if !it.file_type().is_socket() => Err(AdminError::InTheWay { socket }),
        // Of a node that could not lock the directory.
        Ok(_) => match UnixStream::connect(path) {
            Ok(_) => Err(AdminError::AlreadyRunning { socket }),
            Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => Ok(()),
            Err(error) => Err(AdminError::unusable(path.display(), error)),
        },
    }
}

/// Listens in a directory of its own, which nobody else can enter, and moves the socket to its place once its
/// mode is right: there is no moment at which others could connect.
fn listen(directory: &Path, path: &Path) -> Result<UnixListener, AdminError> {
    let unusable = |error: io::Error| {
        if error.kind() == io::ErrorKind::InvalidInput {
            return AdminError::PathTooLong { socket: path.to_owned() };
        }
        AdminError::unusable(path.display(), error)
    };
    let private = directory.join(format!(".adm{}", std::process::id() % 10_000_000));
    let inner = private.join("s");
    // Left by one that was killed here.
    let _ = fs::remove_file(&inner);
    let _ = fs::remove_dir(&private);
    let made = DirBuilder::new().mode(0o700).create(&private).and_then(|()| {
        let listener = UnixListener::bind(&inner)?;
        fs::set_permissions(&inner, Permissions::from_mode(0o600))?;
        fs::rename(&inner, path)?;
        Ok(listener)
    });
    let _ = fs::remove_file(&inner);
    let _ = fs::remove_dir(&private);
    made.map_err(unusable)
}
