//! Tests of the gates.

use std::net::IpAddr;

use libp2p::PeerId;
use libp2p::swarm::SwarmEvent;
use libp2p::swarm::dial_opts::DialOpts;
use peerwarden_libp2p::{
    Cause, Config, Denial, Denied, Direction, EventKind, Instant, Subject, Until, Verdict,
};

use crate::by_hand::ByHand;
use crate::node::{LOCALHOST, Node, by_operator, denied_dial, said};
use crate::peer::Peer;
use crate::swarm::{Wire, at};

#[apply(test!)]
async fn a_banned_peer_that_connects_is_refused() {
    for &wire in Wire::ALL {
        let (mut node, peer) = both_on(wire).await;
        node.ban(peer.id, 60);

        peer.dial(node.id, &node.addr).await;

        let denied = node.refused().await.unwrap();
        assert_eq!(said(&denied), inbound(&peer));
        assert_eq!(
            denied.to_string(),
            format!("{} at 127.0.0.1 refused: banned by operator for another 1m", peer.id)
        );
        assert_eq!(node.handle.counts().unwrap().connected, 0);
    }
}

#[apply(test!)]
async fn a_banned_peer_is_not_dialled() {
    for &wire in Wire::ALL {
        let (mut node, peer) = both_on(wire).await;
        node.ban(peer.id, 60);

        let among_others = DialOpts::peer_id(peer.id).addresses(vec![peer.addr.clone()]).build();
        let bare = DialOpts::from(at(&peer.addr, peer.id));

        for (opts, addr) in [(among_others, None), (bare, Some(LOCALHOST))] {
            let error = node.swarm.dial(opts).unwrap_err();
            let denied = Denied::from_dial_error(&error).unwrap();
            assert_eq!(said(denied), outbound(&peer, addr));
        }
        assert_eq!(node.swarm.network_info().connection_counters().num_pending(), 0);
    }
}

#[apply(test!)]
async fn a_banned_peer_met_at_an_address_dialled_without_its_name_is_refused() {
    for &wire in Wire::ALL {
        let (mut node, peer) = both_on(wire).await;
        node.ban(peer.id, 60);

        node.swarm.dial(peer.addr.clone()).unwrap();

        let denied = node.until(denied_dial).await;
        assert_eq!(said(&denied), outbound(&peer, Some(LOCALHOST)));
        assert_eq!(node.handle.counts().unwrap().connected, 0);
    }
}

#[apply(test!)]
async fn a_ban_reaches_an_inbound_connection_that_is_being_negotiated() {
    for &wire in Wire::ALL {
        let (mut node, peer) = both_on(wire).await;
        peer.dial(node.id, &node.addr).await;
        node.until(|event| match event {
            SwarmEvent::IncomingConnection { .. } => Some(()),
            _ => None,
        })
        .await;

        node.ban(peer.id, 60);

        let denied = node.refused().await.unwrap();
        assert_eq!(said(&denied), inbound(&peer));
    }
}

#[apply(test!)]
async fn a_ban_reaches_a_dial_that_is_under_way() {
    for &wire in Wire::ALL {
        let (mut node, peer) = both_on(wire).await;
        node.swarm.dial(at(&peer.addr, peer.id)).unwrap();

        node.ban(peer.id, 60);

        let denied = node.until(denied_dial).await;
        assert_eq!(said(&denied), outbound(&peer, Some(LOCALHOST)));
    }
}

#[test]
fn a_peer_that_has_left_already_is_dialled_and_not_closed() {
    let mut warden = ByHand::new(Config::flow());
    warden.establish_outbound();
    warden.ban(60);
    warden.close();

    warden.handle.unban(Subject::Peer(warden.peer), None).unwrap();

    assert_eq!(warden.poll_all(), ["dial", "ban", "unban"]);
}

#[test]
fn a_ban_between_the_gate_and_the_connection_closes_it() {
    let mut warden = ByHand::new(Config::flow());
    warden.pass_inbound_gate().unwrap();

    warden.ban(60);
    warden.establish_inbound(0);

    assert_eq!(warden.poll_all(), ["close", "ban"]);
}

