//! Refused connection: which peer, from where, why, when.

use std::fmt;
use std::net::IpAddr;

use libp2p::swarm::{ConnectionDenied, DialError, ListenError};
use libp2p::{Multiaddr, PeerId};
use peerwarden_core::{Denial, Direction, Instant};

use crate::error_source::{of_dial, of_each_address, of_listen};
use crate::remaining::Remaining;

/// A connection that this node's [`Behaviour`](crate::Behaviour) refused.
///
/// It is the cause inside of libp2p's [`ConnectionDenied`]. Nothing of it crosses the wire: the
/// other side only sees its connection closed. What is refused for its address alone is a
/// [`RefusedAddress`](crate::RefusedAddress).
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub struct Denied {
    /// Who was refused, if that was known already.
    pub peer: Option<PeerId>,
    /// The IP it came from or was to be dialled at, if there is one.
    pub addr: Option<IpAddr>,
    /// Who wanted the connection.
    pub direction: Direction,
    /// On what grounds, and until when.
    pub denial: Denial,
    /// When it was refused, on the behaviour's clock.
    pub at: Instant,
}

impl Denied {
    /// The refusal behind a failed dial, if it was this behaviour's.
    #[must_use]
    pub fn from_dial_error(error: &DialError) -> Option<&Self> {
        of_dial(error)
    }

    /// The addresses of a failed dial that a [`DialGate`](crate::DialGate) refused, each as it was
    /// dialled, a name perhaps, and why.
    ///
    /// A name that stands for several IPs says no more than why the last of them failed.
    pub fn from_dial_addresses(error: &DialError) -> impl Iterator<Item = (&Multiaddr, &Self)> {
        of_each_address(error)
    }

    /// The refusal behind a failed inbound connection, if it was this behaviour's.
    #[must_use]
    pub fn from_listen_error(error: &ListenError) -> Option<&Self> {
        of_listen(error)
    }
}

/// `12D3... at 192.0.2.1 refused: banned by penalty for another 1h 30m`.
impl fmt::Display for Denied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.peer, self.addr) {
            (Some(peer), Some(addr)) => write!(f, "{peer} at {addr}")?,
            (Some(peer), None) => write!(f, "{peer}")?,
            (None, Some(addr)) => write!(f, "{addr}")?,
            (None, None) => write!(f, "connection")?,
        }
        write!(f, " refused: ")?;
        let Denial { network, cause, until } = self.denial;
        if let Some(network) = network {
            write!(f, "{network} ")?;
        }
        write!(f, "banned by {cause} {}", Remaining { until, now: self.at }.in_words())
    }
}

impl From<Denied> for ConnectionDenied {
    fn from(denied: Denied) -> Self {
        Self::new(denied)
    }
}
