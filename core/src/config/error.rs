//! Errors of `Config`'s setters.

use alloc::vec::Vec;
use core::error::Error;
use core::fmt;
use core::time::Duration;

/// Why a value cannot be part of a [`Config`](super::Config).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum ConfigError {
    /// A list that needs an entry has none.
    Empty {
        /// The setting.
        field: &'static str,
    },
    /// A prefix that is longer than an address.
    Prefix {
        /// The setting.
        field: &'static str,
        /// The refused length.
        bits: u8,
        /// How many bits such an address has.
        most: u8,
    },
    /// A prefix length that is given twice.
    PrefixTwice {
        /// The setting.
        field: &'static str,
        /// The length.
        bits: u8,
    },
    /// An entry of 0 seconds in a list of durations.
    ZeroEntry {
        /// The setting.
        field: &'static str,
        /// Which entry, counted from 0.
        at: usize,
    },
    /// A duration of 0 seconds, where that would mean nothing.
    ZeroDuration {
        /// The setting.
        field: &'static str,
    },
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty { field } => write!(f, "{field} is an empty list: give at least one entry"),
            Self::Prefix { field, bits, most } => {
                write!(f, "{field} has a prefix of {bits} bits: give at most {most}")
            }
            Self::PrefixTwice { field, bits } => {
                write!(f, "{field} has /{bits} twice: give each prefix length once")
            }
            Self::ZeroEntry { field, at } => {
                write!(f, "{field}[{at}] is 0s: give a longer duration")
            }
            Self::ZeroDuration { field } => write!(f, "{field} is 0s: give a longer duration"),
        }
    }
}

impl Error for ConfigError {}

/// Returns the entries of a list that needs at least one.
pub(super) fn non_empty<T: Copy>(field: &'static str, list: &[T]) -> Result<Vec<T>, ConfigError> {
    if list.is_empty() { Err(ConfigError::Empty { field }) } else { Ok(list.to_vec()) }
}

/// Returns the entries of a list of durations that needs at least one, each more than nothing.
pub(super) fn durations(
    field: &'static str,
    list: &[Duration],
) -> Result<Vec<Duration>, ConfigError> {
    match list.iter().position(Duration::is_zero) {
        Some(at) => Err(ConfigError::ZeroEntry { field, at }),
        None => non_empty(field, list),
    }
}

/// Returns a duration that is more than nothing.
pub(super) fn positive(field: &'static str, duration: Duration) -> Result<Duration, ConfigError> {
    if duration.is_zero() { Err(ConfigError::ZeroDuration { field }) } else { Ok(duration) }
}

/// Returns a duration that is more than nothing, or none.
pub(super) fn optional(
    field: &'static str,
    duration: Option<Duration>,
) -> Result<Option<Duration>, ConfigError> {
    duration.map(|duration| positive(field, duration)).transpose()
}
