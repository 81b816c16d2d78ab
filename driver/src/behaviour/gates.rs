//! Who may pass.

use std::net::IpAddr;

use libp2p::PeerId;
use libp2p::swarm::ConnectionDenied;
use peerwarden_core::Direction;

use super::Behaviour;
use crate::timer::Timer;

impl<T: Timer> Behaviour<T> {
    /// Somebody at `addr` wants in.
    pub(super) fn pending_inbound(&self, addr: Option<IpAddr>) -> Result<(), ConnectionDenied> {
        self.gate(None, addr, Direction::Inbound)
    }

    /// `peer` at `addr` wants in.
    pub(super) fn established_inbound(
        &self,
        peer: PeerId,
        addr: Option<IpAddr>,
    ) -> Result<(), ConnectionDenied> {
        self.gate(Some(peer), addr, Direction::Inbound)
    }

    /// This node dials, or has reached, `peer` at `addr`.
    pub(super) fn outbound(
        &self,
        peer: Option<PeerId>,
        addr: Option<IpAddr>,
    ) -> Result<(), ConnectionDenied> {
        self.gate(peer, addr, Direction::Outbound)
    }

    fn gate(
        &self,
        peer: Option<PeerId>,
        addr: Option<IpAddr>,
        direction: Direction,
    ) -> Result<(), ConnectionDenied> {
        let denied = self.shared.denial(peer, addr, direction);
        denied.map_or(Ok(()), |denied| Err(denied.into()))
    }
}
