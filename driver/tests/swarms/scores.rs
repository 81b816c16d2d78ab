//! Scores asked for and answered.

use std::time::Duration;

use peerwarden_libp2p::{Cause, Config, EventKind, Instant, Score, Subject, Until};

use crate::node::Node;
use crate::peer::Peer;

#[apply(test!)]
async fn a_low_score_that_was_asked_for_bans() {
    let (mut node, peer) = (Node::start(Config::op_node()).await, Peer::start().await);
    node.dialled_by(&peer).await;
    node.until_armed(&[Instant::from_secs(1)]).await;
    node.timer.advance(Duration::from_secs(1));
    assert_eq!(node.event().await, asked(&peer));

    let score = Score::try_from(-100.5).unwrap();
    node.handle.score(peer.id, score).unwrap();

    let banned = EventKind::Banned {
        subject: Subject::Peer(peer.id),
        cause: Cause::Score,
        until: Until::At(Instant::from_secs(3_601)),
    };
    assert_eq!(node.event().await, banned);
    node.disconnected(peer.id).await;
}

#[apply(test!)]
async fn a_peer_is_asked_about_again_when_its_score_was_good_or_not_to_be_had() {
    let (mut node, peer) = (Node::start(Config::op_node()).await, Peer::start().await);
    node.dialled_by(&peer).await;

    for secs in 1..=4 {
        node.until_armed(&[Instant::from_secs(secs)]).await;
        node.timer.advance(Duration::from_secs(1));
        assert_eq!(node.event().await, asked(&peer));
        if secs % 2 == 0 {
            node.handle.score_unavailable(peer.id).unwrap();
        } else {
            let score = Score::try_from(-100.0).unwrap();
            node.handle.score(peer.id, score).unwrap();
        }
    }

    assert_eq!(node.handle.counts().unwrap().connected, 1);
}

#[apply(test!)]
async fn whoever_leaves_before_its_turn_is_asked_about_if_the_policy_says_so() {
    let config = Config::op_node().with_check_on_leave(true);
    let (mut node, peer) = (Node::start(config).await, Peer::start().await);
    node.dialled_by(&peer).await;

    peer.disconnect(node.id).await;

    let asked = EventKind::ScoreRequested { peer: peer.id, gone: true };
    assert_eq!(node.event().await, asked);
}

fn asked(peer: &Peer) -> EventKind {
    EventKind::ScoreRequested { peer: peer.id, gone: false }
}
