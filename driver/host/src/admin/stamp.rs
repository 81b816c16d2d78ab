//! Answer with the time at which it was so.

use std::time::SystemTime;

use humantime::format_rfc3339_millis;
use peerwarden_core::Instant;
use serde::Serialize;

use crate::closed::Closed;
use crate::driver::Driver;
use crate::handle::Handle;
use crate::peer::PeerName;

/// An answer, and the time on the node's clock, by which all moments in it are, and on the wall.
#[derive(Serialize)]
pub(super) struct Stamped<T> {
    #[serde(flatten)]
    answer: T,
    now: Instant,
    time: String,
}

impl<T> Stamped<T> {
    pub(super) fn new<P: PeerName, D: Driver<P>>(
        handle: &Handle<P, D>,
        answer: T,
    ) -> Result<Self, Closed> {
        let now = handle.now()?;
        Ok(Self { answer, now, time: time_of_day(handle.wall(now)?) })
    }
}

/// `2026-11-28T01:00:00.000Z`.
pub(super) fn time_of_day(wall: SystemTime) -> String {
    format_rfc3339_millis(wall).to_string()
}
