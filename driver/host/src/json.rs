//! Serialization of answers: peers by name, points, seconds and errors.

use std::fmt::Display;
use std::time::Duration;
#[cfg(feature = "lists")]
use std::time::{SystemTime, UNIX_EPOCH};

use peerwarden_core::Points;
use serde::Serializer;

/// Writes the name of a peer as it is printed, if it is known.
pub(crate) fn name<P: Display, S: Serializer>(
    peer: &Option<P>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    text(peer, serializer)
}

/// Writes something as it is printed: names of peers are what requests name them by.
pub(crate) fn displayed<T: Display, S: Serializer>(
    text: &T,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_str(text)
}

/// Writes points as a number of them.
pub(crate) fn points<S: Serializer>(points: &Points, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(points.as_f64())
}

/// Writes a duration in seconds.
pub(crate) fn seconds<S: Serializer>(time: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(time.as_secs_f64())
}

/// Writes something as it is printed, if there is something.
pub(crate) fn text<T: Display, S: Serializer>(
    text: &Option<T>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match text {
        Some(text) => serializer.serialize_some(&format_args!("{text}")),
        None => serializer.serialize_none(),
    }
}

/// Writes a moment of the wall clock as RFC 3339 has it, if there is one before the year 10000.
#[cfg(feature = "lists")]
pub(crate) fn moment<S: Serializer>(
    moment: &Option<SystemTime>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let last = UNIX_EPOCH + crate::lists::LAST_DAY;
    let moment = moment.filter(|moment| (UNIX_EPOCH..last).contains(moment));
    text(&moment.map(humantime::format_rfc3339_millis), serializer)
}
