//! Nodes of a fleet on a real NATS server on loopback. Without one the tests say that they are SKIPPED.

#![cfg(all(unix, feature = "init", feature = "nats"))]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails, in its helpers too")]

mod errors;
mod files;
mod fleet;
mod outages;
mod server;
mod sharing;
mod tool;
