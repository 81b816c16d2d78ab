//! Admission checks in libp2p's four connection hooks.

use libp2p::multiaddr::Protocol;
use libp2p::swarm::ConnectionDenied;
use libp2p::{Multiaddr, PeerId};

use super::Behaviour;
use crate::address;
use crate::attempt::Attempt;
use crate::denied::Denied;
use crate::refused_address::RefusedAddress;
use peerwarden_host::Gate;
use peerwarden_host::Timer;
use peerwarden_host::driver::GateRefusal;

impl<T: Timer> Behaviour<T> {
    /// Checks an inbound connection from `addr`, before its handshake.
    pub(super) fn pending_inbound(&self, addr: &Multiaddr) -> Result<(), ConnectionDenied> {
        self.gate(Gate::PendingInbound, None, Some(addr))
    }

    /// Checks an inbound connection of `peer`.
    pub(super) fn established_inbound(
        &self,
        peer: PeerId,
        addr: &Multiaddr,
    ) -> Result<(), ConnectionDenied> {
        self.gate(Gate::EstablishedInbound, Some(peer), Some(addr))
    }

    /// Checks a dial before it begins.
    ///
    /// The addresses decide only if the peer is unknown. Those of a known peer may be added to by
    /// other behaviours, which the swarm does not say: each is checked by itself when it is dialled
    /// through a [`DialGate`](crate::DialGate), and the one that answers in any case.
    pub(super) fn pending_outbound(
        &self,
        peer: Option<PeerId>,
        addrs: &[Multiaddr],
    ) -> Result<(), ConnectionDenied> {
        let gate = Gate::PendingOutbound;
        if peer.is_some() {
            return self.judge(gate, peer, None).map_err(|refusal| {
                self.refuse(gate, refusal.at_ip(only(addrs).and_then(address::ip)))
            });
        }
        let mut first = None;
        for addr in addrs {
            match self.judge(gate, None, Some(addr)) {
                Ok(()) => return Ok(()),
                Err(refusal) => first = first.or(Some(refusal)),
            }
        }
        first.map_or(Ok(()), |refusal| Err(self.refuse(gate, refusal)))
    }

    /// Checks a dial that reached `peer` at `addr`.
    pub(super) fn established_outbound(
        &self,
        peer: PeerId,
        addr: &Multiaddr,
    ) -> Result<(), ConnectionDenied> {
        self.gate(Gate::EstablishedOutbound, Some(peer), Some(addr))
    }

    fn gate(
        &self,
        gate: Gate,
        peer: Option<PeerId>,
        addr: Option<&Multiaddr>,
    ) -> Result<(), ConnectionDenied> {
        self.judge(gate, peer, addr).map_err(|refusal| self.refuse(gate, refusal))
    }

    fn judge(
        &self,
        gate: Gate,
        peer: Option<PeerId>,
        addr: Option<&Multiaddr>,
    ) -> Result<(), GateRefusal<PeerId>> {
        let now = self.timer.now();
        let attempt = Attempt::read(gate, peer, addr, now)?;
        let denied = attempt.denied(&self.shared().lock().engine, now);
        denied.map_or(Ok(()), |denied| Err(GateRefusal::Banned(Box::new(denied))))
    }

    /// Tells of a refusal before libp2p does.
    fn refuse(&self, gate: Gate, refusal: GateRefusal<PeerId>) -> ConnectionDenied {
        self.shared().report_refusal(gate, &refusal);
        match refusal {
            GateRefusal::Address(refused) => RefusedAddress(*refused).into(),
            GateRefusal::Banned(denied) => Denied(*denied).into(),
        }
    }
}

/// The address of a dial that was most likely made from just that: one, with the peer's id in it.
fn only(addrs: &[Multiaddr]) -> Option<&Multiaddr> {
    let [addr] = addrs else {
        return None;
    };
    matches!(addr.iter().last(), Some(Protocol::P2p(_))).then_some(addr)
}
