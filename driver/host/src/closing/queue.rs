//! Queue of the connections to close or to look at again, bounded per peer.

use std::collections::VecDeque;
use std::hash::RandomState;
use std::time::Duration;

use hashbrown::HashMap;
use hashbrown::hash_map::Entry;
use peerwarden_core::{Action, Event, Instant, Subject};

use super::farewells::{Farewells, Ready};
use super::{Close, CloseContext, is_by_order};
use crate::connections::Scope;
use crate::engine::{Engine, EngineKey};
use crate::peer::PeerName;

/// Closes that wait for the driver, as the engine's inputs and actions ask for them.
///
/// It holds a few flags for each peer that is to be disconnected, and at most
/// [`MAX_REVIEWS`](Self::MAX_REVIEWS) scopes to look through.
#[derive(Debug)]
pub struct CloseQueue<P> {
    /// The input whose actions are carried out.
    context: CloseContext<P>,
    closes: HashMap<P, Close, RandomState>,
    /// The peers in `closes`, and some that have left since they were told to.
    order: VecDeque<P>,
    reviews: VecDeque<Scope<P>>,
    /// Closes that come later than their bans.
    farewells: Farewells<P>,
}

/// One thing for the driver to do. Exhaustive: a driver has to do each of them.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum CloseCommand<P> {
    /// Close connections with the peer.
    Close(P, Close),
    /// Close those connections of this scope that are refused by now.
    Review(Scope<P>),
}

impl<P: PeerName> CloseQueue<P> {
    /// How many scopes wait to be looked through, at most. A list that bans more networks at once costs
    /// one look at every connection.
    pub const MAX_REVIEWS: usize = 1024;

    /// Takes note of an input before the engine is given it.
    pub fn before(&mut self, event: &Event<P>) {
        self.context = CloseContext::new(event);
        match event {
            // The engine looks at the IP last seen of each peer; others of its connections may be
            // refused too.
            Event::Unprotect { subject } => self.review(Scope::from_subject(subject)),
            // What it opens next is not what was to be closed.
            Event::Disconnected { peer } => {
                self.closes.remove(peer);
                let _ = self.farewells.end(peer);
            }
            Event::Ban { .. }
            | Event::Connected { .. }
            | Event::Expel { .. }
            | Event::Heartbeat
            | Event::Protect { .. }
            | Event::Reconfigure { .. }
            | Event::Report { .. }
            | Event::Score { .. }
            | Event::ScoreUnavailable { .. }
            | Event::Tick
            | Event::Unban { .. }
            | Event::Valid { .. }
            | Event::Waive { .. }
            | _ => {}
        }
    }

    /// Has closes come so much later than bans from here on; at once, if that is zero.
    pub fn set_farewell(&mut self, duration: Duration) {
        self.farewells.set_duration(duration);
    }

    /// Closes every connection with `peer`, whether it is banned or not.
    pub fn disconnect(&mut self, peer: &P) {
        self.close(peer.clone(), Close::WHOLE);
    }

    /// Returns when [`release`](Self::release) has something to do, if it ever has.
    pub fn deadline(&self) -> Option<Instant> {
        self.farewells.deadline()
    }

    /// Queues the closes that have waited long enough.
    pub fn release(&mut self, now: Instant) {
        let mut ready = Vec::new();
        self.farewells.release(now, |each| ready.push(each));
        for each in ready {
            match each {
                Ready::Close(peer, close) => self.close(peer, close),
                Ready::Review(scope) => self.review(scope),
            }
        }
    }

    /// Takes note of an action that came of that input.
    pub fn note(
        &mut self,
        action: &Action<P>,
        engine: &Engine<P, impl EngineKey<P>>,
        now: Instant,
    ) {
        match action {
            Action::Ban { subject, cause, .. } => {
                self.context.note_ban(subject, *cause);
                if matches!(subject, Subject::Addr(_)) && is_by_order(*cause) {
                    let scope = Scope::from_subject(subject);
                    if self.farewells.is_on() {
                        self.farewells.delay_review(scope, now);
                    } else {
                        self.review(scope);
                    }
                }
            }
            Action::Disconnect { peer } => {
                let close = self.context.close_of(peer, engine, now);
                if self.farewells.is_on() && self.context.is_for_ban(peer) {
                    self.farewells.delay_close(peer.clone(), close, now);
                } else if !self.farewells.merge(peer, close) {
                    self.close(peer.clone(), close);
                }
            }
            // The engine takes it for one that leaves, until it is told which connection stays.
            Action::Unban { subject: Subject::Peer(peer), .. } => {
                if let Some(close) = self.farewells.end(peer) {
                    self.close(peer.clone(), close);
                }
            }
            Action::Amend { .. }
            | Action::Dial { .. }
            | Action::Forget { .. }
            | Action::Incident { .. }
            | Action::RequestScore { .. }
            | Action::Unban { .. }
            | Action::Warn { .. }
            | Action::Withhold { .. } => {}
        }
    }

    /// Returns the next thing to do, and takes it out of the queue. Peers to disconnect come first.
    pub fn next_command(&mut self) -> Option<CloseCommand<P>> {
        while let Some(peer) = self.order.pop_front() {
            if let Some(close) = self.closes.remove(&peer) {
                return Some(CloseCommand::Close(peer, close));
            }
        }
        self.reviews.pop_front().map(CloseCommand::Review)
    }

    /// Returns whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.order.is_empty() && self.reviews.is_empty()
    }

    fn close(&mut self, peer: P, close: Close) {
        match self.closes.entry(peer.clone()) {
            Entry::Occupied(mut waiting) => waiting.get_mut().merge(close),
            Entry::Vacant(vacant) => {
                vacant.insert(close);
                self.order.push_back(peer);
            }
        }
    }

    /// The connections of `scope` may be refused from here on. Beyond the bound every connection is
    /// looked at instead.
    fn review(&mut self, scope: Scope<P>) {
        if self.reviews.front() == Some(&Scope::All) || self.reviews.back() == Some(&scope) {
            return;
        }
        if self.reviews.len() >= Self::MAX_REVIEWS {
            self.reviews.clear();
            self.reviews.push_back(Scope::All);
        } else {
            self.reviews.push_back(scope);
        }
    }
}

impl<P> Default for CloseQueue<P> {
    fn default() -> Self {
        Self {
            context: CloseContext::default(),
            closes: HashMap::default(),
            order: VecDeque::new(),
            reviews: VecDeque::new(),
            farewells: Farewells::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr};

    use peerwarden_core::IpNet;

    use super::*;
    use crate::test_peer::Peer;

    #[test]
    fn more_reviews_than_are_kept_become_one_of_everything() {
        let mut commands: CloseQueue<Peer> = CloseQueue::default();
        for n in 0..5_000 {
            commands.review(Scope::Network(IpNet::from(IpAddr::V4(Ipv4Addr::from_bits(n)))));
        }

        assert_eq!(commands.next_command(), Some(CloseCommand::Review(Scope::All)));
        assert_eq!(commands.next_command(), None);
        assert!(commands.is_empty());
    }

    #[test]
    fn what_is_to_be_closed_of_a_peer_adds_up() {
        let (mut commands, peer) = (CloseQueue::default(), Peer::random());
        commands.close(peer, Close { address: true, ..Close::REVIEW });
        commands.close(peer, Close { leaving: true, ..Close::REVIEW });

        let both = Close { address: true, leaving: true, ..Close::REVIEW };
        assert_eq!(commands.next_command(), Some(CloseCommand::Close(peer, both)));
        assert_eq!(commands.next_command(), None);
    }
}
