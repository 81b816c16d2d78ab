//! Bounds of intervals and timeouts.

use std::fmt;
use std::time::Duration;

use humantime::format_duration;

/// A duration that is shorter or longer than makes sense where it was given.
///
/// An interval of nanoseconds never lets the node rest, and one of years never does its work.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct OutOfBounds {
    field: &'static str,
    value: Duration,
}

impl OutOfBounds {
    /// The shortest interval or timeout: 10 ms.
    pub const SHORTEST: Duration = Duration::from_millis(10);
    /// The longest interval or timeout: 1 h.
    pub const LONGEST: Duration = Duration::from_secs(3_600);

    /// The option or setting.
    #[must_use]
    pub const fn field(&self) -> &'static str {
        self.field
    }

    /// The refused duration.
    #[must_use]
    pub const fn value(&self) -> Duration {
        self.value
    }
}

impl fmt::Display for OutOfBounds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { field, value } = self;
        let value = format_duration(*value);
        write!(
            f,
            "{field} is {value}: give a duration from {}",
            Range(Self::SHORTEST, Self::LONGEST)
        )
    }
}

impl std::error::Error for OutOfBounds {}

/// `10ms to 1h`.
pub(crate) struct Range(pub(crate) Duration, pub(crate) Duration);

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} to {}", format_duration(self.0), format_duration(self.1))
    }
}

/// Checks that an interval or timeout, the option `field`, is within bounds.
///
/// # Errors
///
/// [`OutOfBounds`] for one shorter than 10 ms or longer than 1 h.
pub fn interval(field: &'static str, value: Duration) -> Result<Duration, OutOfBounds> {
    if is_interval(value) { Ok(value) } else { Err(OutOfBounds { field, value }) }
}

/// Whether this is neither too short nor too long for an interval or timeout.
pub(crate) fn is_interval(value: Duration) -> bool {
    (OutOfBounds::SHORTEST..=OutOfBounds::LONGEST).contains(&value)
}
