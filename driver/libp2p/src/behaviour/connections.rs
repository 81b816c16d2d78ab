//! Connections that come, change and go.

use libp2p::PeerId;
use libp2p::swarm::ConnectionId;
use libp2p::swarm::behaviour::{AddressChange, ConnectionClosed, ConnectionEstablished};
use peerwarden_core::{Event, Instant};

use super::Behaviour;
use crate::remote_addr;
use peerwarden_host::Timer;
use peerwarden_host::driver::Connection;

impl<T: Timer> Behaviour<T> {
    pub(super) fn on_established(&mut self, event: &ConnectionEstablished<'_>) {
        let now = self.timer.now();
        let (peer, id) = (event.peer_id, event.connection_id);
        let (addr, direction) = remote_addr::remote_endpoint(event.endpoint);
        self.connections.insert(id, peer, addr, direction);

        let announced = self.announced.get(&peer);
        self.node.shared().input(Event::Connected { peer, addr, direction }, now, |state| {
            let redialled = state.driver.redials.succeeded(id);
            state.driver.redials.connected(&peer, now);
            if event.endpoint.is_dialer() {
                let kept = redialled.map(|dial| dial.addresses).unwrap_or_default();
                let others: Vec<_> = kept.into_iter().chain(announced).collect();
                state.driver.book.dialled(peer, event.endpoint.get_remote_address(), others);
            }
        });
    }

    pub(super) fn on_address_change(&mut self, event: &AddressChange<'_>) {
        let now = self.timer.now();
        let (peer, id) = (event.peer_id, event.connection_id);
        let (addr, direction) = remote_addr::remote_endpoint(event.new);
        let had_place = self.connections.is_seen(&peer, id);
        self.connections.insert(id, peer, addr, direction);
        self.shared().input(Event::Connected { peer, addr, direction }, now, |_| {});
        if addr.is_none() && had_place {
            self.announce_another(peer, now);
        }
    }

    pub(super) fn on_closed(&mut self, event: &ConnectionClosed<'_>) {
        let now = self.timer.now();
        let (peer, id) = (event.peer_id, event.connection_id);
        self.incomplete.remove(id);
        if event.remaining_established > 0 {
            let was_seen = self.connections.is_seen(&peer, id);
            let _ = self.connections.remove(id);
            if was_seen {
                self.announce_another(peer, now);
            }
            return;
        }
        self.connections.remove_peer(&peer);
        self.shared().input(Event::Disconnected { peer }, now, |state| {
            state.driver.book.disconnected(&peer);
            state.driver.redials.disconnected(&peer, now);
        });
    }

    /// The connection whose IP the engine was last told is gone: tells it of one that is left.
    fn announce_another(&mut self, peer: PeerId, now: Instant) {
        let state = self.node.shared().lock();
        let allowed = self.connections.allowed(&peer, &state.engine, now);
        drop(state);
        if let Some((id, connection)) = allowed {
            self.announce(id, &connection, now);
        }
    }

    /// The engine counts `peer` as leaving, but not all of its connections are closed: tells it of
    /// one that stays, the last for choice of those that it has nothing against.
    ///
    /// If it refuses that one too, it says so again.
    pub(super) fn announce_one_that_stays(&mut self, peer: PeerId) {
        let now = self.timer.now();
        let state = self.node.shared().lock();
        let best = self.connections.best(&peer, &state.engine, now);
        drop(state);
        if let Some((id, connection)) = best {
            self.announce(id, &connection, now);
        }
    }

    fn announce(&mut self, id: ConnectionId, connection: &Connection<PeerId>, now: Instant) {
        let Connection { peer, ip: addr, direction, .. } = *connection;
        if addr.is_some() {
            self.connections.set_seen(peer, id);
        }
        self.shared().input(Event::Connected { peer, addr, direction }, now, |_| {});
    }
}
