//! Errors and panics of redb, in terms of the store.

use std::io;
use std::panic::{self, AssertUnwindSafe};
use std::path::Path;

use crate::store::StoreError;

/// Does it, and explains what went wrong. Some damage makes redb panic.
pub(super) fn unpanicked<T>(
    path: &Path,
    work: impl FnOnce() -> Result<T, redb::Error>,
) -> Result<T, StoreError> {
    match panic::catch_unwind(AssertUnwindSafe(work)) {
        Ok(done) => done.map_err(|error| explain(path, error)),
        Err(payload) => {
            let text = payload.downcast_ref::<String>().map(String::as_str);
            let text = text.or_else(|| payload.downcast_ref::<&str>().copied());
            let what = format!("redb panicked: {}", text.unwrap_or("it did not say why"));
            Err(StoreError::Damaged { location: location(path), what })
        }
    }
}

pub(super) fn location(path: &Path) -> String {
    path.display().to_string()
}

/// What redb's error means for whoever keeps the file.
#[expect(clippy::wildcard_enum_match_arm, reason = "the others are of no concern to an operator")]
fn explain(path: &Path, error: redb::Error) -> StoreError {
    let location = location(path);
    match error {
        redb::Error::Io(error) if error.kind() == io::ErrorKind::InvalidData => {
            StoreError::Foreign { location, what: "it is no redb database at all".to_owned() }
        }
        redb::Error::Corrupted(what) => StoreError::Damaged { location, what },
        redb::Error::UpgradeRequired(version) => StoreError::Damaged {
            location,
            what: format!("it claims version {version} of redb's format, as no store ever did"),
        },
        redb::Error::DatabaseAlreadyOpen => StoreError::InUse { location },
        redb::Error::Io(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
            StoreError::Damaged { location, what: "its end is missing".to_owned() }
        }
        redb::Error::Io(error) => StoreError::io(location, error),
        error @ redb::Error::TableTypeMismatch { .. } => {
            StoreError::Foreign { location, what: error.to_string() }
        }
        error => StoreError::Other { location, source: Box::new(error) },
    }
}
