//! Scores asked for and answered.

use std::task::Poll;
use std::time::Duration;

use peerwarden_libp2p::{Cause, Config, Direction, EventKind, Instant, Score, Subject, Until};

use crate::by_hand::ByHand;
use crate::node::{LOCALHOST, Node};
use crate::peer::Peer;
use crate::swarm::Wire;

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
        addr: Some(LOCALHOST),
        direction: Some(Direction::Inbound),
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
async fn a_peer_that_leaves_before_its_turn_is_judged_by_its_last_score() {
    for wire in Wire::ALL {
        let config = Config::default();
        let (mut node, peer) = (Node::start_on(*wire, config).await, Peer::start_on(*wire).await);
        node.dialled_by(&peer).await;
        // One low score is no habit, as long as it is here.
        node.handle.score(peer.id, Score::try_from(-100.5).unwrap()).unwrap();
        assert_eq!(node.handle.status(&peer.id).unwrap().unwrap().causes.iter().count(), 0);

        peer.disconnect(node.id).await;

        let banned = EventKind::Banned {
            subject: Subject::Peer(peer.id),
            cause: Cause::Score,
            until: Until::At(Instant::from_secs(3_600)),
            addr: Some(LOCALHOST),
            direction: None,
        };
        assert_eq!(node.event().await, banned);
        peer.dial(node.id, &node.addr).await;
        assert_eq!(node.refused().await.unwrap().denial.cause, Cause::Score);
    }
}

#[test]
fn the_last_score_before_a_peer_left_is_what_counts() {
    for (scores, check_on_leave, banned) in [
        (&[-200.0, 5.0][..], true, false),
        (&[5.0, -200.0], true, true),
        (&[5.0, -200.0], false, false),
        (&[], true, false),
    ] {
        let config = Config::default().with_check_on_leave(check_on_leave);
        let mut warden = ByHand::new(config);
        warden.establish_inbound(0);
        for score in scores {
            warden.handle.score(warden.peer, Score::try_from(*score).unwrap()).unwrap();
        }

        warden.close();

        let expected: &[_] = if banned { &["ban"] } else { &[] };
        assert_eq!(warden.poll_all(), expected, "{scores:?}");
    }
}

/// The driver keeps a score for as long as the peer is there, and takes one that comes later for what
/// it is.
#[test]
fn a_score_of_an_earlier_visit_is_not_held_against_a_peer_that_leaves_again() {
    let mut warden = ByHand::new(Config::default());
    let score = |warden: &ByHand, score: f64| {
        warden.handle.score(warden.peer, Score::try_from(score).unwrap()).unwrap();
    };
    warden.establish_inbound(0);
    score(&warden, -50.0);
    warden.close();
    // Not low, so it changes nothing, and is not remembered of a peer that is not there.
    score(&warden, -60.0);
    warden.establish_inbound(0);
    warden
        .handle
        .reconfigure(Config::default().with_min_score(Score::try_from(-40.0).unwrap()))
        .unwrap();

    warden.close();

    assert_eq!(warden.poll_all(), [""; 0]);
}

#[test]
fn nobody_is_asked_about_a_peer_that_left_before_the_question_was_read() {
    let mut warden = ByHand::new(Config::default());
    warden.establish_inbound(0);
    warden.poll_all();
    warden.timer.advance(Duration::from_secs(1));
    // The question waits behind the news of a ban.
    warden.ban_somebody(1_000_000);
    assert_eq!(warden.poll(), Poll::Ready("ban"));
    warden.close();
    assert_eq!(warden.poll_all(), [""; 0]);

    // Whoever is back by then is asked about.
    warden.establish_inbound(0);
    warden.poll_all();
    warden.timer.advance(Duration::from_secs(1));
    warden.ban_somebody(1_000_000);
    assert_eq!(warden.poll(), Poll::Ready("ban"));
    warden.close();
    warden.establish_inbound(0);
    assert_eq!(warden.poll_all(), ["ask"]);
}

fn asked(peer: &Peer) -> EventKind {
    EventKind::ScoreRequested { peer: peer.id }
}
