//! Scores that a guard looks up by itself.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use libp2p::gossipsub;
use peerwarden_libp2p::{Cause, Config, EventKind, Subject};

use super::network::{InnerEvent, Pair, of_warden};
use crate::swarm::in_time;

#[apply(test!)]
async fn the_engine_is_answered_from_the_closure_and_the_application_is_not_asked() {
    let mut pair = Pair::start(Config::op_node(), |guard| guard.scores(|_, _| Some(-200.0))).await;
    assert!(pair.connect().await);
    let peer = pair.peer_id();
    pair.tick(1).await;

    let first = pair.until(of_warden).await;

    match first.kind {
        EventKind::Banned { subject, cause, .. } => {
            assert_eq!((subject, cause), (Subject::Peer(peer), Cause::Score));
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(first.missed, 0);
}

#[apply(test!)]
async fn a_closure_without_a_comparable_score_bans_nobody() {
    for score in [None, Some(f64::NAN), Some(f64::NEG_INFINITY), Some(-100.0)] {
        let asked = Arc::new(AtomicUsize::new(0));
        let count = asked.clone();
        let scorer = move |_: &mut _, _: &_| {
            count.fetch_add(1, Ordering::SeqCst);
            score
        };
        let mut pair = Pair::start(Config::op_node(), |guard| guard.scores(scorer)).await;
        assert!(pair.connect().await);
        pair.tick(1).await;

        let waiting = asked.clone();
        in_time(async {
            while waiting.load(Ordering::SeqCst) == 0 {
                pair.until(|_| Some(())).await;
            }
        })
        .await;

        let status = pair.handle.status(&pair.peer_id()).unwrap().unwrap();
        assert!(status.causes.is_empty(), "{score:?}: {status:?}");
    }
}

#[apply(test!)]
async fn a_leaving_peer_is_scored_while_the_inner_behaviour_still_knows_it() {
    let config = Config::op_node().with_check_on_leave(true);
    // Known to gossipsub: a low score. Not known any more: a good one.
    let scorer = |inner: &mut super::network::Inner, peer: &_| {
        let known = inner.gossipsub.all_peers().any(|(each, _)| each == peer);
        Some(if known { -200.0 } else { 100.0 })
    };
    let mut pair = Pair::start(config, |guard| guard.scores(scorer)).await;
    assert!(pair.connect().await);
    let (node, peer) = (pair.node_id(), pair.peer_id());

    pair.peer.disconnect_peer_id(node).unwrap();

    let banned = pair
        .until(|event| match of_warden(event)?.kind {
            EventKind::Banned { subject, cause, .. } => Some((subject, cause)),
            other => panic!("{other:?}"),
        })
        .await;
    assert_eq!(banned, (Subject::Peer(peer), Cause::Score));
}

#[apply(test!)]
async fn the_observer_sees_each_event_of_the_inner_behaviour_before_the_application() {
    let seen = Arc::new(AtomicUsize::new(0));
    let count = seen.clone();
    let observer = move |event: &InnerEvent, handle: &peerwarden_libp2p::Handle| {
        if let InnerEvent::Gossipsub(gossipsub::Event::Subscribed { peer_id, .. }) = event {
            count.fetch_add(1, Ordering::SeqCst);
            handle.report(*peer_id, peerwarden_libp2p::Misbehavior::STALE_MESSAGE).unwrap();
        }
    };
    let mut pair = Pair::start(Config::default(), |guard| guard.on_event(observer)).await;
    let topic = gossipsub::IdentTopic::new("topic");
    pair.peer.behaviour_mut().gossipsub.subscribe(&topic).unwrap();
    assert!(pair.connect().await);

    pair.until(|event| match super::network::of_inner(event)? {
        InnerEvent::Gossipsub(gossipsub::Event::Subscribed { .. }) => Some(()),
        _ => None,
    })
    .await;

    assert_eq!(seen.load(Ordering::SeqCst), 1);
    let status = pair.handle.status(&pair.peer_id()).unwrap().unwrap();
    assert_eq!(status.misdeeds.len(), 1);
}
