//! `OpenConnections`: the doorman's state under the engine's lock.

use std::fmt;
use std::hash::RandomState;
use std::net::IpAddr;
use std::time::Duration;

use hashbrown::HashMap;
use peerwarden_core::{Action, Direction, Event, Instant};

use crate::closing::{CloseCommand, CloseQueue, Walk};
use crate::connections::{Connection, Connections};
use crate::driver::{Command, Commands, Driver};
use crate::engine::Engine;
use crate::peer::PeerName;

/// The connections that a [`Doorman`](crate::Doorman) has admitted, and what is to be done about them: its
/// state under the engine's lock.
///
/// It is here for the type of its handle, `Handle<P, OpenConnections<P, C>>`.
pub struct OpenConnections<P, C> {
    table: Connections<P, ConnectionId>,
    /// Of each connection that is not being closed what it was admitted with.
    held: HashMap<ConnectionId, C, RandomState>,
    closes: CloseQueue<P>,
    /// Of each peer to disconnect the first connection that came after that was decided.
    came_later: HashMap<P, ConnectionId, RandomState>,
    /// Dials and requests for scores.
    commands: Commands<P>,
    next_id: ConnectionId,
}

/// Connections are numbered in the order in which they are admitted.
pub(super) type ConnectionId = u64;

impl<P: PeerName, C> OpenConnections<P, C> {
    /// Counts a connection, of which the engine is about to be told.
    pub(super) fn insert(
        &mut self,
        peer: P,
        addr: Option<IpAddr>,
        direction: Direction,
        connection: C,
    ) -> (ConnectionId, Event<P>) {
        let id = self.next_id;
        self.next_id = id.saturating_add(1);
        self.held.insert(id, connection);
        (id, self.announce(id, peer, addr, direction))
    }

    /// A connection is gone. Returns what the engine is to be told, and what the connection was admitted
    /// with, for the caller to drop once the lock is released.
    pub(super) fn remove(
        &mut self,
        id: ConnectionId,
        engine: &Engine<P>,
        now: Instant,
    ) -> (Option<Event<P>>, Option<C>) {
        let held = self.held.remove(&id);
        let Some(gone) = self.table.remove(id) else {
            return (None, held);
        };
        if !self.table.has_peer(&gone.peer) {
            self.table.remove_peer(&gone.peer);
            return (Some(Event::Disconnected { peer: gone.peer }), held);
        }
        if self.table.is_seen(&gone.peer, id) {
            return (self.another(&gone.peer, engine, now), held);
        }
        (None, held)
    }

    /// Returns where an open connection comes from.
    pub(super) fn connection(&self, id: ConnectionId) -> Option<&Connection<P>> {
        self.table.get(id)
    }

    /// A connection is at another address. Returns what the engine is to be told, in this order.
    pub(super) fn moved(&mut self, id: ConnectionId, addr: Option<IpAddr>) -> Option<Moved<P>> {
        let connection = self.table.get(id)?.clone();
        let was_seen = self.table.is_seen(&connection.peer, id);
        let peer = connection.peer.clone();
        let event = self.announce(id, connection.peer, addr, connection.direction);
        Some(Moved { event, lost_place_of: (was_seen && addr.is_none()).then_some(peer) })
    }

    /// Returns what the engine is to be told once the IP is gone that it had last seen the peer at.
    pub(super) fn another(
        &mut self,
        peer: &P,
        engine: &Engine<P>,
        now: Instant,
    ) -> Option<Event<P>> {
        let (id, left) = self.table.allowed(peer, engine, now)?;
        Some(self.announce(id, left.peer, left.ip, left.direction))
    }

    /// Returns what the engine, which counts `peer` as leaving, is to be told if a connection stays.
    pub(super) fn one_that_stays(
        &mut self,
        peer: &P,
        engine: &Engine<P>,
        now: Instant,
    ) -> Option<Event<P>> {
        let (id, left) = self.table.best(peer, engine, now)?;
        Some(self.announce(id, left.peer, left.ip, left.direction))
    }

    /// Returns the next walk over connections to close, if there is one to begin.
    pub(super) fn next_walk(&mut self) -> Option<Walk<P, ConnectionId>> {
        let command = self.closes.next_command()?;
        let came_later = match &command {
            CloseCommand::Close(peer, _) => self.came_later.remove(peer),
            CloseCommand::Review(_) => None,
        };
        Some(Walk::new(command).before(came_later))
    }

