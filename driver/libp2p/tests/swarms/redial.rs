//! Tests of dials after a ban.

use std::time::Duration;

use futures::FutureExt;
use futures::future::abortable;
use libp2p::core::ConnectedPoint;
use libp2p::swarm::{Swarm, SwarmEvent, dummy};
use libp2p::{Multiaddr, PeerId};
use peerwarden_libp2p::{
    Cause, Config, EventKind, Instant, Misbehavior, Penalty, RedialError, Subject, Verdict,
};

use crate::node::Node;
use crate::peer::Peer;
use crate::runtime::spawn;
use crate::swarm::{at, listening};

#[apply(test!)]
async fn a_peer_that_was_dialled_is_dialled_again_when_its_ban_ends() {
    let (mut node, peer) = (Node::start(fatal()).await, Peer::start().await);
    node.dial(&peer).await;
    node.handle.report(peer.id, Misbehavior::INVALID_MESSAGE).unwrap();
    node.disconnected(peer.id).await;
    // 100 000 points, less 1000 a second.
    node.until_armed(&[Instant::from_secs(100)]).await;

    node.timer.advance(Duration::from_nanos(99_999_999_999));
    assert_ne!(node.handle.check_peer(&peer.id, None), Ok(Verdict::Allow));
    node.timer.advance(Duration::from_nanos(1));

    assert_eq!(node.handle.check_peer(&peer.id, None), Ok(Verdict::Allow));
    assert_eq!(redialled_at(&mut node, &peer).await, at(&peer.addr, peer.id));
}

#[apply(test!)]
async fn a_peer_is_dialled_again_after_two_hundred_others_came_and_went() {
    let (mut node, peer) = (Node::start(fatal()).await, Peer::start().await);
    node.dial(&peer).await;
    node.ban(peer.id, 60);
    node.disconnected(peer.id).await;

    for n in 0..200_u16 {
        let (mut other, addr, _) = listening(dummy::Behaviour).await;
        let id = *other.local_peer_id();
        node.swarm.add_peer_address(id, addr.clone());
        if n % 2 == 0 {
            other.dial(at(&node.addr, node.id)).unwrap();
        } else {
            node.swarm.dial(at(&addr, id)).unwrap();
        }
        let (other, running) = abortable(run(other));
        spawn(other.map(drop));
        node.connected(id).await;
        node.swarm.disconnect_peer_id(id).unwrap();
        node.disconnected(id).await;
        running.abort();
    }
    node.timer.advance(Duration::from_secs(60));

    assert_eq!(redialled_at(&mut node, &peer).await, at(&peer.addr, peer.id));
}

#[apply(test!)]
async fn a_peer_that_only_ever_connected_to_us_is_not_dialled() {
    let (mut node, peer) = (Node::start(fatal()).await, Peer::start().await);
    node.dialled_by(&peer).await;
    node.swarm.add_peer_address(peer.id, peer.addr.clone());
    node.ban(peer.id, 60);
    node.disconnected(peer.id).await;

    node.timer.advance(Duration::from_secs(60));

    let mut dialled = false;
    let unbanned = EventKind::Unbanned { subject: Subject::Peer(peer.id), cause: Cause::Operator };
    node.until(|event| match event {
        SwarmEvent::Dialing { .. } => {
            dialled = true;
            None
        }
        SwarmEvent::Behaviour(event) => (event.kind == unbanned).then_some(()),
        _ => None,
    })
    .await;
    // Work comes before events, so a dial would have been seen.
    assert!(!dialled);
}

#[apply(test!)]
async fn a_peer_is_dialled_at_an_address_that_it_announced_if_the_one_we_dialled_is_dead() {
    let (mut node, peer) = (Node::start(fatal()).await, Peer::start().await);
    let (relocated, dead) = (peer.listen().await, peer.addr.clone());
    node.dial(&peer).await;
    node.swarm.add_peer_address(peer.id, relocated.clone());
    node.ban(peer.id, 60);
    node.disconnected(peer.id).await;
    peer.close_listener().await;

    node.timer.advance(Duration::from_secs(60));

    assert_ne!(relocated, dead);
    assert_eq!(redialled_at(&mut node, &peer).await, at(&relocated, peer.id));
}

