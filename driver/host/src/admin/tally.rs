//! Counts of the admin API's connections.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// What the thread of the API counts, and metrics read.
#[derive(Debug, Default)]
pub(crate) struct AdminTally {
    open: AtomicU64,
    busy: AtomicU64,
    denied: AtomicU64,
}

/// Counts of the admin API: what [`Tallies`](crate::Tallies) has of it.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct AdminTallies {
    /// Connections that are open.
    pub connections: u64,
    /// Connections that were turned away because as many as are served were open.
    pub busy: u64,
    /// Requests that were refused for their token or host.
    pub denied: u64,
}

/// A connection that is open until this is dropped.
#[derive(Debug)]
pub(super) struct OpenConnection(Arc<AdminTally>);

impl AdminTally {
    /// Counts a connection in, and out once what is returned is dropped.
    pub(super) fn open(self: &Arc<Self>) -> OpenConnection {
        self.open.fetch_add(1, Ordering::Relaxed);
        OpenConnection(Arc::clone(self))
    }

    /// Counts a connection that was turned away.
    pub(super) fn turn_away(&self) {
        self.busy.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts a request that was refused for its token or host.
    pub(super) fn deny(&self) {
        self.denied.fetch_add(1, Ordering::Relaxed);
    }

    /// Returns the counts.
    pub(crate) fn read(&self) -> AdminTallies {
        AdminTallies {
            connections: self.open.load(Ordering::Relaxed),
            busy: self.busy.load(Ordering::Relaxed),
            denied: self.denied.load(Ordering::Relaxed),
        }
    }
}

impl Drop for OpenConnection {
    fn drop(&mut self) {
        self.0.open.fetch_sub(1, Ordering::Relaxed);
    }
}
