//! Who may pass.

use std::net::IpAddr;

use libp2p::PeerId;
use libp2p::swarm::ConnectionDenied;
use peerwarden_core::Verdict;

use super::Behaviour;
use crate::denied::Denied;
use crate::gate::Gate;
use crate::timer::Timer;

impl<T: Timer> Behaviour<T> {
    /// Somebody at `addr` wants in.
    pub(super) fn pending_inbound(&self, addr: Option<IpAddr>) -> Result<(), ConnectionDenied> {
        self.gate(Gate::PendingInbound, None, addr)
    }

    /// `peer` at `addr` wants in.
    pub(super) fn established_inbound(
        &self,
        peer: PeerId,
        addr: Option<IpAddr>,
    ) -> Result<(), ConnectionDenied> {
        self.gate(Gate::EstablishedInbound, Some(peer), addr)
    }

    /// This node dials `peer`, only at `addr` if that is given.
    pub(super) fn pending_outbound(
        &self,
        peer: Option<PeerId>,
        addr: Option<IpAddr>,
    ) -> Result<(), ConnectionDenied> {
        self.gate(Gate::PendingOutbound, peer, addr)
    }

    /// This node has reached `peer` at `addr`.
    pub(super) fn established_outbound(
        &self,
        peer: PeerId,
        addr: Option<IpAddr>,
    ) -> Result<(), ConnectionDenied> {
        self.gate(Gate::EstablishedOutbound, Some(peer), addr)
    }

    fn gate(
        &self,
        gate: Gate,
        peer: Option<PeerId>,
        addr: Option<IpAddr>,
    ) -> Result<(), ConnectionDenied> {
        let now = self.timer.now();
        let verdict = match (peer, addr) {
            (Some(peer), addr) => self.shared.lock().engine.check_peer(&peer, addr, now),
            (None, Some(addr)) => self.shared.lock().engine.check_addr(addr, now),
            (None, None) => Verdict::Allow,
        };
        let direction = gate.direction();
        let Some(denial) = verdict.denial(direction) else {
            return Ok(());
        };
        let denied = Denied { peer, addr, direction, denial, at: now };
        self.shared.tell_of(gate, &denied);
        Err(denied.into())
    }
}