#[apply(test!)]
async fn addresses_survive_a_second_ban_after_the_redial() {
    let (mut node, peer) = (Node::start(fatal()).await, Peer::start().await);
    let other = peer.listen().await;
    node.dial(&peer).await;
    node.swarm.add_peer_address(peer.id, other.clone());
    node.ban(peer.id, 60);
    node.disconnected(peer.id).await;
    for _ in 0..200 {
        node.swarm.add_peer_address(PeerId::random(), other.clone());
    }
    node.timer.advance(Duration::from_secs(60));
    // Both are dialled at once, and the faster one it is.
    let first = redialled_at(&mut node, &peer).await;
    assert!([&peer.addr, &other].map(|addr| at(addr, peer.id)).contains(&first), "{first}");

    node.ban(peer.id, 60);
    node.disconnected(peer.id).await;
    let (id, addr) = (peer.id, peer.addr.clone());
    peer.stop().await;
    node.timer.advance(Duration::from_secs(60));

    let (peer, mut addresses, error) = failed_redial(&mut node).await;
    let mut expected = [addr, other];
    addresses.sort();
    expected.sort();
    assert_eq!(peer, id);
    assert_eq!(addresses, expected);
    assert!(matches!(error, RedialError::Unreachable { tried } if tried.len() == 2));
}

#[apply(test!)]
async fn a_redial_that_fails_is_told_of() {
    let (mut node, peer) = (Node::start(fatal()).await, Peer::start().await);
    node.dial(&peer).await;
    node.ban(peer.id, 60);
    node.disconnected(peer.id).await;
    let (id, addr) = (peer.id, peer.addr.clone());
    peer.stop().await;

    node.timer.advance(Duration::from_secs(60));

    let (peer, addresses, error) = failed_redial(&mut node).await;
    assert_eq!(peer, id);
    assert_eq!(addresses, std::slice::from_ref(&addr));
    let RedialError::Unreachable { tried } = error else {
        panic!("{error}");
    };
    let [(tried, why)] = &tried[..] else {
        panic!("{tried:?}");
    };
    assert_eq!(*tried, at(&addr, id));
    assert!(why.contains("refused"), "{why:?}");
}

#[apply(test!)]
async fn at_most_ten_addresses_are_kept_and_our_own_dials_first() {
    let (mut node, peer) = (Node::start(fatal()).await, Peer::start().await);
    let other = peer.listen().await;
    let announced: Vec<Multiaddr> =
        (1..=20).map(|port| format!("/ip4/127.0.0.1/tcp/{port}").parse().unwrap()).collect();
    let (before, after) = announced.split_at(2);
    for addr in before {
        node.swarm.add_peer_address(peer.id, addr.clone());
    }
    node.dial(&peer).await;
    for addr in after.iter().chain(after) {
        node.swarm.add_peer_address(peer.id, addr.clone());
    }
    node.swarm.dial(other.clone()).unwrap();
    node.connected(peer.id).await;
    node.dialled_by(&peer).await;
    node.ban(peer.id, 60);
    node.disconnected(peer.id).await;
    let addr = peer.addr.clone();
    peer.stop().await;

    node.timer.advance(Duration::from_secs(60));

    let (_, addresses, _) = failed_redial(&mut node).await;
    let mut expected = vec![other, addr];
    expected.extend(announced.into_iter().take(8));
    assert_eq!(addresses, expected);
}

#[apply(test!)]
async fn a_pardoned_peer_is_dialled_again_at_once() {
    let (mut node, peer) = (Node::start(fatal()).await, Peer::start().await);
    node.dial(&peer).await;
    node.ban(peer.id, 60);
    node.disconnected(peer.id).await;

    node.handle.unban(Subject::Peer(peer.id), None).unwrap();

    assert_eq!(redialled_at(&mut node, &peer).await, at(&peer.addr, peer.id));
}

/// Scores off; one report bans for a hundred seconds.
fn fatal() -> Config {
    let penalty = Penalty::from_points(100_000).unwrap();
    Config::flow().with_default_penalty(penalty)
}

/// Waits until `peer` is connected again, which must be by a dial of the node's.
async fn redialled_at(node: &mut Node, peer: &Peer) -> Multiaddr {
    node.until(|event| match event {
        SwarmEvent::ConnectionEstablished {
            peer_id,
            endpoint: ConnectedPoint::Dialer { address, .. },
            ..
        } if peer_id == peer.id => Some(address),
        _ => None,
    })
    .await
}

async fn failed_redial(node: &mut Node) -> (PeerId, Vec<Multiaddr>, RedialError) {
    node.until(|event| match event {
        SwarmEvent::Behaviour(event) => match event.kind {
            EventKind::RedialFailed { peer, addresses, error } => Some((peer, addresses, error)),
            _ => None,
        },
        _ => None,
    })
    .await
}

async fn run(mut swarm: Swarm<dummy::Behaviour>) {
    loop {
        let _ = futures::StreamExt::next(&mut swarm).await;
    }
}
