//! Where connections are refused.

use std::fmt;

use peerwarden_core::Direction;

/// A point at which it is asked whether a connection may be.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub(crate) enum Gate {
    PendingInbound,
    EstablishedInbound,
    PendingOutbound,
    EstablishedOutbound,
    /// Of [`DialGate`](crate::DialGate), and not of libp2p: each address by itself.
    Dial,
}

impl Gate {
    #[cfg(feature = "metrics")]
    pub(crate) const ALL: [Self; 5] = [
        Self::PendingInbound,
        Self::EstablishedInbound,
        Self::PendingOutbound,
        Self::EstablishedOutbound,
        Self::Dial,
    ];

    pub(crate) const fn direction(self) -> Direction {
        match self {
            Self::PendingInbound | Self::EstablishedInbound => Direction::Inbound,
            Self::PendingOutbound | Self::EstablishedOutbound | Self::Dial => Direction::Outbound,
        }
    }

    pub(crate) const fn as_str(self) -> &'static str {
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
