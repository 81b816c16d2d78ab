//! Names of misbehaviors.

use core::error::Error;
use core::fmt;
use core::str;

/// A kind of misbehavior, by name: `invalid-message`.
///
/// A name is one to 63 characters of `a-z`, `0-9` and `-`, and is kept in place, so that a report
/// never allocates. The names here are Flow's; an application adds its own with [`new`](Self::new).
/// Keep them few and general: each is a label in metrics and a line in the answer to "why".
///
/// ```
/// use peerwarden_core::Misbehavior;
///
/// let kind = Misbehavior::new("oversized-request")?;
/// assert_eq!(kind.as_str(), "oversized-request");
/// assert!(Misbehavior::new("Not A Name").is_err());
/// # Ok::<(), peerwarden_core::MisbehaviorError>(())
/// ```
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Misbehavior {
    /// The name, zeros up to the last byte, and there its length: whole words to compare.
    name: [u8; Self::MAX_LEN + 1],
}

impl Misbehavior {
    /// A message that breaks the protocol's rules.
    pub const INVALID_MESSAGE: Self = Self::known("invalid-message");
    /// A message that was delivered before.
    pub const REDUNDANT_MESSAGE: Self = Self::known("redundant-message");
    /// A request that costs far more to answer than to send.
    pub const RESOURCE_INTENSIVE_REQUEST: Self = Self::known("resource-intensive-request");
    /// A message from a sender that has been ejected from the network.
    pub const SENDER_EJECTED: Self = Self::known("sender-ejected");
    /// A message that is too old to be of use.
    pub const STALE_MESSAGE: Self = Self::known("stale-message");
    /// A publication on a channel that does not allow publishing.
    pub const UNAUTHORIZED_PUBLISH: Self = Self::known("unauthorized-publish");
    /// A message from a sender that may not send on this channel.
    pub const UNAUTHORIZED_SENDER: Self = Self::known("unauthorized-sender");
    /// A direct message on a channel that does not allow them.
    pub const UNAUTHORIZED_UNICAST: Self = Self::known("unauthorized-unicast");
    /// A message whose validation failed in an unexpected way.
    pub const UNEXPECTED_VALIDATION_ERROR: Self = Self::known("unexpected-validation-error");
    /// A message of a type that does not exist.
    pub const UNKNOWN_MESSAGE_TYPE: Self = Self::known("unknown-message-type");
    /// A response to a request that was never made.
    pub const UNSOLICITED_MESSAGE: Self = Self::known("unsolicited-message");

    /// All names above, in order.
    pub const KNOWN: [Self; 11] = [
        Self::INVALID_MESSAGE,
        Self::REDUNDANT_MESSAGE,
        Self::RESOURCE_INTENSIVE_REQUEST,
        Self::SENDER_EJECTED,
        Self::STALE_MESSAGE,
        Self::UNAUTHORIZED_PUBLISH,
        Self::UNAUTHORIZED_SENDER,
        Self::UNAUTHORIZED_UNICAST,
        Self::UNEXPECTED_VALIDATION_ERROR,
        Self::UNKNOWN_MESSAGE_TYPE,
        Self::UNSOLICITED_MESSAGE,
    ];

    /// The longest name, in bytes.
    pub const MAX_LEN: usize = 63;

    /// Returns the misbehavior with this name.
    ///
    /// # Errors
    ///
    /// [`MisbehaviorError`] if the name is empty, longer than [`MAX_LEN`](Self::MAX_LEN) bytes, or
    /// holds anything but `a-z`, `0-9` and `-`.
    pub const fn new(name: &str) -> Result<Self, MisbehaviorError> {
        let mut rest = name.as_bytes();
        let mut kept = [0; Self::MAX_LEN + 1];
        let [slots @ .., last] = &mut kept;
        let mut unused: &mut [u8] = slots;
        let mut len = 0;
        while let [byte, tail @ ..] = rest {
            if !(byte.is_ascii_lowercase() || byte.is_ascii_digit() || *byte == b'-') {
                return Err(MisbehaviorError::Character { at: len as usize });
            }
            let [slot, free @ ..] = unused else {
                return Err(MisbehaviorError::Length { len: name.len() });
            };
            *slot = *byte;
            len += 1;
            rest = tail;
            unused = free;
        }
        if len == 0 {
            return Err(MisbehaviorError::Length { len: 0 });
        }
        *last = len;
        Ok(Self { name: kept })
    }

    /// Returns the name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // Only ASCII gets in, so this never falls back.
        let [name @ .., len] = &self.name;
        name.get(..usize::from(*len)).and_then(|name| str::from_utf8(name).ok()).unwrap_or("")
    }

    /// Returns what `==` does, but compares in place, word by word: of so many bytes `==` makes a call.
    #[inline]
    pub(crate) fn equals(&self, other: &Self) -> bool {
        let (words, _) = self.name.as_chunks::<8>();
        let (others, _) = other.name.as_chunks::<8>();
        let differs = |(one, other): (&[u8; 8], &[u8; 8])| {
            u64::from_ne_bytes(*one) ^ u64::from_ne_bytes(*other)
        };
        words.iter().zip(others).map(differs).fold(0, |all, each| all | each) == 0
    }

    const fn known(name: &str) -> Self {
        match Self::new(name) {
            Ok(kind) => kind,
            Err(_) => Self { name: [0; Self::MAX_LEN + 1] },
        }
    }
}

impl str::FromStr for Misbehavior {
    type Err = MisbehaviorError;

    fn from_str(name: &str) -> Result<Self, MisbehaviorError> {
        Self::new(name)
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for Misbehavior {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for Misbehavior {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = <alloc::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        Self::new(&name).map_err(serde::de::Error::custom)
    }
}

/// The bare name.
impl fmt::Debug for Misbehavior {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for Misbehavior {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Why a text cannot be the name of a [`Misbehavior`].
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum MisbehaviorError {
    /// A character other than `a-z`, `0-9` and `-`.
    Character {
        /// Its position, in bytes from the start of the name.
        at: usize,
    },
    /// Empty, or longer than [`Misbehavior::MAX_LEN`].
    Length {
        /// The length of the name, in bytes.
        len: usize,
    },
}

impl fmt::Display for MisbehaviorError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Character { at } => {
                write!(f, "misbehavior name has something other than a-z, 0-9 and - at byte {at}")
            }
            Self::Length { len } => {
                write!(f, "misbehavior name has {len} bytes, not 1 to {}", Misbehavior::MAX_LEN)
            }
        }
    }
}

impl Error for MisbehaviorError {}
