//! Connection refused for how its address is written.

use std::error::Error;
use std::fmt;

use peerwarden_core::{Direction, Instant};
use serde::Serialize;

use crate::address_fault::AddressFault;
use crate::json::name;
use crate::one_line::OneLine;

/// A connection that was refused because its address can be read in more than one way.
///
/// Nothing is held against the peer, and no IP is recorded of it: any peer may have
/// announced the address.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(bound = "P: fmt::Display")]
#[non_exhaustive]
pub struct AddressRefusal<P> {
    /// The peer that was to be found there, if it is known.
    #[serde(serialize_with = "name")]
    pub peer: Option<P>,
    /// The address as text on one line: what is unprintable is escaped, and beyond 512 bytes it is
    /// cut.
    pub address: String,
    /// What is wrong with it.
    pub fault: AddressFault,
    /// Which side wanted the connection.
    pub direction: Direction,
    /// When it was refused, on the node's clock.
    pub at: Instant,
}

impl<P> AddressRefusal<P> {
    /// Refuses a connection with `peer`, if that is known, at an address with this fault.
    #[must_use]
    pub fn new(
        peer: Option<P>,
        address: impl fmt::Display,
        fault: AddressFault,
        direction: Direction,
        at: Instant,
    ) -> Self {
        Self { peer, address: OneLine(address).to_string(), fault, direction, at }
    }
}

/// `/p2p-circuit/ip4/192.0.2.1/tcp/1 refused: its circuit has no relay's id before it`.
impl<P> fmt::Display for AddressRefusal<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} refused: {}", self.address, self.fault)
    }
}

impl<P: fmt::Debug> Error for AddressRefusal<P> {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.fault)
    }
}
