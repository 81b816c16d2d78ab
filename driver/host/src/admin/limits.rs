//! Bounds of the admin API.

use std::time::Duration;

/// Timeouts and sizes that hold for every client.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// How long the head of a request may take, from when the connection is ready for it.
    pub(super) header_timeout: Duration,
    /// How long the body of a request may take.
    pub(super) body_timeout: Duration,
    /// For how long a client may read nothing while an answer waits.
    pub(super) write_timeout: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            header_timeout: Duration::from_secs(5),
            body_timeout: Duration::from_secs(10),
            write_timeout: Duration::from_secs(60),
        }
    }
}

/// How many connections there may be.
pub(super) const CONNECTIONS: usize = 32;

/// How many of them may be event streams.
pub(super) const STREAMS: usize = 8;

/// The most that the head of a request may have, in bytes.
pub(super) const HEAD: usize = 16 * 1024;

/// The most that the body of a request may have, in bytes.
pub(super) const BODY: usize = 64 * 1024;

/// The most that a list in the body of a request may have, in bytes.
pub(super) const LIST: usize = 64 * 1024 * 1024;

/// How many lists may be read or written at once, each on a thread of its own.
pub(super) const LISTS: usize = 2;

/// How many requests about shadow policies may be answered at once, each on a thread of its own.
pub(super) const SHADOWS: usize = 4;

/// How often an event stream says that it is alive while nothing happens.
pub(super) const KEEP_ALIVE: Duration = Duration::from_secs(15);
