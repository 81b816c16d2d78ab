//! Nodes of a fleet on a bucket in memory, whose time and faults the tests own.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails, in its helpers too")]

mod brakes;
mod faults;
mod incidents;
mod log;
#[cfg(feature = "metrics")]
mod metrics;
mod net;
mod operators;
mod restart;
mod seen;
mod sharing;
