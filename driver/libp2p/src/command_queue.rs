//! Queue of closes, reviews and events for the swarm, bounded per peer.

use std::collections::VecDeque;
use std::hash::RandomState;

use hashbrown::HashMap;
use hashbrown::hash_map::Entry;
use libp2p::PeerId;

use crate::closing::Close;
use crate::connections::Scope;
use crate::event::{Event, EventKind};

/// Work and events that wait for the swarm to ask for them, bounded whoever causes them.
///
/// It holds a few flags for each peer that is to be disconnected, and at most [`MAX_REVIEWS`]
/// scopes to look through.
#[derive(Debug, Default)]
pub(crate) struct CommandQueue {
    closes: HashMap<PeerId, Close, RandomState>,
    /// The peers in `closes`, and some that have left since they were told to.
    order: VecDeque<PeerId>,
    reviews: VecDeque<Scope>,
    events: VecDeque<EventKind>,
    missed: u64,
}

/// One thing for the behaviour to do.
#[derive(Debug)]
pub(crate) enum Command {
    /// Close connections with the peer.
    Close(PeerId, Close),
    /// Close those connections of this scope that are refused by now.
    Review(Scope),
}

impl CommandQueue {
    pub(crate) fn close(&mut self, peer: PeerId, close: Close) {
        match self.closes.entry(peer) {
            Entry::Occupied(mut waiting) => waiting.get_mut().merge(close),
            Entry::Vacant(vacant) => {
                vacant.insert(close);
                self.order.push_back(peer);
            }
        }
    }

    /// `peer` has no connection any more.
    pub(crate) fn disconnected(&mut self, peer: &PeerId) {
        self.closes.remove(peer);
    }

    /// The connections of `scope` may be refused from here on. Beyond [`MAX_REVIEWS`] every
    /// connection is looked at instead.
    pub(crate) fn review(&mut self, scope: Scope) {
        if self.reviews.front() == Some(&Scope::All) || self.reviews.back() == Some(&scope) {
            return;
        }
        if self.reviews.len() >= MAX_REVIEWS {
            self.reviews.clear();
            self.reviews.push_back(Scope::All);
        } else {
            self.reviews.push_back(scope);
        }
    }

    pub(crate) fn emit(&mut self, kind: EventKind) {
        if self.events.len() >= Event::CAPACITY && self.events.pop_front().is_some() {
            self.missed = self.missed.saturating_add(1);
        }
        self.events.push_back(kind);
    }

    /// The next thing to do. It comes before events, and before dials: a close that came later
    /// would abort them.
    pub(crate) fn next_command(&mut self) -> Option<Command> {
        while let Some(peer) = self.order.pop_front() {
            // Some have left meanwhile.
            if let Some(close) = self.closes.remove(&peer) {
                return Some(Command::Close(peer, close));
            }
        }
        self.reviews.pop_front().map(Command::Review)
    }

    /// The next event for the application. A question for the score of a peer that is not connected
    /// any more is left out.
    pub(crate) fn next_event(&mut self, is_connected: impl Fn(&PeerId) -> bool) -> Option<Event> {
        let is_late = |kind: &EventKind| matches!(kind, EventKind::ScoreRequested { peer } if !is_connected(peer));
        let kind = loop {
            let kind = self.events.pop_front()?;
            if !is_late(&kind) {
                break kind;
            }
        };
        let missed = std::mem::take(&mut self.missed);
        Some(Event { kind, missed })
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.order.is_empty() && self.reviews.is_empty() && self.events.is_empty()
    }
}

/// How many scopes wait to be looked through, at most. A list that bans more networks at once costs
/// one look at every connection.
pub(crate) const MAX_REVIEWS: usize = 1024;

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use peerwarden_core::IpNet;

    use super::*;

    #[test]
    fn more_reviews_than_are_kept_become_one_of_everything() {
        let mut commands = CommandQueue::default();
        for n in 0..5_000 {
            commands
                .review(Scope::Network(IpNet::from(std::net::IpAddr::V4(Ipv4Addr::from_bits(n)))));
        }

        assert!(matches!(commands.next_command(), Some(Command::Review(Scope::All))));
        assert!(commands.next_command().is_none());
        assert!(commands.is_empty());
    }
    #[test]
    fn what_is_to_be_closed_of_a_peer_adds_up() {
        let (mut commands, peer) = (CommandQueue::default(), PeerId::random());
        commands.close(peer, Close { address: true, ..Close::REVIEW });
        commands.close(peer, Close { leaving: true, ..Close::REVIEW });

        let task = commands.next_command();

        let both = Close { address: true, leaving: true, ..Close::REVIEW };
        assert!(
            matches!(task, Some(Command::Close(closed, close)) if closed == peer && close == both)
        );
        assert!(commands.next_command().is_none());
    }
}
