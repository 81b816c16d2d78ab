//! Verdict on an address before it is dialled.

use libp2p::multiaddr::Protocol;
use libp2p::{Multiaddr, PeerId};
use peerwarden_core::{Denial, Direction};
use peerwarden_host::{AddressFault, Closed};

use crate::address::Destination;
use crate::handle::Handle;

/// Whether an address may be dialled: what [`Handle::check_dial`] gives.
#[derive(Clone, Copy, Debug, Eq, PartialEq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
#[must_use = "a verdict that is not read refuses nothing"]
pub enum DialVerdict {
    /// Nothing refuses it.
    Allow,
    /// The peer that the address names, or the IP that it leads to, is banned.
    Deny(Denial),
    /// It can be read in more than one way, or leads nowhere.
    Refuse(AddressFault),
}

impl Handle {
    /// Whether `address` may be dialled: what the gates say of it, read as they read it.
    ///
    /// Judged is the peer that the address names at its end, if it names one, and the IP that it leads to.
    /// A name has no IP until it is resolved, which [`DialGate`](crate::DialGate) judges then; nor has a
    /// relayed address, whose relay is dialled, and judged, by an address of its own. Nothing is counted,
    /// logged or told to subscribers.
    ///
    /// # Errors
    ///
    /// [`Closed`] if the behaviour is dropped.
    pub fn check_dial(&self, address: &Multiaddr) -> Result<DialVerdict, Closed> {
        let ip = match Destination::from_address(address) {
            Ok(destination) => destination.ip(),
            Err(fault) => return Ok(DialVerdict::Refuse(fault)),
        };
        let reasons = self.reasons(target(address).as_ref(), ip, Direction::Outbound)?;
        Ok(reasons.first().map_or(DialVerdict::Allow, |denial| DialVerdict::Deny(*denial)))
    }
}

/// The peer at the end of an address, if it names one there.
fn target(address: &Multiaddr) -> Option<PeerId> {
    match address.iter().last() {
        Some(Protocol::P2p(peer)) => Some(peer),
        Some(_) | None => None,
    }
}
