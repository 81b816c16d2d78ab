//! Bans that refuse something, as sentences.

use super::answers::{Reason, lists};
use super::clock::Clock;
use super::text::plain;

/// `203.0.113.0/24 is banned by operator forever: "scanner" (ana)`. A ban of the peer itself begins with
/// `itself` instead.
pub(crate) fn sentence(reason: &Reason, itself: &str, clock: &Clock) -> String {
    let which = match &reason.network {
        Some(network) => format!("{} is", plain(network)),
        None => itself.to_owned(),
    };
    let note = reason.note.as_ref().map_or_else(String::new, |note| format!(": {note}"));
    let lists = match lists(&reason.lists) {
        none if none.is_empty() => none,
        some => format!(", by {some}"),
    };
    format!("{which} banned by {} {}{lists}{note}", plain(&reason.cause), clock.until(reason.until))
}
