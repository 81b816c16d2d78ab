//! Errors of reading and writing a store.

use std::error::Error;
use std::io;

/// Why a store could not be read or written, where it is, and what to do about it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// What is there does not hold together. It is left as it is.
    #[error(
        "{location} is damaged: {what}; put a copy back, or move it away to start without the bans in \
         it"
    )]
    Damaged {
        /// Where the store is.
        location: String,
        /// What is wrong.
        what: String,
    },
    /// What is there was never a store of this program. It is left as it is.
    #[error(
        "{location} is not a store of peerwarden's: {what}; give another path, or move it away"
    )]
    Foreign {
        /// Where the store should be.
        location: String,
        /// What it is instead.
        what: String,
    },
    /// There is no room left.
    #[error("no room to write {location} ({source}): make some, or raise the limit")]
    Full {
        /// Where the store is.
        location: String,
        /// What the system said.
        source: io::Error,
    },
    /// Somebody has it open.
    #[error(
        "{location} is in use by another process, or opened twice by this one: stop that, or give each \
         node a path of its own"
    )]
    InUse {
        /// Where the store is.
        location: String,
    },
    /// The system refused for another reason.
    #[error("{location} cannot be used: {source}")]
    Io {
        /// Where the store is.
        location: String,
        /// What the system said.
        source: io::Error,
    },
    /// It, or the directory it should be in, is not there.
    #[error(
        "{location} is not there, or its directory is not: create the directory, or give another path"
    )]
    Missing {
        /// Where the store should be.
        location: String,
    },
    /// A later version of this program wrote it. It is left as it is.
    #[error(
        "{location} has format {format}, and this version knows none later than {known}: use the \
         later version again, or move it away to start without the bans in it"
    )]
    Newer {
        /// Where the store is.
        location: String,
        /// The version of its format.
        format: u32,
        /// The latest format there is.
        known: u32,
    },
    /// It cannot be written by this process.
    #[error("{location} cannot be written ({source}): let this user write it and its directory")]
    ReadOnly {
        /// Where the store is.
        location: String,
        /// What the system said.
        source: io::Error,
    },
    /// It was deleted, renamed or replaced while the node was running.
    #[error(
        "{location} was {what} while the node was running: leave it to the node until that has stopped"
    )]
    Moved {
        /// Where the store should be.
        location: String,
        /// What became of it.
        what: String,
    },
    /// The thread that writes it has panicked.
    #[error(
        "the thread that writes {location} has died: bans are enforced, but those from here on will \
         not outlive this node; restart it"
    )]
    Stopped {
        /// Where the store is.
        location: String,
    },
    /// Something that only this kind of store knows.
    #[error("{location}: {source}")]
    Other {
        /// Where the store is.
        location: String,
        /// What went wrong.
        source: Box<dyn Error + Send + Sync>,
    },
}

impl StoreError {
    /// A row could not even be made; nothing that the engine remembers should lead to it.
    pub(super) fn unwritable(location: &str, error: postcard::Error) -> Self {
        Self::Other { location: location.to_owned(), source: Box::new(error) }
    }

    /// What the system said about the store at `location`.
    #[must_use]
    #[expect(clippy::wildcard_enum_match_arm, reason = "there is no end of what a system can say")]
    pub fn io(location: String, source: io::Error) -> Self {
        match source.kind() {
            io::ErrorKind::FileTooLarge
            | io::ErrorKind::QuotaExceeded
            | io::ErrorKind::StorageFull => Self::Full { location, source },
            io::ErrorKind::NotFound => Self::Missing { location },
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                Self::ReadOnly { location, source }
            }
            _ => Self::Io { location, source },
        }
    }
}
