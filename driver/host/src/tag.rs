//! Names of those who protect a subject.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

/// Owner of a protection: a subject is protected for as long as any tag stands on it.
///
/// A name of 1 to 31 characters, all of them `a-z`, `0-9` or `-`. Each part of a node that protects
/// peers has one of its own, so that none takes off what another has put on:
///
/// ```
/// use peerwarden_host::Tag;
///
/// let committee = Tag::new("committee")?;
/// assert_ne!(committee, Tag::OPERATOR);
/// assert!(Tag::new("Not A Tag").is_err());
/// # Ok::<(), peerwarden_host::TagError>(())
/// ```
#[derive(Clone, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Tag(Cow<'static, str>);

impl Tag {
    /// The operator, at run time. The one tag that outlives the node: what it protects is written to
    /// the store.
    pub const OPERATOR: Self = Self(Cow::Borrowed("operator"));

    /// The options, most often of a settings file: put on at each start, and so gone once a subject
    /// is taken off the list there.
    pub const SETTINGS: Self = Self(Cow::Borrowed("settings"));

    /// The longest name, in bytes.
    pub const MAX_LEN: usize = 31;

    /// The tag with this name.
    ///
    /// # Errors
    ///
    /// [`TagError`] if the name is empty, longer than [`MAX_LEN`](Self::MAX_LEN) bytes, or holds
    /// anything but `a-z`, `0-9` and `-`.
    pub fn new(name: impl Into<Cow<'static, str>>) -> Result<Self, TagError> {
        let name = name.into();
        let right = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        match name.bytes().position(|byte| !right(byte)) {
            Some(at) => Err(TagError::Character { at }),
            None if name.is_empty() || name.len() > Self::MAX_LEN => {
                Err(TagError::Length { len: name.len() })
            }
            None => Ok(Self(name)),
        }
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Tag {
    type Err = TagError;

    fn from_str(name: &str) -> Result<Self, TagError> {
        Self::new(name.to_owned())
    }
}

impl fmt::Debug for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Tag({})", self.0)
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl serde::Serialize for Tag {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

/// Why a text is no name of a [`Tag`].
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum TagError {
    /// A character other than `a-z`, `0-9` and `-`.
    #[error("tag has something other than a-z, 0-9 and - at byte {at}")]
    Character {
        /// Where it is, in bytes from the start of the name.
        at: usize,
    },
    /// Empty, or longer than [`Tag::MAX_LEN`].
    #[error("tag has {len} bytes, not 1 to {}", Tag::MAX_LEN)]
    Length {
        /// How long the name is, in bytes.
        len: usize,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_short_and_plain() {
        let longest = "a".repeat(Tag::MAX_LEN);
        for good in ["a", "operator", "bootnodes-2", &longest] {
            assert_eq!(good.parse::<Tag>().unwrap().to_string(), good);
        }
        for (bad, error) in [
            ("", "tag has 0 bytes, not 1 to 31".to_owned()),
            (&format!("{longest}a"), "tag has 32 bytes, not 1 to 31".to_owned()),
            ("on\ncall", "tag has something other than a-z, 0-9 and - at byte 2".to_owned()),
            ("Ops", "tag has something other than a-z, 0-9 and - at byte 0".to_owned()),
        ] {
            assert_eq!(bad.parse::<Tag>().unwrap_err().to_string(), error);
        }
    }
}
