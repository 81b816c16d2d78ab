//! Who may pass.

use std::net::IpAddr;

use libp2p::PeerId;
use libp2p::swarm::ConnectionDenied;
use peerwarden_core::{Direction, Verdict};

use super::Behaviour;
use crate::denied::Denied;
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
        let now = self.timer.now();
        let verdict = match (peer, addr) {
            (Some(peer), addr) => self.shared.lock().engine.check_peer(&peer, addr, now),
            (None, Some(addr)) => self.shared.lock().engine.check_addr(addr, now),
            (None, None) => Verdict::Allow,
        };
        let Some(denial) = verdict.denial(direction) else {
            return Ok(());
        };
        let denied = Denied { peer, addr, direction, denial };
        self.shared.tell_of(&denied);
        Err(denied.into())
    }
}
