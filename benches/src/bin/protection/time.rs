//! Durations by their unit.

use std::time::Duration;

/// So many seconds.
pub(crate) const fn secs(number: u64) -> Duration {
    Duration::from_secs(number)
}

/// So many minutes.
pub(crate) const fn mins(number: u64) -> Duration {
    Duration::from_secs(number.saturating_mul(60))
}

/// So many hours.
pub(crate) const fn hours(number: u64) -> Duration {
    mins(number.saturating_mul(60))
}

/// So many days.
pub(crate) const fn days(number: u64) -> Duration {
    hours(number.saturating_mul(24))
}

/// So many thousandths of a second.
pub(crate) const fn millis(number: u64) -> Duration {
    Duration::from_millis(number)
}

/// So many hours as a number, for rates.
pub(crate) fn in_hours(duration: Duration) -> f64 {
    duration.as_secs_f64() / 3_600.0
}
