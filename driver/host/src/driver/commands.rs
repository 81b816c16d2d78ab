//! `Commands`: queue of what a node has to do.

use std::collections::{BTreeSet, VecDeque};

use peerwarden_core::{Action, Event, Instant, Subject};

use super::Driver;
use crate::engine::Engine;
use crate::peer::PeerName;

/// One thing for a node to do.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Command<P> {
    /// Dial the peer again, whose ban is over: this node had dialled it before.
    Dial {
        /// The peer to dial.
        peer: P,
    },
    /// Close every connection with the peer.
    Disconnect {
        /// The peer to disconnect.
        peer: P,
    },
    /// Judge the peer, which is connected, and answer with [`Handle::score`](crate::Handle::score) or
    /// [`Handle::score_unavailable`](crate::Handle::score_unavailable).
    RequestScore {
        /// The peer to judge.
        peer: P,
    },
}

/// The driver of a node that carries out its commands itself: a queue of them.
///
/// Peers to disconnect come first, and each is in the queue once. Of dials and requests for scores at
/// most [`CAPACITY`](Self::CAPACITY) wait; the oldest of more is dropped.
#[derive(Clone, Debug)]
pub struct Commands<P> {
    closes: BTreeSet<P>,
    others: VecDeque<Command<P>>,
}

impl<P: PeerName> Commands<P> {
    /// How many dials and requests for scores wait, at most: 1024.
    pub const CAPACITY: usize = 1024;

    /// Returns the next thing to do, and takes it out of the queue.
    pub fn pop(&mut self) -> Option<Command<P>> {
        let close = self.closes.pop_first().map(|peer| Command::Disconnect { peer });
        close.or_else(|| self.others.pop_front())
    }

    fn push(&mut self, command: Command<P>) {
        if self.others.len() >= Self::CAPACITY {
            self.others.pop_front();
        }
        self.others.push_back(command);
    }
}

impl<P> Default for Commands<P> {
    fn default() -> Self {
        Self { closes: BTreeSet::new(), others: VecDeque::new() }
    }
}

impl<P: PeerName> Driver<P> for Commands<P> {
    type Key = P;

    fn before(&mut self, event: &Event<P>) {
        if let Event::Disconnected { peer } = event {
            self.closes.remove(peer);
            self.others.retain(
                |each| !matches!(each, Command::RequestScore { peer: asked } if asked == peer),
            );
        }
    }

    fn act(&mut self, action: Action<P>, _: &Engine<P>, _: Instant) {
        match action {
            Action::Ban { subject: Subject::Peer(peer), .. } => {
                self.others.retain(
                    |each| !matches!(each, Command::Dial { peer: dialled } if *dialled == peer),
                );
            }
            Action::Dial { peer } => self.push(Command::Dial { peer }),
            Action::Disconnect { peer } => {
                self.closes.insert(peer);
            }
            Action::RequestScore { peer, .. } => self.push(Command::RequestScore { peer }),
            Action::Amend { .. }
            | Action::Ban { .. }
            | Action::Forget { .. }
            | Action::Incident { .. }
            | Action::Unban { .. }
            | Action::Warn { .. }
            | Action::Withhold { .. } => {}
        }
    }

    fn disconnect(&mut self, peer: &P) {
        self.closes.insert(peer.clone());
    }

    fn set_local_peer_id(&mut self, peer: &P) {
        self.others
            .retain(|each| !matches!(each, Command::Dial { peer: dialled } if dialled == peer));
    }

    fn has_work(&self) -> bool {
        !self.closes.is_empty() || !self.others.is_empty()
    }

    fn deadline(&self) -> Option<Instant> {
        None
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use peerwarden_core::{Config, Direction, Misbehavior, Origin};

    use super::*;
    use crate::manual_timer::ManualTimer;
    use crate::node::Node;
    use crate::test_peer::Peer;

    fn input(node: &Node<Peer>, event: Event<Peer>) {
        let shared = node.shared();
        shared.input(event, shared.now(), |_| {});
    }

    fn connect(node: &Node<Peer>, peer: Peer) {
        let event = Event::Connected { peer, addr: None, direction: Direction::Outbound };
        input(node, event);
    }

    fn commands(node: &Node<Peer>) -> Vec<Command<Peer>> {
        std::iter::from_fn(|| node.shared().lock().driver.pop()).collect()
    }

    #[test]
    fn a_peer_that_is_banned_is_to_be_disconnected_and_dialled_after_that() {
        let timer = ManualTimer::new();
        let node: Node<Peer> = Node::new(Config::default(), Arc::new(timer.clone()));
        let peer = Peer::random();
        connect(&node, peer);
        let minute = Duration::from_secs(60).try_into().unwrap();
        node.handle().ban(Subject::Peer(peer), Some(minute), Origin::Operator).unwrap();
        node.handle().ban(Subject::Peer(peer), Some(minute), Origin::Remote).unwrap();

        assert_eq!(commands(&node), [Command::Disconnect { peer }]);

        input(&node, Event::Disconnected { peer });
        timer.advance(Duration::from_secs(60));
        input(&node, Event::Heartbeat);
        assert_eq!(commands(&node), [Command::Dial { peer }]);
    }

    #[test]
    fn a_dial_is_dropped_when_the_peer_is_banned_again() {
        let node: Node<Peer> = Node::new(Config::default(), Arc::new(ManualTimer::new()));
        let (peer, warden) = (Peer::random(), node.handle());
        connect(&node, peer);
        warden.ban(Subject::Peer(peer), None, Origin::Operator).unwrap();
        input(&node, Event::Disconnected { peer });
        warden.unban(Subject::Peer(peer), None).unwrap();
        assert!(node.shared().lock().driver.has_work());

        warden.ban(Subject::Peer(peer), None, Origin::Operator).unwrap();

        assert_eq!(commands(&node), []);
    }

    #[test]
    fn a_score_is_asked_of_peers_that_are_connected_alone() {
        let node: Node<Peer> = Node::new(Config::default(), Arc::new(ManualTimer::new()));
        let (peer, other) = (Peer::random(), Peer::random());
        connect(&node, peer);
        connect(&node, other);
        input(&node, Event::Tick);
        input(&node, Event::Tick);
        input(&node, Event::Disconnected { peer });

        assert_eq!(commands(&node), [Command::RequestScore { peer: other }]);
    }

    #[test]
    fn a_peer_is_disconnected_by_order_if_it_is_connected() {
        let node: Node<Peer> = Node::new(Config::default(), Arc::new(ManualTimer::new()));
        let (peer, warden) = (Peer::random(), node.handle());
        connect(&node, peer);

        assert_eq!(warden.disconnect(&Peer::random()), Ok(false));
        assert_eq!(warden.disconnect(&peer), Ok(true));
        assert_eq!(commands(&node), [Command::Disconnect { peer }]);
        assert_eq!(warden.bans(None, 1), Ok(Vec::new()));

        // What is not carried out before the peer leaves is not meant for its next connection.
        assert_eq!(warden.disconnect(&peer), Ok(true));
        input(&node, Event::Disconnected { peer });
        connect(&node, peer);
        assert_eq!(commands(&node), []);
    }

    #[test]
    fn nothing_is_asked_of_a_node_that_only_hears_reports() {
        let node: Node<Peer> = Node::new(Config::default(), Arc::new(ManualTimer::new()));
        for _ in 0..101 {
            node.handle().report(Peer::random(), Misbehavior::INVALID_MESSAGE).unwrap();
        }

        assert_eq!(commands(&node), []);
    }
}
