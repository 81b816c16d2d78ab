//! Points at which connections are refused.

use std::fmt;

use peerwarden_core::Direction;
use serde::Serialize;

/// A point at which connections are refused.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Gate {
    /// A connection comes in, and only its IP is known.
    PendingInbound,
    /// A connection came in, and the peer is known.
    EstablishedInbound,
    /// A dial is about to begin.
    PendingOutbound,
    /// A dial succeeded.
    EstablishedOutbound,
    /// Of a transport that asks for each address that is dialled: on libp2p, `DialGate`.
    #[serde(rename = "dial-gate")]
    Dial,
}

impl Gate {
    /// All gates, in the order in which a connection comes to them.
    pub const ALL: [Self; 5] = [
        Self::PendingInbound,
        Self::EstablishedInbound,
        Self::PendingOutbound,
        Self::EstablishedOutbound,
        Self::Dial,
    ];

    /// In which direction the connections go that it refuses.
    #[must_use]
    pub const fn direction(self) -> Direction {
        match self {
            Self::PendingInbound | Self::EstablishedInbound => Direction::Inbound,
            Self::PendingOutbound | Self::EstablishedOutbound | Self::Dial => Direction::Outbound,
        }
    }

    /// The name, in lower case: `pending-inbound`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PendingInbound => "pending-inbound",
            Self::EstablishedInbound => "established-inbound",
            Self::PendingOutbound => "pending-outbound",
            Self::EstablishedOutbound => "established-outbound",
            Self::Dial => "dial-gate",
        }
    }
}

impl fmt::Display for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
