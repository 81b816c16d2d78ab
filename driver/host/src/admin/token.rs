//! Token that requests on TCP have to give.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;

use subtle::ConstantTimeEq;

use super::error::AdminError;
use super::hex;

/// 32 random bytes, as 64 hexadecimal digits.
#[derive(Clone)]
pub(super) struct Token(Box<[u8]>);

impl Token {
    /// Reads the token in `path`, or makes one if there is no such file.
    pub(super) fn read_or_create(path: &Path) -> Result<Self, AdminError> {
        match File::open(path) {
            Ok(file) => Self::read(file, path),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Self::create(path),
            Err(error) => Err(AdminError::unusable(path.display(), error)),
        }
    }

    /// Says what is wrong with the token in `path`, if there is such a file.
    pub(super) fn check(path: &Path) -> Result<(), AdminError> {
        match File::open(path) {
            Ok(file) => Self::read(file, path).map(drop),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(AdminError::unusable(path.display(), error)),
        }
    }

    fn read(file: File, path: &Path) -> Result<Self, AdminError> {
        let unusable = |error| AdminError::unusable(path.display(), error);
        let mode = file.metadata().map_err(unusable)?.mode() & 0o7777;
        if mode & 0o077 != 0 {
            return Err(AdminError::OpenToOthers { path: path.to_owned(), mode, right: 0o600 });
        }
        let mut text = String::new();
        let read = file.take(LONGEST).read_to_string(&mut text);
        let text = read.map(|_| text.trim_end());
        match text {
            Ok(text) if hex::decode(text).is_some_and(|bytes| bytes.len() == BYTES) => {
                Ok(Self(text.to_ascii_lowercase().into_bytes().into()))
            }
            Ok(_) => Err(AdminError::BadToken { path: path.to_owned() }),
            Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                Err(AdminError::BadToken { path: path.to_owned() })
            }
            Err(error) => Err(unusable(error)),
        }
    }

    /// The name appears with the whole token in it, or not at all.
    fn create(path: &Path) -> Result<Self, AdminError> {
        let unusable = |error| AdminError::unusable(path.display(), error);
        let mut bytes = [0; BYTES];
        getrandom::fill(&mut bytes).map_err(|error| AdminError::Io(error.into()))?;
        let text = hex::encode(&bytes);
        let mut temporary = path.as_os_str().to_owned();
        temporary.push(format!(".{}", std::process::id()));
        let written = (|| {
            let mut options = OpenOptions::new();
            let mut file = options.write(true).create_new(true).mode(0o600).open(&temporary)?;
            file.write_all(format!("{text}\n").as_bytes())?;
            file.sync_all()?;
            fs::rename(&temporary, path)
        })();
        if let Err(error) = written {
            let _ = fs::remove_file(&temporary);
            return Err(unusable(error));
        }
        Ok(Self(text.into_bytes().into()))
    }

    /// Returns whether the value of an `Authorization` header gives this token. Takes as long for any wrong
    /// token of the right length.
    pub(super) fn is_given_by(&self, header: &[u8]) -> bool {
        let given = header.split_at_checked(SCHEME.len());
        given.is_some_and(|(scheme, token)| {
            scheme.eq_ignore_ascii_case(SCHEME) && bool::from(self.0.ct_eq(token.trim_ascii()))
        })
    }
}

const BYTES: usize = 32;
const LONGEST: u64 = 1024;
const SCHEME: &[u8] = b"Bearer ";
