//! The state machine of a fleet, without a bucket: what it believes, says and refuses.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails, in its helpers too")]

mod attacks;
mod brakes;
mod operators;
mod own;
mod quorum;
mod rosters;
mod votes;
mod world;
