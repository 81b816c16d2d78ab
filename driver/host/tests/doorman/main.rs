//! Tests of the doorman, on a clock moved by hand, with threads and in real time.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on fails, in its helpers too"
)]

mod closing;
mod farewell;
mod gates;
mod leaving;
mod node;
#[path = "../common/peer.rs"]
mod peer;
mod random;
#[cfg(all(feature = "metrics", feature = "redb", feature = "toml"))]
mod restart;
mod slices;
mod tasks;
mod threads;

use peerwarden_host::{Host, KnownPeer};
