//! Books that the guarded protocols keep: of refused connections, and of banned peers.

use libp2p::request_response::{self, OutboundFailure};
use libp2p::swarm::SwarmEvent;
use libp2p::{identify, kad};
use peerwarden_libp2p::{Config, GuardEvent};

use super::network::{InnerEvent, Of, Pair, of_inner};

#[apply(test!)]
async fn refused_connections_leave_nothing_behind_in_any_protocol() {
    let mut pair = Pair::start(Config::default(), |guard| guard).await;
    pair.ban();

    for _ in 0..10 {
        assert!(!pair.connect().await);
    }

    let inner = pair.node.behaviour_mut().inner_mut();
    assert_eq!(inner.gossipsub.all_peers().count(), 0);
    assert_eq!(inner.kad.kbuckets().map(|bucket| bucket.num_entries()).sum::<usize>(), 0);
}

#[apply(test!)]
async fn gossipsub_knows_a_peer_before_its_ban_and_after_its_pardon_but_not_in_between() {
    let mut pair = Pair::start(Config::default(), |guard| guard).await;
    let mut known = Vec::new();

    assert!(pair.connect().await);
    known.push(pair.node.behaviour().inner().gossipsub.all_peers().count());
    pair.ban();
    pair.disconnected().await;
    assert!(!pair.connect().await);
    known.push(pair.node.behaviour().inner().gossipsub.all_peers().count());
    pair.pardon();
    assert!(pair.connect().await);
    known.push(pair.node.behaviour().inner().gossipsub.all_peers().count());

    assert_eq!(known, [1, 0, 1]);
}

#[apply(test!)]
async fn identify_tells_of_each_connection_of_a_peer_that_may_connect_and_of_no_other() {
    let mut pair = Pair::start(Config::default(), |guard| guard).await;
    let mut told = Vec::new();

    for round in ["free", "banned", "pardoned"] {
        match round {
            "banned" => {
                pair.ban();
                pair.disconnected_meanwhile(|event| told.extend(identified(round, event))).await;
            }
            "pardoned" => pair.pardon(),
            _ => {}
        }
        let connected = pair.connect().await;
        assert_eq!(connected, round != "banned");
        if connected {
            let received = pair.until(|event| identified(round, &event)).await;
            told.push(received);
        } else {
            // Of a ghost it would believe that it is connected, and go on trying.
            let peer = pair.peer_id();
            pair.node.behaviour_mut().inner_mut().identify.push([peer]);
        }
    }

    assert_eq!(told, [("free", "received"), ("pardoned", "received")]);
}

/// What identify has heard of the peer or failed to.
fn identified(round: &'static str, event: &Of) -> Option<(&'static str, &'static str)> {
    match event {
        Of::Node(SwarmEvent::Behaviour(GuardEvent::Inner(InnerEvent::Identify(event)))) => {
            match event {
                identify::Event::Received { .. } => Some((round, "received")),
                identify::Event::Error { .. } => Some((round, "failed")),
                identify::Event::Pushed { .. } | identify::Event::Sent { .. } => None,
            }
        }
        _ => None,
    }
}

#[apply(test!)]
async fn a_request_to_a_peer_that_gets_banned_fails_when_its_connection_closes() {
    let mut pair = Pair::start(Config::default(), |guard| guard).await;
    assert!(pair.connect().await);
    let peer = pair.peer_id();
    let requests = &mut pair.node.behaviour_mut().inner_mut().requests;
    let sent = requests.send_request(&peer, 7);
    pair.until(|event| match event {
        Of::Peer(event) => matches!(
            event,
            SwarmEvent::Behaviour(InnerEvent::Requests(request_response::Event::Message { .. }))
        )
        .then_some(()),
        Of::Node(_) => None,
    })
    .await;

    pair.ban();

    let failed = pair
        .until(|event| match of_inner(event)? {
            InnerEvent::Requests(request_response::Event::OutboundFailure {
                request_id,
                error,
                ..
            }) => Some((request_id, matches!(error, OutboundFailure::ConnectionClosed))),
            _ => None,
        })
        .await;
    assert_eq!(failed, (sent, true));
    assert!(!pair.node.behaviour().inner().requests.is_pending_outbound(&peer, &sent));
}

#[apply(test!)]
async fn a_query_that_waits_for_a_peer_that_gets_banned_ends() {
    let mut pair = Pair::start(Config::default(), |guard| guard).await;
    assert!(pair.connect().await);
    let (peer, addr) = (pair.peer_id(), pair.peer.listeners().next().cloned().unwrap());
    let kad = &mut pair.node.behaviour_mut().inner_mut().kad;
    let _ = kad.add_address(&peer, addr);
    let query = kad.get_closest_peers(libp2p::PeerId::random());

    pair.ban();

    let ended = pair
        .until(|event| match of_inner(event)? {
            InnerEvent::Kad(kad::Event::OutboundQueryProgressed { id, step, .. }) if step.last => {
                Some(id)
            }
            _ => None,
        })
        .await;
    assert_eq!(ended, query);
}

#[apply(test!)]
async fn no_request_of_a_peer_is_delivered_once_its_ban_has_returned() {
    let mut pair = Pair::start(Config::default(), |guard| guard).await;
    assert!(pair.connect().await);
    let node = pair.node_id();
    for n in 0..64 {
        let _ = pair.peer.behaviour_mut().requests.send_request(&node, n);
    }
    pair.until(|event| is_request(of_inner(event)?)).await;

    pair.ban();

    let mut late = 0;
    let mut closed = false;
    pair.until(|event| {
        if let Of::Node(SwarmEvent::ConnectionClosed { .. }) = &event {
            closed = true;
        }
        if of_inner(event).and_then(is_request).is_some() {
            late += 1;
        }
        closed.then_some(())
    })
    .await;
    assert_eq!(late, 0);
}

fn is_request(event: InnerEvent) -> Option<()> {
    match event {
        InnerEvent::Requests(request_response::Event::Message {
            message: request_response::Message::Request { .. },
            ..
        }) => Some(()),
        _ => None,
    }
}
