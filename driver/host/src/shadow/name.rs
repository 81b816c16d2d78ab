//! Names of shadow policies.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;

use crate::lists::ListName;

/// The name of a shadow policy: as that of a [list](ListName), 1 to 64 characters, all of them `a-z`, `0-9`,
/// `-`, `_` or `.`, the first one a letter or a digit.
///
/// ```
/// use peerwarden_host::shadow::ShadowName;
///
/// let name: ShadowName = "strict-2".parse()?;
/// assert_eq!(name.as_str(), "strict-2");
/// assert!("Strict".parse::<ShadowName>().is_err());
/// # Ok::<(), peerwarden_host::shadow::ShadowNameError>(())
/// ```
#[derive(Clone, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(transparent)]
pub struct ShadowName(ListName);

impl ShadowName {
    /// Returns the name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl FromStr for ShadowName {
    type Err = ShadowNameError;

    fn from_str(name: &str) -> Result<Self, ShadowNameError> {
        name.parse().map(Self).map_err(|_| ShadowNameError)
    }
}

impl fmt::Debug for ShadowName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ShadowName({})", self.0)
    }
}

impl fmt::Display for ShadowName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Why a text is no [`ShadowName`].
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error(
    "the name of a shadow policy has 1 to {} of a-z, 0-9, - _ and ., and begins with a letter or a digit",
    ListName::MAX_LEN
)]
pub struct ShadowNameError;
