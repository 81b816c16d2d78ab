//! Closing of connections that are refused by now.

use std::collections::VecDeque;
use std::task::{Context, Poll};

use libp2p::PeerId;
use libp2p::swarm::{CloseConnection, ConnectionId};
use peerwarden_core::Verdict;

use super::Behaviour;
use peerwarden_host::Timer;
use peerwarden_host::driver::{Close, CloseCommand, Walk};

/// The walk that is under way, and what came of it so far.
#[derive(Debug, Default)]
pub(super) struct Closings {
    walk: Option<Walk<PeerId, ConnectionId>>,
    /// At most a slice's.
    orders: VecDeque<(PeerId, CloseConnection)>,
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
                if let CloseConnection::One(id) = order.1 {
                    self.close_deadlines.add([id], self.timer.now());
                }
                return Poll::Ready(Some(order));
            }
            if let Some(walk) = self.closings.walk.take() {
                self.walk(walk);
                continue;
            }
            let command = self.shared().lock().driver.closes.next_command();
            match command {
                Some(CloseCommand::Close(peer, close)) if self.is_whole(&peer, close) => {
                    self.connections.set_all_closing(&peer);
                    self.close_deadlines.add(self.connections.with_peer(&peer), self.timer.now());
                    return Poll::Ready(Some((peer, CloseConnection::All)));
                }
                Some(command) => self.closings.walk = Some(Walk::new(command)),
                None => match self.next_incomplete() {
                    Some(order) => self.closings.orders.push_back(order),
                    None => return Poll::Ready(None),
                },
            }
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }

    /// The next connection of which something was dropped, if no command has closed it.
    fn next_incomplete(&mut self) -> Option<(PeerId, CloseConnection)> {
        while let Some(id) = self.incomplete.pop() {
            let peer = self.connections.get(id).map(|connection| connection.peer);
            if let Some(peer) = peer.filter(|_| self.connections.set_closing(id)) {
                return Some((peer, CloseConnection::One(id)));
            }
        }
        None
    }

    /// Queues the closes whose time has come, and sees to it that the task is woken for the next.
    pub(super) fn poll_farewells(&mut self, cx: &mut Context<'_>) {
        let mut closes = self.shared().lock().driver.closes.deadline();
        loop {
            let due = closes.into_iter().chain(self.incomplete.deadline()).min();
            let Some(now) = self.farewell_alarm.poll(&self.timer, due, cx) else {
                return;
            };
            let mut state = self.node.shared().lock();
            state.driver.closes.release(now);
            closes = state.driver.closes.deadline();
            drop(state);
            self.incomplete.release(now);
        }
    }

    /// Whether every connection goes: it may have been banned itself since.
    fn is_whole(&self, peer: &PeerId, close: Close) -> bool {
        let now = self.timer.now();
        close.whole || self.shared().lock().engine.check_peer(peer, None, now) != Verdict::Allow
    }

    /// Goes through one slice.
    fn walk(&mut self, mut walk: Walk<PeerId, ConnectionId>) {
        let now = self.timer.now();
        let state = self.node.shared().lock();
        let refused = walk.step(&mut self.connections, &state.engine, now);
        drop(state);
        let orders = refused.into_iter().map(|(id, peer)| (peer, CloseConnection::One(id)));
        self.closings.orders.extend(orders);
        if !walk.is_over() {
            self.closings.walk = Some(walk);
        } else if let Some(peer) = walk.leaving() {
            self.announce_one_that_stays(*peer);
        }
    }
}

/// How many slices, and looks into the command queue, a poll may take.
const STEPS: usize = 16;
