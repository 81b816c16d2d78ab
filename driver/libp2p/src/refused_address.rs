//! Address that was refused for how it is written, as a cause inside of libp2p's errors.

use std::error::Error;
use std::fmt;
use std::ops::Deref;

use libp2p::swarm::{ConnectionDenied, DialError, ListenError};
use libp2p::{Multiaddr, PeerId};
use peerwarden_host::AddressRefusal;

use crate::error_source::{of_dial, of_each_address, of_listen};

/// A connection that was refused because its address can be read in more than one way: an
/// [`AddressRefusal`] as the cause inside of libp2p's [`ConnectionDenied`].
///
/// It is what [`Denied`](crate::Denied) is for who is banned, and one of a
/// [`DialGate`](crate::DialGate)'s errors. Nothing is held against the peer, and no IP is recorded of it:
/// any peer may have announced the address.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RefusedAddress(pub AddressRefusal<PeerId>);

impl RefusedAddress {
    /// Returns the refusal behind a failed dial, if it was this behaviour's.
    #[must_use]
    pub fn from_dial_error(error: &DialError) -> Option<&Self> {
        of_dial(error)
    }

    /// Returns the addresses of a failed dial that a [`DialGate`](crate::DialGate) refused for how they,
    /// or what their names stood for, are written.
    pub fn from_dial_addresses(error: &DialError) -> impl Iterator<Item = (&Multiaddr, &Self)> {
        of_each_address(error)
    }

    /// Returns the refusal behind a failed inbound connection, if it was this behaviour's.
    #[must_use]
    pub fn from_listen_error(error: &ListenError) -> Option<&Self> {
        of_listen(error)
    }
}

impl Deref for RefusedAddress {
    type Target = AddressRefusal<PeerId>;

    fn deref(&self) -> &AddressRefusal<PeerId> {
        &self.0
    }
}

/// `/p2p-circuit/ip4/192.0.2.1/tcp/1 refused: its circuit has no relay's id before it`.
impl fmt::Display for RefusedAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Error for RefusedAddress {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.source()
    }
}

impl From<RefusedAddress> for ConnectionDenied {
    fn from(refused: RefusedAddress) -> Self {
        Self::new(refused)
    }
}
