//! Connections that come, change and go.

use libp2p::swarm::behaviour::{AddressChange, ConnectionClosed, ConnectionEstablished};
use peerwarden_core::Event;

use super::Behaviour;
use crate::observed;
use crate::timer::Timer;

impl<T: Timer> Behaviour<T> {
    pub(super) fn on_established(&mut self, event: &ConnectionEstablished<'_>) {
        let now = self.timer.now();
        let peer = event.peer_id;
        let (addr, direction) = observed::endpoint(event.endpoint);
        let kept = self.redial_succeeded(event.connection_id);
        let others: Vec<_> = kept.into_iter().chain(self.announced.get(&peer)).collect();

        self.shared.input(Event::Connected { peer, addr, direction }, now, |state| {
            if event.endpoint.is_dialer() {
                state.book.dialled(peer, event.endpoint.get_remote_address(), others);
            }
        });
    }

    pub(super) fn on_address_change(&self, event: &AddressChange<'_>) {
        let now = self.timer.now();
        let peer = event.peer_id;
        let (addr, direction) = observed::endpoint(event.new);
        self.shared.input(Event::Connected { peer, addr, direction }, now, |_| {});
    }

    pub(super) fn on_closed(&self, event: &ConnectionClosed<'_>) {
        if event.remaining_established > 0 {
            return;
        }
        let now = self.timer.now();
        let peer = event.peer_id;
        self.shared.input(Event::Disconnected { peer }, now, |state| {
            state.book.disconnected(&peer);
        });
    }
}
