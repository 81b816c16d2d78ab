//! Commands of the program `peerwarden`, against a running node.
#![cfg(unix)]
#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    clippy::wildcard_enum_match_arm,
    reason = "a test may panic, helpers included"
)]

mod access;
mod admin_settings;
mod bans;
mod changes;
mod check;
mod fake_node;
mod import;
mod lists;
mod node;
#[path = "../node/peer.rs"]
#[expect(dead_code, reason = "the tests of the node use the rest")]
mod peer;
mod policy;
#[path = "../node/process.rs"]
#[expect(dead_code, reason = "the tests of the node use the rest")]
mod process;
mod record;
mod shadow;
mod shell;
mod status;
mod watch;
#[path = "../node/watchdog.rs"]
mod watchdog;
mod web;
mod why;
