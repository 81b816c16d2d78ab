//! Moments as RFC 3339 writes them.

use std::time::{Duration, SystemTime};

/// Reads a moment such as `2030-01-31T12:00:00Z` or `2030-01-31T14:00:00+02:00`, as `until` of a ban may be given.
/// Without a zone it is UTC.
///
/// ```
/// use peerwarden_host::admin::parse_moment;
///
/// assert_eq!(parse_moment("2030-01-31T14:00:00+02:00"), parse_moment("2030-01-31T12:00:00Z"));
/// assert_eq!(parse_moment("tomorrow"), None);
/// ```
#[must_use]
pub fn parse_moment(text: &str) -> Option<SystemTime> {
    if let Ok(moment) = humantime::parse_rfc3339_weak(text) {
        return Some(moment);
    }
    let (local, offset) = text.split_at_checked(text.len().checked_sub(OFFSET)?)?;
    if local.ends_with(['z', 'Z']) {
        return None;
    }
    let local = humantime::parse_rfc3339_weak(local).ok()?;
    let (hours, minutes) = offset.get(1..)?.split_once(':')?;
    let part = |digits: &str, below: u64| {
        let all_digits = digits.len() == 2 && digits.bytes().all(|byte| byte.is_ascii_digit());
        digits.parse().ok().filter(|number: &u64| all_digits && *number < below)
    };
    let seconds = part(hours, 24)? * 3600 + part(minutes, 60)? * 60;
    match offset.get(..1)? {
        "+" => local.checked_sub(Duration::from_secs(seconds)),
        "-" => local.checked_add(Duration::from_secs(seconds)),
        _ => None,
    }
}

/// The length of `+02:00`.
const OFFSET: usize = 6;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_count_and_what_is_none_is_refused() {
        let utc = |text| parse_moment(text).map(|at| humantime::format_rfc3339(at).to_string());
        for (text, moment) in [
            ("2030-01-31T12:00:00Z", Some("2030-01-31T12:00:00Z")),
            ("2030-01-31 12:00:00", Some("2030-01-31T12:00:00Z")),
            ("2030-01-31T14:00:00+02:00", Some("2030-01-31T12:00:00Z")),
            ("2030-01-31T23:30:00.5-05:45", Some("2030-02-01T05:15:00.500000000Z")),
            ("2030-01-31T12:00:00+24:00", None),
            ("2030-01-31T12:00:00+02:60", None),
            ("2030-01-31T12:00:00Z+02:00", None),
            ("2030-01-31T12:00:00+2:000", None),
            ("2030-01-31T12:00:00*02:00", None),
            ("2030-01-31T12:00:00+0\u{e9}:0", None),
            ("+02:00", None),
            ("", None),
        ] {
            assert_eq!(utc(text).as_deref(), moment, "{text}");
        }
    }
}
