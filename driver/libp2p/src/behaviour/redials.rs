//! Dials of peers whose bans are over, and of those that are to stay connected.

use std::num::NonZeroU16;
use std::task::Context;

use libp2p::swarm::FromSwarm;
use libp2p::swarm::behaviour::DialFailure;
use libp2p::swarm::dial_opts::{DialOpts, PeerCondition};
use libp2p::{Multiaddr, PeerId};

use super::Behaviour;
use crate::address;
use crate::address_book::ADDRESSES;
use crate::event::EventKind;
use crate::keep_connected::KeepConnectedError;
use crate::redial_error::RedialError;
use crate::redials::{Dial, Limits};
use crate::swarm_state::State;
use peerwarden_host::Timer;

impl<T: Timer> Behaviour<T> {
    /// Sets how many dials of this behaviour are under way at once, at most.
    ///
    /// 4 by default: bans that one incident began end at the same second, and each dial is up to
    /// eight sockets at a time. Where another behaviour limits pending dials, as
    /// `connection_limits` does with `max_pending_outgoing`, that limit is to leave room for these
    /// and for everybody else's.
    #[must_use]
    pub fn with_max_redials(self, at_once: NonZeroU16) -> Self {
        let mut state = self.shared().lock();
        let limits = Limits { under_way: at_once, ..state.driver.redials.limits() };
        state.driver.redials.set_limits(limits);
        drop(state);
        self
    }

    /// Sets how often a peer is dialled after its ban before it is given up.
    ///
    /// 6 by default: at once and after waits of 2, 4, 8, 16 and 32 minutes, each up to a quarter
    /// shorter by chance, which is about an hour. Longer waits than an hour there are none.
    /// Protected peers, and those that are [kept connected](Self::keep_connected), are never given
    /// up.
    #[must_use]
    pub fn with_redial_attempts(self, attempts: NonZeroU16) -> Self {
        let mut state = self.shared().lock();
        let limits = Limits { attempts, ..state.driver.redials.limits() };
        state.driver.redials.set_limits(limits);
        drop(state);
        self
    }

    /// As [`Handle::keep_connected`](crate::Handle::keep_connected), for whoever has the behaviour
    /// at hand. The first dial is made when the swarm is first polled.
    ///
    /// # Errors
    ///
    /// [`KeepConnectedError`], but for [`KeepConnectedError::Closed`].
    pub fn keep_connected(
        &self,
        peer: PeerId,
        addresses: Vec<Multiaddr>,
    ) -> Result<(), KeepConnectedError> {
        self.handle().keep_connected(peer, addresses)
    }

    /// As [`Handle::let_go`](crate::Handle::let_go).
    pub fn let_go(&self, peer: PeerId) {
        // Never gone: the behaviour is here.
        let _ = self.handle().let_go(peer);
    }

    /// The dial that is due, if there is one and it may be made.
    ///
    /// After a restart no address was kept, and those announced since have to do. Other behaviours
    /// may know of more.
    pub(super) fn next_redial(&mut self, cx: &mut Context<'_>) -> Option<DialOpts> {
        let due = self.shared().lock().driver.redials.deadline();
        let now = self.redial_alarm.poll(&self.timer, due, cx)?;

        let mut state = self.node.shared().lock();
        let (peer, addresses) = state.driver.redials.due(now)?;
        let mut addresses = addresses.to_vec();
        if addresses.is_empty() {
            addresses.extend(self.announced.get(&peer).take(ADDRESSES));
        }
        let opts = DialOpts::peer_id(peer)
            .condition(PeerCondition::NotDialing)
            .addresses(addresses.clone())
            .extend_addresses_through_behaviour()
            .build();
        state.driver.redials.begin(opts.connection_id(), Dial { peer, addresses });
        Some(opts)
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

    /// libp2p tells nobody else of a dial that no user asked for.
    pub(super) fn on_dial_failure(&self, event: &DialFailure<'_>) {
        let now = self.timer.now();
        if !self.shared().lock().driver.redials.is_under_way(event.connection_id) {
            return;
        }
        // Prints errors of the transport, which are not ours, so not under the lock.
        let error = RedialError::from(event.error);
        let mut state = self.shared().lock();
        let State { engine, driver, .. } = &mut *state;
        let is_protected =
            |peer: &PeerId| engine.status(peer, now).is_some_and(|status| status.protected);
        let Some(failure) = driver.redials.failed(event.connection_id, now, is_protected) else {
            return;
        };
        let Dial { peer, addresses } = failure.dial;
        state.driver.events.emit(EventKind::RedialFailed { peer, addresses, error: error.clone() });
        if let Some(tries) = failure.gave_up {
            state.driver.events.emit(EventKind::RedialGaveUp { peer, tries, error: error.clone() });
        }
        drop(state);
        self.shared().telemetry.redial_failed(&peer, &error, failure.gave_up, now);
    }
}
