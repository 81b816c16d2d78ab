//! Options of a link over NATS.

use std::path::PathBuf;
use std::time::Duration;

use crate::name::FleetName;

/// Where the bucket is, and how to get in.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct NatsOptions {
    /// The name of the fleet, and so of the bucket.
    pub fleet: FleetName,
    /// Addresses of the servers: `tls://nats.example:4222`.
    pub servers: Vec<String>,
    /// What the names of inboxes begin with, for the server's permissions: `_INBOX_n7`.
    pub inbox: String,
    /// The file with the seed of the node's nkey, for the owner alone to read.
    pub nkey_file: Option<PathBuf>,
    /// The file with the certificates that the server's has to be signed by; without it, those of the system.
    pub ca_file: Option<PathBuf>,
    /// The file with this node's own certificate, and the one with its key.
    pub client_cert: Option<(PathBuf, PathBuf)>,
    /// For how long a snapshot that is read again is put off, at most, so that not all nodes of a fleet read
    /// everything at once: 60 s.
    pub snapshot_spread: Duration,
    /// How long there may be no answer: 5 s.
    pub timeout: Duration,
    /// For how long the bucket keeps an entry, if this node makes it; `None` for as long as it is not deleted.
    pub max_age: Option<Duration>,
    /// How many servers keep the bucket, if this node makes it: 1, 3 or 5.
    pub replicas: usize,
}

impl NatsOptions {
    /// How many bytes a bucket has room for: 256 MiB.
    pub const MAX_BYTES: u64 = 256 << 20;

    /// For how long a bucket keeps entries by default: a day longer than a statement can last.
    pub const MAX_AGE: Duration = Duration::from_secs(8 * 86_400);

    /// Returns options for a fleet whose bucket is on these servers.
    #[must_use]
    pub fn new(fleet: FleetName, servers: Vec<String>) -> Self {
        Self {
            inbox: format!("_INBOX_{fleet}"),
            fleet,
            servers,
            nkey_file: None,
            ca_file: None,
            client_cert: None,
            snapshot_spread: Duration::from_secs(60),
            timeout: Duration::from_secs(5),
            max_age: Some(Self::MAX_AGE),
            replicas: 1,
        }
    }
}
