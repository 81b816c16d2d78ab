//! Files of a new fleet: none that is there already is written over.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use super::InitError;

/// The directory of a new fleet.
pub(super) struct Files {
    root: PathBuf,
}

impl Files {
    pub(super) fn new(root: &Path) -> Result<Self, InitError> {
        let failed = |error| InitError::Io { path: root.to_owned(), error };
        fs::create_dir_all(root).map_err(failed)?;
        if fs::read_dir(root).map_err(failed)?.next().is_some() {
            return Err(InitError::Exists { path: root.to_owned() });
        }
        // The server's configuration names files, and the server may be started elsewhere.
        Ok(Self { root: fs::canonicalize(root).map_err(failed)? })
    }

    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// Makes a directory that its owner alone can enter.
    pub(super) fn directory(&self, name: &str) -> Result<PathBuf, InitError> {
        let path = self.root.join(name);
        let mut builder = fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&path).map_err(|error| failed(&path, error))?;
        Ok(path)
    }

    pub(super) fn write(&self, name: &str, text: &str) -> Result<PathBuf, InitError> {
        self.create(name, text, 0o644)
    }

    /// Writes a file that its owner alone can read.
    pub(super) fn write_secret(&self, name: &str, text: &str) -> Result<PathBuf, InitError> {
        self.create(name, text, 0o600)
    }

    #[cfg_attr(not(unix), expect(unused_variables, reason = "there are no modes"))]
    fn create(&self, name: &str, text: &str, mode: u32) -> Result<PathBuf, InitError> {
        let path = self.root.join(name);
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, mode);
        let file = options.open(&path);
        let written = file.and_then(|mut file| file.write_all(text.as_bytes()));
        written.map_err(|error| failed(&path, error))?;
        Ok(path)
    }
}

fn failed(path: &Path, error: std::io::Error) -> InitError {
    let path = path.to_owned();
    if error.kind() == ErrorKind::AlreadyExists {
        InitError::Exists { path }
    } else {
        InitError::Io { path, error }
    }
}
