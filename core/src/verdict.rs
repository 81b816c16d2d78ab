//! Result of an admission check.

use core::fmt;

use ipnet::IpNet;

use crate::state::canonical;
use crate::subject::{Cause, Direction};
use crate::time::Until;

/// Result of an admission check: whether a connection is allowed.
///
/// Deliberately exhaustive: a gate that does not know an answer would have to guess.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
#[must_use = "nothing is refused until the caller acts on the verdict"]
pub enum Verdict {
    /// Nothing stands against it.
    Allow,
    /// Something does, at least for inbound connections.
    Deny(Denial),
}

impl Verdict {
    /// Returns what stands against a connection in this direction, if anything.
    ///
    /// A ban with [`Cause::Address`] is for inbound connections only: this node chooses which peers
    /// it dials.
    #[must_use]
    pub fn denial(self, direction: Direction) -> Option<Denial> {
        match self {
            Self::Allow => None,
            Self::Deny(denial) => denial.applies_to(direction).then_some(denial),
        }
    }
}

/// Why a connection is denied.
#[derive(Clone, Copy, Eq, Hash, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Denial {
    /// The network that is banned, or `None` if it is the peer itself.
    pub network: Option<IpNet>,
    /// The cause that lasts longest; for a network, the operator's before all others.
    pub cause: Cause,
    /// When the ban is due to end.
    pub until: Until,
}

impl Denial {
    /// Returns whether connections in this direction are denied: all but outbound ones under
    /// [`Cause::Address`].
    #[must_use]
    pub fn applies_to(&self, direction: Direction) -> bool {
        match direction {
            Direction::Inbound => true,
            Direction::Outbound => self.cause != Cause::Address,
        }
    }
}

/// `banned by operator until 60`, with the network in front if it is one.
impl fmt::Display for Denial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(network) = self.network {
            write!(f, "{} ", canonical::Shown(&network))?;
        }
        write!(f, "banned by {} {}", self.cause, self.until)
    }
}

/// As [`Display`](fmt::Display).
impl fmt::Debug for Denial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