    /// Goes through one slice of a walk. Returns what is to be closed.
    pub(super) fn step(
        &mut self,
        walk: &mut Walk<P, ConnectionId>,
        engine: &Engine<P>,
        now: Instant,
    ) -> Vec<(P, C)> {
        let refused = walk.step(&mut self.table, engine, now);
        let held = refused.into_iter().map(|(id, peer)| (peer, self.held.remove(&id)));
        held.filter_map(|(peer, connection)| Some((peer, connection?))).collect()
    }

    /// Has connections closed so much later than the bans that they are closed for.
    pub(super) fn set_farewell(&mut self, farewell: Duration) {
        self.closes.set_farewell(farewell);
    }

    /// Queues the closes whose farewell is over.
    pub(super) fn end_farewells(&mut self, now: Instant) {
        self.closes.release(now);
    }

    /// Returns the next dial or request for a score.
    pub(super) fn next_command(&mut self) -> Option<Command<P>> {
        self.commands.pop()
    }

    /// Returns how many connections are open.
    pub(super) fn len(&self) -> usize {
        self.table.len()
    }

    fn announce(
        &mut self,
        id: ConnectionId,
        peer: P,
        addr: Option<IpAddr>,
        direction: Direction,
    ) -> Event<P> {
        self.table.insert(id, peer.clone(), addr, direction);
        Event::Connected { peer, addr, direction }
    }
}

/// What the engine is to be told of a connection that has moved.
pub(super) struct Moved<P> {
    pub(super) event: Event<P>,
    /// The peer, if it is not known any more at which IP it is.
    pub(super) lost_place_of: Option<P>,
}

impl<P: PeerName, C: Send + 'static> Driver<P> for OpenConnections<P, C> {
    type Key = P;

    fn before(&mut self, event: &Event<P>) {
        if let Event::Disconnected { peer } = event {
            self.came_later.remove(peer);
        }
        self.closes.before(event);
        self.commands.before(event);
    }

    fn act(&mut self, action: Action<P>, engine: &Engine<P>, now: Instant) {
        self.closes.note(&action, engine, now);
        if let Action::Disconnect { peer } = action {
            self.came_later.insert(peer, self.next_id);
        } else {
            self.commands.act(action, engine, now);
        }
    }

    fn disconnect(&mut self, peer: &P) {
        self.closes.disconnect(peer);
        self.came_later.insert(peer.clone(), self.next_id);
    }

    fn set_local_peer_id(&mut self, peer: &P) {
        self.commands.set_local_peer_id(peer);
    }

    fn has_work(&self) -> bool {
        !self.closes.is_empty() || self.commands.has_work()
    }

    fn deadline(&self) -> Option<Instant> {
        self.closes.deadline()
    }
}

impl<P: PeerName, C> Default for OpenConnections<P, C> {
    fn default() -> Self {
        Self {
            table: Connections::new(ConnectionId::MIN, ConnectionId::MAX),
            held: HashMap::default(),
            closes: CloseQueue::default(),
            came_later: HashMap::default(),
            commands: Commands::default(),
            next_id: ConnectionId::MIN,
        }
    }
}

impl<P, C> fmt::Debug for OpenConnections<P, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenConnections").field("held", &self.held.len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use peerwarden_core::{Config, Origin, Subject};

    use super::*;
    use crate::manual_timer::ManualTimer;
    use crate::node::Node;
    use crate::test_peer::Peer;

    #[test]
    fn nothing_is_left_of_a_peer_that_leaves_before_it_is_closed() {
        let node: Node<Peer, OpenConnections<Peer, u32>> =
            Node::new(Config::default(), Arc::new(ManualTimer::new()));
        let (shared, peer) = (node.shared(), Peer::random());
        let now = shared.now();
        let id = shared.input_if(now, |state| {
            let (id, event) = state.driver.insert(peer, None, Direction::Inbound, 1);
            (Some(event), id)
        });
        node.handle().ban(Subject::Peer(peer), None, Origin::Operator).unwrap();

        shared.input_if(now, |state| state.driver.remove(id, &state.engine, now));

        let state = shared.lock();
        assert!(state.driver.came_later.is_empty() && state.driver.held.is_empty());
        assert_eq!((state.driver.len(), state.driver.deadline()), (0, None));
    }
}
