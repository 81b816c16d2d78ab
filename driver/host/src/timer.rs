//! Timer of a runtime: a clock and sleeps.

use std::future::Future;
use std::time::{SystemTime, UNIX_EPOCH};

use peerwarden_core::Instant;

/// What `wall` says, counted from the Unix epoch; the origin if that is still ahead.
///
/// For a [`Timer`] to count from: `since_unix_epoch(SystemTime::now())` once, when it is made, and
/// from there on by a clock that never goes back. The last moment there is lies in the year 2554.
#[must_use]
pub fn since_unix_epoch(wall: SystemTime) -> Instant {
    Instant::ORIGIN.saturating_add(wall.duration_since(UNIX_EPOCH).unwrap_or_default())
}

/// A clock and a way to wait for it.
///
/// The clock is read from any thread, on the runtime and off it; a sleep is only ever made where
/// the driver is polled, so that a [`Node`](crate::Node) can be made outside a runtime.
///
/// Neither is called under a lock. A sleep that ends up to a second early is taken at its word;
/// one that ends earlier than that is made again.
pub trait Timer: Send + Sync + 'static {
    /// A wait, ready once.
    type Sleep: Future<Output = ()> + Send + Unpin + 'static;

    /// What time it is. Never goes back.
    ///
    /// Best counted [from the Unix epoch](since_unix_epoch) by what the wall clock said at the
    /// start: what a [`Store`](crate::Store) remembers from before the origin is taken to be from
    /// the origin, and offences would be forgiven later than they should be.
    fn now(&self) -> Instant;

    /// What time it is on the wall. May jump.
    ///
    /// Only a [`Store`](crate::Store) asks for it, to know for how long the node was down.
    fn wall_clock(&self) -> SystemTime {
        SystemTime::now()
    }

    /// A wait that is ready when the clock reaches `deadline`, and at once if it has.
    fn sleep_until(&self, deadline: Instant) -> Self::Sleep;
}
