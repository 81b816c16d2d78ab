//! Names of fleets and of their members.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The name of a fleet: 1 to 31 characters, all of them `a-z`, `0-9` or `-`, the first one a letter or a
/// digit. Its bucket is called `pw-` and the name.
///
/// ```
/// use peerwarden_fleet::FleetName;
///
/// let name: FleetName = "mainnet".parse()?;
/// assert_eq!(name.bucket(), "pw-mainnet");
/// assert!("Main Net".parse::<FleetName>().is_err());
/// # Ok::<(), peerwarden_fleet::NameError>(())
/// ```
#[derive(Clone, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct FleetName(Box<str>);

/// The name of a member of a fleet, of the same form as a [`FleetName`]. It is the first part of the keys
/// that the member writes.
#[derive(Clone, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct MemberName(Box<str>);

impl FleetName {
    /// The longest name, in bytes.
    pub const MAX_LEN: usize = MAX_LEN;

    /// Returns the name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the name of the bucket that the fleet shares.
    #[must_use]
    pub fn bucket(&self) -> String {
        format!("pw-{self}")
    }
}

impl MemberName {
    /// The longest name, in bytes.
    pub const MAX_LEN: usize = MAX_LEN;

    /// Returns the name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Why a text is the name of no fleet and of no member.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum NameError {
    /// A character that no name has, or not at its start.
    #[error(
        "a name has a-z, 0-9 and - only, and begins with a letter or a digit: not so at byte {at}"
    )]
    Character {
        /// Where it is, in bytes from the start of the name.
        at: usize,
    },
    /// Empty, or too long.
    #[error("a name has 1 to {MAX_LEN} bytes, not {len}")]
    Length {
        /// How long the name is, in bytes.
        len: usize,
    },
}

fn checked(name: &str) -> Result<Box<str>, NameError> {
    let right = |(at, byte): (usize, u8)| {
        byte.is_ascii_lowercase() || byte.is_ascii_digit() || (at > 0 && byte == b'-')
    };
    match name.bytes().enumerate().position(|each| !right(each)) {
        Some(at) => Err(NameError::Character { at }),
        None if name.is_empty() || name.len() > MAX_LEN => {
            Err(NameError::Length { len: name.len() })
        }
        None => Ok(name.into()),
    }
}

/// Implements what a name has in common with any other.
macro_rules! name {
    ($name:ident) => {
        impl FromStr for $name {
            type Err = NameError;

            fn from_str(name: &str) -> Result<Self, NameError> {
                checked(name).map(Self)
            }
        }

        impl TryFrom<String> for $name {
            type Error = NameError;

            fn try_from(name: String) -> Result<Self, NameError> {
                name.parse()
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> Self {
                name.0.into()
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }
    };
}

name!(FleetName);
name!(MemberName);

const MAX_LEN: usize = 31;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_short_and_fit_for_a_key() {
        let longest = "a".repeat(MAX_LEN);
        for good in ["a", "7", "n-7", &longest] {
            assert_eq!(good.parse::<MemberName>().unwrap().to_string(), good);
            assert_eq!(good.parse::<FleetName>().unwrap().bucket(), format!("pw-{good}"));
        }
        for (bad, error) in [
            ("", NameError::Length { len: 0 }),
            (&format!("{longest}a"), NameError::Length { len: 32 }),
            ("-a", NameError::Character { at: 0 }),
            ("_roster", NameError::Character { at: 0 }),
            ("a.b", NameError::Character { at: 1 }),
            ("Node", NameError::Character { at: 0 }),
        ] {
            assert_eq!(bad.parse::<MemberName>(), Err(error), "{bad:?}");
        }
    }
}
