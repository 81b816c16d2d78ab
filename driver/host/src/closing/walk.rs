//! Walk over connections that may be refused.

use std::hash::Hash;

use peerwarden_core::Instant;

use super::{Close, CloseCommand};
use crate::connections::{Connection, Connections, Scope, SliceCursor};
use crate::engine::{Engine, EngineKey};
use crate::peer::PeerName;

/// A walk over connections that may be refused.
///
/// It goes on a slice at a time: neither the engine's lock nor a poll is held for long, however
/// many connections there are.
#[derive(Debug)]
pub struct Walk<P, I> {
    scope: Scope<P>,
    close: Close,
    /// A connection that is as late as this one goes only if it would be refused by now.
    before: Option<I>,
    cursor: Option<SliceCursor<P, I>>,
    over: bool,
}

impl<P: PeerName, I: Copy + Eq + Hash + Ord> Walk<P, I> {
    /// Begins a walk that carries out `command`.
    #[must_use]
    pub fn new(command: CloseCommand<P>) -> Self {
        let (scope, close) = match command {
            CloseCommand::Close(peer, close) => (Scope::Peer(peer), close),
            CloseCommand::Review(scope) => (scope, Close::REVIEW),
        };
        Self { scope, close, before: None, cursor: None, over: false }
    }

    /// Spares connections from `id` on, which came after the command, unless they are refused
    /// themselves.
    #[must_use]
    pub(crate) fn before(self, id: Option<I>) -> Self {
        Self { before: id, ..self }
    }

    /// Goes through one slice of at most 64 connections. Returns those that are to be closed, which
    /// count as closing from here on.
    pub fn step(
        &mut self,
        connections: &mut Connections<P, I>,
        engine: &Engine<P, impl EngineKey<P>>,
        now: Instant,
    ) -> Vec<(I, P)> {
        let (slice, cursor) = connections.slice(&self.scope, self.cursor.take(), SLICE);
        self.over = cursor.is_none();
        self.cursor = cursor;
        let refused = slice.into_iter().filter(|(id, connection)| {
            let verdict = engine.check_peer(&connection.peer, connection.ip, now);
            self.close_of(*id).covers(connection, verdict)
        });
        let refused: Vec<_> = refused.collect();
        let news = refused.into_iter().filter(|(id, _)| connections.set_closing(*id));
        news.map(|(id, Connection { peer, .. })| (id, peer)).collect()
    }

    /// Returns whether every connection was looked at.
    pub fn is_over(&self) -> bool {
        self.over
    }

    /// Returns the peer that the engine counts as leaving: it is to be told which connection stays, if
    /// one does.
    pub fn leaving(&self) -> Option<&P> {
        match &self.scope {
            Scope::Peer(peer) if self.close.leaving => Some(peer),
            Scope::All | Scope::Network(_) | Scope::Peer(_) => None,
        }
    }

    fn close_of(&self, id: I) -> Close {
        let came_later = self.before.is_some_and(|before| id >= before);
        if came_later { Close { leaving: self.close.leaving, ..Close::REVIEW } } else { self.close }
    }
}

/// How many connections are looked at under one hold of the lock. A look takes a microsecond or so
/// with few lengths of banned networks, and several with all there can be.
const SLICE: usize = 64;