#[apply(test!)]
async fn every_connection_of_a_banned_peer_is_closed() {
    for &wire in Wire::ALL {
        let (mut node, peer) = both_on(wire).await;
        node.dial(&peer).await;
        node.dialled_by(&peer).await;
        assert_eq!(node.swarm.network_info().num_peers(), 1);
        assert_eq!(node.handle.counts().unwrap().connected, 1);

        node.ban(peer.id, 60);

        node.disconnected(peer.id).await;
        assert_eq!(node.swarm.network_info().num_peers(), 0);
        assert_eq!(node.handle.counts().unwrap().connected, 0);
        let status = node.handle.status(&peer.id).unwrap().unwrap();
        assert_eq!(status.until(), Some(at_second(60)));
    }
}

#[apply(test!)]
async fn a_peer_is_gone_only_when_its_last_connection_is() {
    let (mut node, peer) = (Node::start(Config::flow()).await, Peer::start().await);
    node.dial(&peer).await;
    peer.dial(node.id, &node.addr).await;
    let second = node
        .until(|event| match event {
            SwarmEvent::ConnectionEstablished { connection_id, .. } => Some(connection_id),
            _ => None,
        })
        .await;

    assert!(node.swarm.close_connection(second));
    let left = node
        .until(|event| match event {
            SwarmEvent::ConnectionClosed { num_established, .. } => Some(num_established),
            _ => None,
        })
        .await;
    assert_eq!(left, 1);
    assert_eq!(node.handle.counts().unwrap().connected, 1);

    peer.disconnect(node.id).await;
    node.disconnected(peer.id).await;
    assert_eq!(node.handle.counts().unwrap().connected, 0);
}

#[apply(test!)]
async fn a_pardoned_peer_may_connect_at_once() {
    for &wire in Wire::ALL {
        let (mut node, peer) = both_on(wire).await;
        node.ban(peer.id, 60);
        peer.dial(node.id, &node.addr).await;
        assert!(node.refused().await.is_some());

        node.handle.unban(Subject::Peer(peer.id), None).unwrap();
        node.dialled_by(&peer).await;

        let verdict = node.handle.check_peer(&peer.id, Some(LOCALHOST)).unwrap();
        assert_eq!(verdict, Verdict::Allow);
    }
}

#[apply(test!)]
async fn a_ban_is_told_of_with_its_cause_and_end() {
    let (mut node, peer) = (Node::start(Config::flow()).await, Peer::start().await);
    node.dialled_by(&peer).await;

    node.ban(peer.id, 60);
    let banned = EventKind::Banned {
        subject: Subject::Peer(peer.id),
        cause: Cause::Operator,
        until: at_second(60),
        addr: Some(LOCALHOST),
        direction: Some(Direction::Inbound),
    };
    assert_eq!(node.event().await, banned);

    node.ban(peer.id, 90);
    let amended = EventKind::Amended {
        subject: Subject::Peer(peer.id),
        cause: Cause::Operator,
        until: at_second(90),
    };
    assert_eq!(node.event().await, amended);

    node.handle.unban(Subject::Peer(peer.id), None).unwrap();
    let unbanned = EventKind::Unbanned { subject: Subject::Peer(peer.id), cause: Cause::Operator };
    assert_eq!(node.event().await, unbanned);
}

async fn both_on(wire: Wire) -> (Node, Peer) {
    (Node::start_on(wire, Config::flow()).await, Peer::start_on(wire).await)
}

type Said = (Option<PeerId>, Option<IpAddr>, Direction, Denial);

fn inbound(peer: &Peer) -> Said {
    (Some(peer.id), Some(LOCALHOST), Direction::Inbound, by_operator(60, None))
}

fn outbound(peer: &Peer, addr: Option<IpAddr>) -> Said {
    (Some(peer.id), addr, Direction::Outbound, by_operator(60, None))
}

fn at_second(secs: u64) -> Until {
    Until::At(Instant::from_secs(secs))
}
