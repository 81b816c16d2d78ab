//! Addresses that were refused for how they are written.

use std::error::Error;
use std::fmt;

use libp2p::swarm::{ConnectionDenied, DialError, ListenError};
use libp2p::{Multiaddr, PeerId};
use peerwarden_core::{Direction, Instant};

use crate::address::AddressFault;
use crate::error_source::{of_dial, of_each_address, of_listen};
use crate::one_line::OneLine;

/// A connection that was refused because its address can be read in more than one way.
///
/// It is the cause inside of libp2p's [`ConnectionDenied`], as [`Denied`](crate::Denied) is for who
/// is banned, and one of a [`DialGate`](crate::DialGate)'s errors. Nothing is held against the peer,
/// and no IP is recorded of it: the address may have been anybody's word.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct RefusedAddress {
    /// Who was to be found there, if that is known.
    pub peer: Option<PeerId>,
    /// The address as text on one line: what is unprintable is escaped, and beyond 512 bytes it is
    /// cut.
    pub address: String,
    /// What is wrong with it.
    pub fault: AddressFault,
    /// Who wanted the connection.
    pub direction: Direction,
    /// When it was refused, on the behaviour's clock.
    pub at: Instant,
}

impl RefusedAddress {
    pub(crate) fn new(
        peer: Option<PeerId>,
        address: &Multiaddr,
        fault: AddressFault,
        direction: Direction,
        at: Instant,
    ) -> Self {
        Self { peer, address: OneLine(address).to_string(), fault, direction, at }
    }

    /// The refusal behind a failed dial, if it was this behaviour's.
    #[must_use]
    pub fn from_dial_error(error: &DialError) -> Option<&Self> {
        of_dial(error)
    }

    /// The addresses of a failed dial that a [`DialGate`](crate::DialGate) refused for how they, or
    /// what their names stood for, are written.
    pub fn from_dial_addresses(error: &DialError) -> impl Iterator<Item = (&Multiaddr, &Self)> {
        of_each_address(error)
    }

    /// The refusal behind a failed inbound connection, if it was this behaviour's.
    #[must_use]
    pub fn from_listen_error(error: &ListenError) -> Option<&Self> {
        of_listen(error)
    }
}

/// `/p2p-circuit/ip4/192.0.2.1/tcp/1 refused: its circuit has no relay's id before it`.
impl fmt::Display for RefusedAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} refused: {}", self.address, self.fault)
    }
}

impl Error for RefusedAddress {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.fault)
    }
}

impl From<RefusedAddress> for ConnectionDenied {
    fn from(refused: RefusedAddress) -> Self {
        Self::new(refused)
    }
}
