//! Hashes of the actions of a recording.

use core::error::Error;
use core::fmt::{self, Write as _};
use core::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::text::Text;
use crate::action::Action;
use crate::time::Instant;

/// A hash of all actions so far: 64-bit FNV-1a over a line for each.
///
/// The line is the moment of the input, a space, the action as it is printed and a newline:
/// `0.5 disconnect a`. It tells faults apart, not forgeries: anyone can make a history that hashes to a
/// given value.
///
/// ```
/// use peerwarden_core::scenario::ActionHash;
/// use peerwarden_core::{Action, Instant};
///
/// let mut hash = ActionHash::default();
/// hash.add(Instant::from_millis(500), &Action::Disconnect { peer: "a" });
/// assert_eq!(hash.to_string(), "af0269b00ed70593");
/// # Ok::<(), std::fmt::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct ActionHash(u64);

impl ActionHash {
    /// Returns the hash with this value, to go on from there.
    #[must_use]
    pub const fn from_value(value: u64) -> Self {
        Self(value)
    }

    /// Returns the value.
    #[must_use]
    pub const fn value(self) -> u64 {
        self.0
    }

    /// Adds an action that the input at this moment gave.
    pub fn add<P: fmt::Display>(&mut self, at: Instant, action: &Action<P>) {
        // Writing to a hash cannot fail, and what a peer's name may refuse to print is left out.
        let _ = writeln!(Feed(self), "{at} {action}");
    }
}

/// The hash of no actions.
impl Default for ActionHash {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

/// Sixteen hexadecimal digits.
impl fmt::Display for ActionHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl FromStr for ActionHash {
    type Err = ActionHashError;

    fn from_str(text: &str) -> Result<Self, ActionHashError> {
        let digits = text.len() == 16 && text.bytes().all(|digit| digit.is_ascii_hexdigit());
        let value = u64::from_str_radix(text, 16).ok().filter(|_| digits);
        value.map(Self).ok_or(ActionHashError)
    }
}

impl Serialize for ActionHash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ActionHash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Text(text) = Text::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// Why a text is no [`ActionHash`]: it is not sixteen hexadecimal digits.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct ActionHashError;

impl fmt::Display for ActionHashError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a hash is 16 hexadecimal digits")
    }
}

impl Error for ActionHashError {}

struct Feed<'a>(&'a mut ActionHash);

impl fmt::Write for Feed<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        (self.0).0 = text.bytes().fold((self.0).0, step);
        Ok(())
    }
}
