//! Scores of peers, of those that are here and those that leave.

use std::time::Duration;

use peerwarden_host::{Cause, Config, Score, Task};

use crate::node::Node;
use crate::peer::Peer;

#[test]
fn the_score_of_a_peer_that_is_here_is_asked_for() {
    let (mut node, peer) = (Node::new(Config::default()), Peer::random());
    let open = node.admit(peer, "192.0.2.1", 1).unwrap();
    assert_eq!(node.due(), []);

    node.timer.advance(Duration::from_secs(1));
    assert_eq!(node.due(), [Task::RequestScore { peer }]);

    node.timer.advance(Duration::from_secs(1));
    drop(open);
    assert_eq!(node.due(), [], "it is not asked for of a peer that has left");
}

#[test]
fn a_peer_that_left_is_judged_by_its_last_score() {
    let (mut node, peer) = (Node::new(Config::default()), Peer::random());
    let open = node.admit(peer, "192.0.2.1", 1).unwrap();
    node.warden().score(peer, Score::try_from(-1_000.0).unwrap()).unwrap();
    node.timer.advance(Duration::from_secs(1));
    drop(open);

    let banned = node.admit(peer, "192.0.2.1", 2).unwrap_err();
    assert_eq!(banned.refusal.denial.cause, Cause::Score);
    assert_eq!(node.due(), []);
}
