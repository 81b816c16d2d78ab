//! Why a connection was refused, for local code.

use std::fmt;
use std::net::IpAddr;

use libp2p::PeerId;
use libp2p::swarm::{ConnectionDenied, DialError, ListenError};
use peerwarden_core::{Denial, Direction};

/// A connection that this node's [`Behaviour`](crate::Behaviour) refused.
///
/// It is the cause inside of libp2p's [`ConnectionDenied`]. Nothing of it crosses the wire: the
/// other side only sees its connection closed.
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
}

impl Denied {
    /// The refusal behind a failed dial, if it was this behaviour's.
    #[must_use]
    pub fn of_dial(error: &DialError) -> Option<&Self> {
        if let DialError::Denied { cause } = error { cause.downcast_ref() } else { None }
    }

    /// The refusal behind a failed inbound connection, if it was this behaviour's.
    #[must_use]
    pub fn of_listen(error: &ListenError) -> Option<&Self> {
        if let ListenError::Denied { cause } = error { cause.downcast_ref() } else { None }
    }
}

/// `12D3... at 192.0.2.1 refused: banned by penalty until 87.264`.
impl fmt::Display for Denied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.peer, self.addr) {
            (Some(peer), Some(addr)) => write!(f, "{peer} at {addr}")?,
            (Some(peer), None) => write!(f, "{peer}")?,
            (None, Some(addr)) => write!(f, "{addr}")?,
            (None, None) => write!(f, "connection")?,
        }
        write!(f, " refused: {}", self.denial)
    }
}

impl From<Denied> for ConnectionDenied {
    fn from(denied: Denied) -> Self {
        Self::new(denied)
    }
}
