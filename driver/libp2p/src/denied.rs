//! Refused connection as a cause inside of libp2p's errors.

use std::fmt;
use std::ops::Deref;

use libp2p::swarm::{ConnectionDenied, DialError, ListenError};
use libp2p::{Multiaddr, PeerId};
use peerwarden_host::Refusal;

use crate::error_source::{of_dial, of_each_address, of_listen};

/// A connection that this node's [`Behaviour`](crate::Behaviour) refused: a [`Refusal`] as the cause
/// inside of libp2p's [`ConnectionDenied`].
///
/// Nothing of it crosses the wire: the other side only sees its connection closed. What is refused for
/// its address alone is a [`RefusedAddress`](crate::RefusedAddress).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Denied(pub Refusal<PeerId>);

impl Denied {
    /// Returns the refusal behind a failed dial, if it was this behaviour's.
    #[must_use]
    pub fn from_dial_error(error: &DialError) -> Option<&Self> {
        of_dial(error)
    }

    /// Returns the addresses of a failed dial that a [`DialGate`](crate::DialGate) refused, each as it
    /// was dialled, a name perhaps, and why.
    ///
    /// A name that stands for several IPs says no more than why the last of them failed.
    pub fn from_dial_addresses(error: &DialError) -> impl Iterator<Item = (&Multiaddr, &Self)> {
        of_each_address(error)
    }

    /// Returns the refusal behind a failed inbound connection, if it was this behaviour's.
    #[must_use]
    pub fn from_listen_error(error: &ListenError) -> Option<&Self> {
        of_listen(error)
    }
}

impl Deref for Denied {
    type Target = Refusal<PeerId>;

    fn deref(&self) -> &Refusal<PeerId> {
        &self.0
    }
}

/// `12D3... at 192.0.2.1 refused: banned by penalty for another 1h 30m`.
impl fmt::Display for Denied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Denied {}

impl From<Denied> for ConnectionDenied {
    fn from(denied: Denied) -> Self {
        Self::new(denied)
    }
}
