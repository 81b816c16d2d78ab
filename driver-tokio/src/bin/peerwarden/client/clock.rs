//! Moments of an answer, as times of day and as times from now.

use std::time::{Duration, SystemTime};

use humantime::format_rfc3339_seconds;
use serde::Deserialize;

/// The time at which an answer was given.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Clock {
    /// On the node's clock, in seconds, by which all other moments in the answer are.
    now: f64,
    /// On the wall, as in RFC 3339.
    time: String,
}

/// When something ends.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq)]
#[serde(from = "RawEnd")]
pub(crate) struct End(pub(crate) Option<f64>);

#[derive(Deserialize)]
#[serde(untagged)]
enum RawEnd {
    At(f64),
    Forever(#[expect(dead_code, reason = "there is one such word")] String),
}

impl From<RawEnd> for End {
    fn from(end: RawEnd) -> Self {
        match end {
            RawEnd::At(moment) => Self(Some(moment)),
            RawEnd::Forever(_) => Self(None),
        }
    }
}

impl Clock {
    /// `2026-11-28T01:00:00Z`.
    pub(crate) fn time_of_day(&self, moment: f64) -> String {
        let now = humantime::parse_rfc3339_weak(&self.time).unwrap_or(SystemTime::UNIX_EPOCH);
        let apart = Duration::try_from_secs_f64((moment - self.now).abs()).unwrap_or(Duration::MAX);
        let time = if moment < self.now { now.checked_sub(apart) } else { now.checked_add(apart) };
        // Moments come with rounding errors, which the full second before would double.
        let time = time.and_then(|time| time.checked_add(Duration::from_millis(500)));
        let time = time.filter(|time| *time < latest());
        time.map_or_else(
            || "a time too far off".to_owned(),
            |time| format_rfc3339_seconds(time).to_string(),
        )
    }

    /// `13m ago`, in one unit.
    pub(crate) fn ago(&self, moment: f64) -> String {
        let seconds = whole_seconds(self.now - moment, f64::floor);
        format!("{} ago", parts(seconds).first().cloned().unwrap_or_else(|| "0s".to_owned()))
    }

    /// `1m 27s`, in two units and never too short, or `forever`.
    pub(crate) fn left(&self, end: End) -> String {
        end.0.map_or_else(
            || "forever".to_owned(),
            |end| short(whole_seconds(end - self.now, f64::ceil)),
        )
    }

    /// `until 2026-11-28T01:00:00Z (1m 27s left)`, or `forever`.
    pub(crate) fn until(&self, end: End) -> String {
        match end.0 {
            Some(moment) => format!("until {} ({} left)", self.time_of_day(moment), self.left(end)),
            None => "forever".to_owned(),
        }
    }
}

/// The largest two units of a duration.
pub(crate) fn short(seconds: u64) -> String {
    let mut parts = parts(seconds);
    parts.truncate(2);
    if parts.is_empty() { "0s".to_owned() } else { parts.join(" ") }
}

/// Units of a duration from the largest on, those that are zero left out.
fn parts(seconds: u64) -> Vec<String> {
    let units = [(86_400, "d"), (3_600, "h"), (60, "m"), (1, "s")];
    let mut rest = seconds;
    let mut parts = Vec::new();
    for (size, unit) in units {
        let count = rest / size;
        rest %= size;
        if count > 0 {
            parts.push(format!("{count}{unit}"));
        } else if !parts.is_empty() {
            // What comes after a zero is too fine to be the second unit.
            break;
        }
    }
    parts
}

fn whole_seconds(seconds: f64, round: fn(f64) -> f64) -> u64 {
    // Of many bans made together, some ends lie a rounding error behind a full second.
    let seconds = round((seconds * 1_000.0).round() / 1_000.0).max(0.0);
    Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX).as_secs()
}

/// What can be written in four digits for the year.
fn latest() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(253_402_300_800)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clock() -> Clock {
        Clock { now: 1_000.0, time: "2026-11-28T01:00:00.250Z".to_owned() }
    }

    #[test]
    fn moments_are_told_by_the_time_of_the_answer() {
        assert_eq!(clock().time_of_day(1_060.0), "2026-11-28T01:01:00Z");
        assert_eq!(clock().time_of_day(999.999_9), "2026-11-28T01:00:00Z");
        assert_eq!(clock().time_of_day(1e30), "a time too far off");
    }

    #[test]
    fn what_is_left_is_never_too_short_and_what_is_past_never_too_long() {
        assert_eq!(clock().left(End(Some(1_086.2))), "1m 27s");
        assert_eq!(clock().left(End(Some(87_400.0))), "1d");
        assert_eq!(clock().left(End(Some(87_401.0))), "1d");
        assert_eq!(clock().left(End(Some(900.0))), "0s");
        assert_eq!(clock().left(End(None)), "forever");
        assert_eq!(clock().ago(219.5), "13m ago");
        assert_eq!(clock().ago(1_000.0), "0s ago");
    }
}
