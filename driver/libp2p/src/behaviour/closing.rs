//! Closing of connections that are refused by now.

use std::collections::VecDeque;
use std::task::{Context, Poll};

use libp2p::PeerId;
use libp2p::swarm::CloseConnection;
use peerwarden_core::Verdict;

use super::Behaviour;
use crate::closing::Close;
use crate::command_queue::Command;
use crate::connections::{Cursor, Scope};
use crate::swarm_state::State;
use peerwarden_host::Timer;

/// A walk over connections that may be refused, and what came of it so far.
///
/// It goes on a slice at a time: neither the engine's lock nor a poll is held for long, however
/// many connections there are.
#[derive(Debug, Default)]
pub(super) struct Closings {
    walk: Option<Walk>,
    /// At most a slice's.
    orders: VecDeque<(PeerId, CloseConnection)>,
}

#[derive(Debug)]
struct Walk {
    scope: Scope,
    close: Close,
    cursor: Option<Cursor>,
}

impl<T: Timer> Behaviour<T> {
    /// The next connections to close, `None` if there are none; pending, with the task woken, if
    /// others are to get their turn first.
    pub(super) fn poll_close(
        &mut self,
        cx: &Context<'_>,
    ) -> Poll<Option<(PeerId, CloseConnection)>> {
        for _ in 0..STEPS {
            if let Some(order) = self.closings.orders.pop_front() {
                return Poll::Ready(Some(order));
            }
            if let Some(walk) = self.closings.walk.take() {
                self.walk(walk);
                continue;
            }
            let task = self.shared().lock().driver.commands.next_command();
            match task {
                Some(Command::Close(peer, close)) if self.is_whole(&peer, close) => {
                    self.connections.set_all_closing(&peer);
                    return Poll::Ready(Some((peer, CloseConnection::All)));
                }
                Some(Command::Close(peer, close)) => {
                    let scope = Scope::Peer(peer);
                    self.closings.walk = Some(Walk { scope, close, cursor: None });
                }
                Some(Command::Review(scope)) => {
                    self.closings.walk = Some(Walk { scope, close: Close::REVIEW, cursor: None });
                }
                None => return Poll::Ready(None),
            }
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }

    /// Hands on the closes whose time has come, and sees to it that the task is woken for the next.
    pub(super) fn poll_farewells(&mut self, cx: &mut Context<'_>) {
        let mut due = self.shared().lock().driver.farewells.deadline();
        while let Some(now) = self.farewell_alarm.poll(&self.timer, due, cx) {
            let State { driver, .. } = &mut *self.shared().lock();
            driver.farewells.release(now, &mut driver.commands);
            due = driver.farewells.deadline();
        }
    }

    /// Whether every connection goes: it may have been banned itself since.
    fn is_whole(&self, peer: &PeerId, close: Close) -> bool {
        let now = self.timer.now();
        close.whole || self.shared().lock().engine.check_peer(peer, None, now) != Verdict::Allow
    }

    /// Goes through one slice.
    fn walk(&mut self, walk: Walk) {
        let Walk { scope, close, cursor } = walk;
        let (slice, cursor) = self.connections.slice(&scope, cursor, SLICE);
        let now = self.timer.now();
        let state = self.shared().lock();
        let refused = slice.into_iter().filter(|(_, connection)| {
            let verdict = state.engine.check_peer(&connection.peer, connection.ip, now);
            !connection.closing && close.covers(connection, verdict)
        });
        let refused: Vec<_> = refused.collect();
        drop(state);
        for (id, connection) in refused {
            if self.connections.set_closing(id) {
                let order = (connection.peer, CloseConnection::One(id));
                self.closings.orders.push_back(order);
            }
        }
        match (cursor, scope) {
            (Some(_), scope) => self.closings.walk = Some(Walk { scope, close, cursor }),
            (None, Scope::Peer(peer)) if close.leaving => self.announce_one_that_stays(peer),
            (None, Scope::All | Scope::Network(_) | Scope::Peer(_)) => {}
        }
    }
}

/// How many connections are looked at under one hold of the lock. A look takes a microsecond or so
/// with few lengths of banned networks, and several with all there can be.
const SLICE: usize = 64;

/// How many slices, and looks into the command queue, a poll may take.
const STEPS: usize = 16;
