//! Replays of recordings under several policies.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test may panic, helpers included"
)]

mod comparing;
mod exactness;
mod files;
mod following;
mod node;
