//! Dials of peers whose bans are over.

use libp2p::swarm::behaviour::DialFailure;
use libp2p::swarm::dial_opts::{DialOpts, PeerCondition};
use libp2p::swarm::{ConnectionId, FromSwarm};
use libp2p::{Multiaddr, PeerId};

use super::Behaviour;
use crate::address;
use crate::address_book::ADDRESSES;
use crate::event::EventKind;
use crate::log;
use crate::redial_error::RedialError;
use crate::timer::Timer;

/// A dial that is under way, and where to.
pub(super) struct Redial {
    peer: PeerId,
    addresses: Vec<Multiaddr>,
}

impl<T: Timer> Behaviour<T> {
    /// After a restart no address was kept, and those announced since have to do. Other behaviours
    /// may know of more.
    pub(super) fn redial(&mut self, peer: PeerId, mut addresses: Vec<Multiaddr>) -> DialOpts {
        if addresses.is_empty() {
            addresses.extend(self.announced.get(&peer).take(ADDRESSES));
        }
        let opts = DialOpts::peer_id(peer)
            .condition(PeerCondition::NotDialing)
            .addresses(addresses.clone())
            .extend_addresses_through_behaviour()
            .build();
        self.redials.insert(opts.connection_id(), Redial { peer, addresses });
        opts
    }

    /// Takes note of what peers are said to be reachable at, in number bounded by libp2p, in bytes
    /// here.
    pub(super) fn remember_announced(&mut self, event: &FromSwarm<'_>) {
        if let FromSwarm::NewExternalAddrOfPeer(said) = event {
            // As libp2p keeps it.
            let whole = said.addr.clone().with_p2p(said.peer_id);
            if !whole.is_ok_and(|whole| address::is_kept(&whole)) {
                return;
            }
        }
        let _ = self.announced.on_swarm_event(event);
    }

    /// The addresses of the peer whose redial led to this connection.
    pub(super) fn redial_succeeded(&mut self, id: ConnectionId) -> Vec<Multiaddr> {
        self.redials.remove(&id).map(|redial| redial.addresses).unwrap_or_default()
    }

    /// libp2p tells nobody else of a dial that no user asked for.
    pub(super) fn on_dial_failure(&mut self, event: &DialFailure<'_>) {
        if let Some(Redial { peer, addresses }) = self.redials.remove(&event.connection_id) {
            let error = RedialError::from(event.error);
            log::redial_failed(&peer, &error);
            self.shared.lock().tell(EventKind::RedialFailed { peer, addresses, error });
        }
    }
}
