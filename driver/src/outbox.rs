//! What the swarm has yet to be told.

use std::collections::VecDeque;
use std::hash::RandomState;

use hashbrown::HashMap;
use libp2p::{Multiaddr, PeerId};

use crate::event::{Event, EventKind};

/// Work and events that wait for the swarm to ask for them, bounded whoever causes them.
///
/// Of each peer it holds only whether it is to be closed and whether it is to be dialled.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    peers: HashMap<PeerId, Work, RandomState>,
    /// The peers with work, each of them once.
    order: VecDeque<PeerId>,
    events: VecDeque<EventKind>,
    missed: u64,
}

#[derive(Debug, Default)]
struct Work {
    close: bool,
    dial: Option<Vec<Multiaddr>>,
}

/// One thing to tell the swarm.
#[derive(Debug)]
pub(crate) enum Task {
    /// Close every connection with the peer.
    Close(PeerId),
    /// Dial the peer.
    Dial(PeerId, Vec<Multiaddr>),
    /// Tell the application.
    Tell(Event),
}

impl Outbox {
    pub(crate) fn close(&mut self, peer: PeerId) {
        self.work(peer).close = true;
    }

    pub(crate) fn dial(&mut self, peer: PeerId, addresses: Vec<Multiaddr>) {
        self.work(peer).dial = Some(addresses);
    }

    pub(crate) fn tell(&mut self, kind: EventKind) {
        if self.events.len() >= Event::CAPACITY && self.events.pop_front().is_some() {
            self.missed = self.missed.saturating_add(1);
        }
        self.events.push_back(kind);
    }

    /// The next thing to tell the swarm: work before events, and of one peer's work the close
    /// before the dial, since a close aborts dials that are under way.
    ///
    /// A question for the score of a peer that is not connected any more is dropped.
    pub(crate) fn next(&mut self, is_connected: impl Fn(&PeerId) -> bool) -> Option<Task> {
        while let Some(peer) = self.order.front().copied() {
            if let Some(work) = self.peers.get_mut(&peer) {
                if std::mem::take(&mut work.close) {
                    return Some(Task::Close(peer));
                }
                if let Some(addresses) = work.dial.take() {
                    return Some(Task::Dial(peer, addresses));
                }
            }
            self.peers.remove(&peer);
            self.order.pop_front();
        }
        let is_late = |kind: &EventKind| matches!(kind, EventKind::ScoreRequested { peer } if !is_connected(peer));
        let kind = loop {
            let kind = self.events.pop_front()?;
            if !is_late(&kind) {
                break kind;
            }
        };
        let missed = std::mem::take(&mut self.missed);
        Some(Task::Tell(Event { kind, missed }))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.order.is_empty() && self.events.is_empty()
    }

    fn work(&mut self, peer: PeerId) -> &mut Work {
        self.peers.entry(peer).or_insert_with(|| {
            self.order.push_back(peer);
            Work::default()
        })
    }
}
