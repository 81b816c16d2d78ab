//! Replays of recordings under several policies.
#![expect(
    clippy::unwrap_in_result,
    clippy::unwrap_used,
    reason = "a test may panic, helpers included"
)]

mod comparing;
mod exactness;
mod files;
mod following;
mod node;
