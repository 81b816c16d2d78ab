//! `NetworkBehaviour` of a guard: the warden first, then the inner behaviour.

use std::task::{Context, Poll};

use libp2p::core::Endpoint;
use libp2p::core::transport::PortUse;
use libp2p::swarm::{
    ConnectionDenied, ConnectionId, FromSwarm, NetworkBehaviour, THandler, THandlerInEvent,
    THandlerOutEvent, ToSwarm,
};
use libp2p::{Multiaddr, PeerId};

use super::{Guard, GuardEvent};
use crate::behaviour::Behaviour;
use crate::event::{Event, EventKind};
use peerwarden_host::Timer;

impl<B: NetworkBehaviour, T: Timer> NetworkBehaviour for Guard<B, T> {
    /// The inner behaviour's own: the warden has no protocol, so it needs no handler.
    type ConnectionHandler = B::ConnectionHandler;
    type ToSwarm = GuardEvent<B::ToSwarm>;

    fn handle_pending_inbound_connection(
        &mut self,
        id: ConnectionId,
        local: &Multiaddr,
        remote: &Multiaddr,
    ) -> Result<(), ConnectionDenied> {
        self.warden.handle_pending_inbound_connection(id, local, remote)?;
        self.inner.handle_pending_inbound_connection(id, local, remote)
    }

    fn handle_established_inbound_connection(
        &mut self,
        id: ConnectionId,
        peer: PeerId,
        local: &Multiaddr,
        remote: &Multiaddr,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        let _: THandler<Behaviour<T>> =
            self.warden.handle_established_inbound_connection(id, peer, local, remote)?;
        self.inner.handle_established_inbound_connection(id, peer, local, remote)
    }

    fn handle_pending_outbound_connection(
        &mut self,
        id: ConnectionId,
        peer: Option<PeerId>,
        addresses: &[Multiaddr],
        role: Endpoint,
    ) -> Result<Vec<Multiaddr>, ConnectionDenied> {
        let mut more = self.warden.handle_pending_outbound_connection(id, peer, addresses, role)?;
        more.extend(self.inner.handle_pending_outbound_connection(id, peer, addresses, role)?);
        Ok(more)
    }

    fn handle_established_outbound_connection(
        &mut self,
        id: ConnectionId,
        peer: PeerId,
        addr: &Multiaddr,
        role: Endpoint,
        port_use: PortUse,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        let _: THandler<Behaviour<T>> =
            self.warden.handle_established_outbound_connection(id, peer, addr, role, port_use)?;
        self.inner.handle_established_outbound_connection(id, peer, addr, role, port_use)
    }

    fn on_swarm_event(&mut self, event: FromSwarm<'_>) {
        if let FromSwarm::ConnectionClosed(closed) = &event
            && closed.remaining_established == 0
            && self.warden.checks_on_leave()
        {
            let score = self.score(&closed.peer_id);
            self.warden.leaves_with(closed.peer_id, score);
        }
        self.warden.on_swarm_event(event);
        self.inner.on_swarm_event(event);
    }

    fn on_connection_handler_event(
        &mut self,
        peer: PeerId,
        id: ConnectionId,
        event: THandlerOutEvent<Self>,
    ) {
        if self.warden.delivers(&peer, id) {
            self.inner.on_connection_handler_event(peer, id, event);
        }
    }

    fn poll(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<ToSwarm<Self::ToSwarm, THandlerInEvent<Self>>> {
        while let Poll::Ready(order) = self.warden.poll(cx) {
            let order = if let ToSwarm::GenerateEvent(event) = order {
                match self.answer(event) {
                    Some(event) => ToSwarm::GenerateEvent(event),
                    None => continue,
                }
            } else {
                order
            };
            return Poll::Ready(order.map_out(GuardEvent::Warden).map_in(|never| match never {}));
        }
        self.inner.poll(cx).map(|order| {
            if let ToSwarm::GenerateEvent(event) = &order
                && !self.observers.is_empty()
            {
                let warden = self.warden.handle();
                for observer in &mut self.observers {
                    observer(event, &warden);
                }
            }
            order.map_out(GuardEvent::Inner)
        })
    }
}

impl<B: NetworkBehaviour, T: Timer> Guard<B, T> {
    /// Answers a request for a score. Returns the event if it is for the application.
    fn answer(&mut self, mut event: Event) -> Option<Event> {
        let missed = std::mem::take(&mut self.missed).saturating_add(event.missed);
        let asked =
            if let EventKind::ScoreRequested { peer } = event.kind { Some(peer) } else { None };
        let Some(peer) = asked.filter(|_| self.scorer.is_some()) else {
            event.missed = missed;
            return Some(event);
        };
        self.missed = missed;
        let handle = self.warden.handle();
        // The behaviour is here, so its handle is open.
        let _ = match self.score(&peer) {
            Some(score) => handle.score(peer, score),
            None => handle.score_unavailable(peer),
        };
        None
    }
}
