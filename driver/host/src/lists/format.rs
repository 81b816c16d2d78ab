//! Formats of list files.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A format in which lists of bans are written down.
///
/// | format | what it is | written too |
/// | --- | --- | --- |
/// | `peerwarden` | this project's own JSON: bans, causes, ends, notes and protected subjects | yes |
/// | `plain` | an IP, a network or a range a line; comments begin with `#` or `;`. FireHOL netsets, saved ipsets, Monero ban lists and P2P plaintext (`name:first-last`) are read as well | yes |
/// | `ipfilter` | eMule's and qBittorrent's `ipfilter.dat`: `first - last , level , name` | no |
/// | `bitcoin` | Bitcoin Core's `banlist.json`, and what `listbanned` prints | yes |
/// | `crowdsec` | CrowdSec's decisions as JSON or CSV | yes |
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ListFormat {
    /// Bitcoin Core's.
    Bitcoin,
    /// CrowdSec's decisions.
    Crowdsec,
    /// `ipfilter.dat`.
    Ipfilter,
    /// This project's own.
    Peerwarden,
    /// One entry a line.
    Plain,
}

impl ListFormat {
    /// Every format, in the order of their names.
    pub const ALL: [Self; 5] =
        [Self::Bitcoin, Self::Crowdsec, Self::Ipfilter, Self::Peerwarden, Self::Plain];

    /// Returns the name, in lower case: `plain`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Bitcoin => "bitcoin",
            Self::Crowdsec => "crowdsec",
            Self::Ipfilter => "ipfilter",
            Self::Peerwarden => "peerwarden",
            Self::Plain => "plain",
        }
    }
}

impl fmt::Display for ListFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for ListFormat {
    type Err = ListFormatError;

    fn from_str(text: &str) -> Result<Self, ListFormatError> {
        Self::ALL.into_iter().find(|format| format.as_str() == text).ok_or(ListFormatError)
    }
}

/// A text is not the name of a [`ListFormat`].
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("there are bitcoin, crowdsec, ipfilter, peerwarden and plain")]
pub struct ListFormatError;
