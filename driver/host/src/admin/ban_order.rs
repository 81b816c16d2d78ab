//! Body of a request to ban.

use std::time::{Duration, SystemTime};

use peerwarden_core::BanDuration;
use serde::Deserialize;

use super::moment::parse_moment;
use super::params::wrong;
use super::reply::ApiError;
use crate::note::{Note, NoteError};

/// For how long or until when to ban, why, and by whom.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct BanOrder {
    #[serde(rename = "for")]
    duration: Option<String>,
    until: Option<String>,
    note: Option<String>,
    by: Option<String>,
}

impl BanOrder {
    /// For how long, when the wall clock says `wall`, and no longer than a store can remember; `None` for ever.
    pub(super) fn duration(&self, wall: SystemTime) -> Result<Option<BanDuration>, ApiError> {
        let longest = BanDuration::try_from(LONGEST).ok();
        Ok(self.given(wall)?.map(|given| longest.map_or(given, |longest| given.min(longest))))
    }

    fn given(&self, wall: SystemTime) -> Result<Option<BanDuration>, ApiError> {
        match (&self.duration, &self.until) {
            (Some(duration), None) => duration_of(duration),
            (None, Some(until)) => {
                let expected = "a moment ahead, such as \"2030-01-31T12:00:00Z\"";
                let left = parse_moment(until);
                let left = left.and_then(|end| end.duration_since(wall).ok());
                let left = left.and_then(|left| BanDuration::try_from(left).ok());
                left.map(Some).ok_or_else(|| wrong("until", until, expected))
            }
            (Some(_), Some(_)) => {
                Err(ApiError::bad("until", "for and until are both given: give one of them"))
            }
            (None, None) => Err(ApiError::bad(
                "for",
                "for how long is not said: give for, such as \"24h\" or \"forever\", or until",
            )),
        }
    }

    /// What is to be noted on the ban, if that is said.
    pub(super) fn note(&self) -> Result<Option<Note>, ApiError> {
        let bad = |field| move |error: NoteError| ApiError::bad(field, error.to_string());
        match (&self.note, &self.by) {
            (None, None) => Ok(None),
            (None, Some(_)) => {
                Err(ApiError::bad("by", "by is given without a note: say in note why as well"))
            }
            (Some(why), None) => Note::new(why).map(Some).map_err(bad("note")),
            (Some(why), Some(who)) => {
                let note = Note::new(why).map_err(bad("note"))?;
                note.by(who).map(Some).map_err(bad("by"))
            }
        }
    }
}

/// Reads a duration, or `None` for one that does not end.
fn duration_of(text: &str) -> Result<Option<BanDuration>, ApiError> {
    if text == "forever" {
        return Ok(None);
    }
    let duration = humantime::parse_duration(text).ok();
    let duration = duration.and_then(|it| BanDuration::try_from(it).ok());
    let expected = "a duration above zero, such as \"1h 30m\" or \"7d\", or \"forever\"";
    duration.map(Some).ok_or_else(|| wrong("for", text, expected))
}

/// 292 years, as far as an end is remembered from the moment on at which it is written down.
const LONGEST: Duration = Duration::from_nanos(i64::MAX.unsigned_abs());
