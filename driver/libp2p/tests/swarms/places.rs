//! Places that answer for their peers, peers in standing, and incidents, over real sockets.

use std::time::Duration;

use futures::StreamExt;
use libp2p::swarm::dummy;
use libp2p::{Multiaddr, PeerId};
use peerwarden_libp2p::{
    Cause, Config, EventKind, Instant, IpNet, Misbehavior, PlaceLevel, PlaceName, Points, Subject,
    Until, Verdict, Withheld,
};

use crate::node::{LOCALHOST, Node};
use crate::peer::Peer;
use crate::runtime::spawn;
use crate::swarm::{Wire, at, listen_at, listening};

#[apply(test!)]
async fn what_peers_leave_unpaid_closes_their_place_and_not_to_a_peer_in_standing() {
    for wire in Wire::ALL {
        let mut node = Node::start_on(*wire, thousand_points_each()).await;
        let (friend, one, two) =
            (Peer::start_on(*wire).await, Peer::start_on(*wire).await, Peer::start_on(*wire).await);
        node.dialled_by(&friend).await;
        node.timer.advance(Duration::from_secs(1_800));
        assert!(node.handle.status(&friend.id).unwrap().unwrap().standing);

        for peer in [&one, &two] {
            node.dialled_by(peer).await;
            node.handle.report(peer.id, Misbehavior::INVALID_MESSAGE).unwrap();
            peer.disconnect(node.id).await;
            node.disconnected(peer.id).await;
        }

        let subject = Subject::Addr(IpNet::from(LOCALHOST));
        let (cause, until) = (Cause::Address, Until::At(Instant::from_secs(2_400)));
        assert_eq!(
            node.event().await,
            EventKind::Banned {
                subject: subject.clone(),
                cause,
                until,
                addr: None,
                direction: None
            }
        );
        let tallies = node.handle.tallies().unwrap();
        assert_eq!(tallies.banned_places[0], (PlaceName::V4(32), 1));
        // A newcomer is refused, before anybody knows who it is.
        let newcomer = Peer::start_on(*wire).await;
        newcomer.dial(node.id, &node.addr).await;
        assert_eq!(node.refused().await.unwrap().denial.cause, Cause::Address);
        // The friend was not disconnected, and may come back.
        assert_eq!(node.handle.counts().unwrap().connected, 1);
        friend.disconnect(node.id).await;
        node.disconnected(friend.id).await;
        assert_eq!(node.handle.counts().unwrap().standing_away, 1);
        assert_eq!(node.handle.check_peer(&friend.id, Some(LOCALHOST)), Ok(Verdict::Allow));
        node.dialled_by(&friend).await;

        node.timer.advance(Duration::from_secs(600));
        assert_eq!(node.event().await, EventKind::Unbanned { subject, cause });
        node.dialled_by(&newcomer).await;
    }
}

/// Eight peers in eight networks, all of a sudden as bad as each other.
#[apply(test!)]
async fn nobody_is_banned_when_everybody_misbehaves_at_once() {
    let mut node = Node::start(Config::default().with_exempt(&[]).with_warning(None)).await;
    let mut peers = Vec::new();
    for network in 1..=8 {
        let (peer, addr) = peer_at(network).await;
        node.swarm.dial(at(&addr, peer)).unwrap();
        node.connected(peer).await;
        peers.push(peer);
    }
    node.timer.advance(Duration::from_secs(600));

    for _ in 0..=100 {
        for peer in &peers {
            node.handle.report(*peer, Misbehavior::INVALID_MESSAGE).unwrap();
        }
    }

    let (cause, why) = (Cause::Penalty, Withheld::Incident);
    assert_eq!(policy_event(&mut node).await, EventKind::Incident { on: true });
    for peer in &peers {
        let subject = Subject::Peer(*peer);
        assert_eq!(policy_event(&mut node).await, EventKind::Withheld { subject, cause, why });
    }
    assert_eq!(node.handle.counts().unwrap().connected, 8);
    let tallies = node.handle.tallies().unwrap();
    assert_eq!((tallies.incidents, tallies.counts.incident), (1, true));
    // One that is far worse than the others is out all the same, and so is one that the application
    // wants out.
    for _ in 0..400 {
        node.handle.report(peers[0], Misbehavior::INVALID_MESSAGE).unwrap();
    }
    node.handle.expel(peers[1], Misbehavior::INVALID_MESSAGE, None).unwrap();
    assert!(
        matches!(policy_event(&mut node).await, EventKind::Banned { subject, cause: Cause::Penalty, .. }
        if subject == Subject::Peer(peers[0]))
    );
    node.disconnected(peers[1]).await;

    node.timer.advance(Duration::from_secs(600));
    loop {
        if let EventKind::Incident { on } = policy_event(&mut node).await {
            assert!(!on);
            break;
        }
    }
    assert!(!node.handle.tallies().unwrap().counts.incident);
}

/// The next event that is not a question for a score.
async fn policy_event(node: &mut Node) -> EventKind {
    loop {
        let event = node.event().await;
        if !matches!(event, EventKind::ScoreRequested { .. }) {
            return event;
        }
    }
}

/// A peer that listens in a network of its own, which are all this machine's.
async fn peer_at(network: u8) -> (PeerId, Multiaddr) {
    let (mut swarm, _, _) = listening(dummy::Behaviour).await;
    let there = format!("/ip4/127.{network}.0.1/tcp/0").parse().unwrap();
    let (addr, _) = listen_at(&mut swarm, there).await;
    let peer = *swarm.local_peer_id();
    spawn(async move {
        loop {
            swarm.select_next_some().await;
        }
    });
    (peer, addr)
}

/// A thousand points are too much to leave behind, on this machine too.
fn thousand_points_each() -> Config {
    let level = PlaceLevel { length: 32, debts: Points::from_points(1_000), crowd: 100 };
    Config::default().with_scores(false).with_places_v4(&[level]).unwrap().with_exempt(&[])
}
