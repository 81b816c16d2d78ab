//! Names of lists.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The name of a list: 1 to 64 characters, all of them `a-z`, `0-9`, `-`, `_` or `.`, the first one a
/// letter or a digit.
///
/// It is fit to be a file's name, a label's value and part of an address.
///
/// ```
/// use peerwarden_host::lists::ListName;
///
/// let name: ListName = "firehol_level1.netset".parse()?;
/// assert_eq!(name.as_str(), "firehol_level1.netset");
/// assert!("../bans".parse::<ListName>().is_err());
/// # Ok::<(), peerwarden_host::lists::ListNameError>(())
/// ```
#[derive(Clone, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct ListName(Box<str>);

impl ListName {
    /// The longest name, in bytes.
    pub const MAX_LEN: usize = 64;

    /// Returns the name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ListName {
    type Err = ListNameError;

    fn from_str(name: &str) -> Result<Self, ListNameError> {
        let right = |(at, byte): (usize, u8)| {
            let plain = byte.is_ascii_lowercase() || byte.is_ascii_digit();
            plain || (at > 0 && matches!(byte, b'-' | b'_' | b'.'))
        };
        match name.bytes().enumerate().position(|each| !right(each)) {
            Some(at) => Err(ListNameError::Character { at }),
            None if name.is_empty() || name.len() > Self::MAX_LEN => {
                Err(ListNameError::Length { len: name.len() })
            }
            None => Ok(Self(name.into())),
        }
    }
}

impl TryFrom<String> for ListName {
    type Error = ListNameError;

    fn try_from(name: String) -> Result<Self, ListNameError> {
        name.parse()
    }
}

impl From<ListName> for String {
    fn from(name: ListName) -> Self {
        name.0.into()
    }
}

impl fmt::Debug for ListName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ListName({})", self.0)
    }
}

impl fmt::Display for ListName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// Why a text is no [`ListName`].
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ListNameError {
    /// A character that no name has, or not at its start.
    #[error(
        "the name of a list has a-z, 0-9, - _ and . only, and begins with a letter or a digit: not so at byte {at}"
    )]
    Character {
        /// Where it is, in bytes from the start of the name.
        at: usize,
    },
    /// Empty, or longer than [`ListName::MAX_LEN`].
    #[error("the name of a list has {len} bytes, not 1 to {}", ListName::MAX_LEN)]
    Length {
        /// How long the name is, in bytes.
        len: usize,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_short_and_fit_for_a_file() {
        let longest = "a".repeat(ListName::MAX_LEN);
        for good in ["a", "0", "firehol_level1.netset", "level-1", &longest] {
            assert_eq!(good.parse::<ListName>().unwrap().to_string(), good);
        }
        let wrong = |at| Err(ListNameError::Character { at });
        for (bad, error) in [
            ("", Err(ListNameError::Length { len: 0 })),
            (&format!("{longest}a"), Err(ListNameError::Length { len: 65 })),
            ("..", wrong(0)),
            ("-a", wrong(0)),
            ("a/b", wrong(1)),
            ("Level", wrong(0)),
            ("a\n", wrong(1)),
        ] {
            assert_eq!(bad.parse::<ListName>(), error, "{bad:?}");
        }
    }
}
