//! The transport by itself, over real sockets.

#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on fails, in its helpers too"
)]
#![expect(clippy::wildcard_enum_match_arm, reason = "tests wait for one event among several")]

#[cfg(unix)]
mod child;
mod connecting;
#[cfg(target_os = "linux")]
mod interfaces;
mod listening;
mod node;
mod options;
mod ports;
#[cfg(unix)]
mod trouble;
