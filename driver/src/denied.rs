//! Why a connection was refused, for local code.

use std::error::Error;
use std::fmt;
use std::io;
use std::net::IpAddr;

use libp2p::core::transport::TransportError;
use libp2p::swarm::{ConnectionDenied, DialError, ListenError};
use libp2p::{Multiaddr, PeerId};
use peerwarden_core::{Denial, Direction, Instant};

use crate::left::Left;

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
    /// When it was refused, on the behaviour's clock.
    pub at: Instant,
}

impl Denied {
    /// The refusal behind a failed dial, if it was this behaviour's.
    #[must_use]
    pub fn of_dial(error: &DialError) -> Option<&Self> {
        if let DialError::Denied { cause } = error { cause.downcast_ref() } else { None }
    }

    /// The addresses of a failed dial that a [`DialGate`](crate::DialGate) refused, each as it was
    /// dialled, a name perhaps, and why.
    ///
    /// A name that stands for several IPs says no more than why the last of them failed.
    pub fn of_addresses(error: &DialError) -> impl Iterator<Item = (&Multiaddr, &Self)> {
        let tried = match error {
            DialError::Transport(tried) => tried.as_slice(),
            DialError::Aborted
            | DialError::Denied { .. }
            | DialError::DialPeerConditionFalse(_)
            | DialError::LocalPeerId { .. }
            | DialError::NoAddresses
            | DialError::WrongPeerId { .. } => &[],
        };
        tried.iter().filter_map(|(address, error)| Some((address, Self::behind(error)?)))
    }

    /// The refusal behind an error of a transport, whatever was built around the gate.
    fn behind(error: &TransportError<io::Error>) -> Option<&Self> {
        let TransportError::Other(error) = error else {
            return None;
        };
        let mut cause: Option<&(dyn Error + 'static)> = Some(error);
        while let Some(error) = cause {
            if let Some(denied) = error.downcast_ref() {
                return Some(denied);
            }
            let inner = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
            cause = inner.map(|inner| inner as _).or_else(|| error.source());
        }
        None
    }

    /// The refusal behind a failed inbound connection, if it was this behaviour's.
    #[must_use]
    pub fn of_listen(error: &ListenError) -> Option<&Self> {
        if let ListenError::Denied { cause } = error { cause.downcast_ref() } else { None }
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
        write!(f, "banned by {cause} {}", Left { until, now: self.at }.in_words())
    }
}

impl From<Denied> for ConnectionDenied {
    fn from(denied: Denied) -> Self {
        Self::new(denied)
    }
}
