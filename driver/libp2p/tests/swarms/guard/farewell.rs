//! Last messages to a banned peer whose connections stay up for a while.

use std::time::Duration;

use libp2p::request_response::{self, OutboundFailure};
use libp2p::swarm::SwarmEvent;
use peerwarden_libp2p::{Config, DriverOptions, EventKind, Instant, Subject};

use super::network::{InnerEvent, Of, Pair, of_inner, of_warden};

#[apply(test!)]
async fn a_banned_peer_gets_a_last_message_and_what_it_answers_is_not_delivered() {
    let options = DriverOptions::default().with_farewell(Duration::from_secs(5)).unwrap();
    let with_options = |guard: peerwarden_libp2p::Guard<_, _>| {
        guard.with_warden(|warden| warden.with_options(&options))
    };
    let mut pair = Pair::start(Config::flow(), with_options).await;
    assert!(pair.connect().await);
    let peer = pair.peer_id();
    pair.ban();
    let banned = pair.until(|event| match of_warden(event)?.kind {
        EventKind::Banned { subject, .. } => Some(subject),
        _ => None,
    });
    assert_eq!(banned.await, Subject::Peer(peer));

    let last = pair.node.behaviour_mut().inner_mut().requests.send_request(&peer, 7);
    let (request, channel) = pair.until(request_of_peer).await;
    assert_eq!(request, 7);
    pair.peer.behaviour_mut().requests.send_response(channel, 8).unwrap();
    pair.until(|event| match event {
        Of::Peer(SwarmEvent::Behaviour(InnerEvent::Requests(
            request_response::Event::ResponseSent { .. },
        ))) => Some(()),
        _ => None,
    })
    .await;
    // It delivers something in any case, which is dropped and closes nothing before its time.
    let node = pair.node_id();
    pair.peer.behaviour_mut().identify.push([node]);
    pair.timer.advance(Duration::from_millis(4_999));
    pair.until_armed(&[Instant::from_secs(5)]).await;
    assert!(pair.node.is_connected(&peer));

    pair.timer.advance(Duration::from_millis(1));

    let failed = pair
        .until(|event| match of_inner(event)? {
            InnerEvent::Requests(request_response::Event::OutboundFailure {
                request_id,
                error,
                ..
            }) => Some((request_id, matches!(error, OutboundFailure::ConnectionClosed))),
            other => panic!("delivered after the ban: {other:?}"),
        })
        .await;
    assert_eq!(failed, (last, true));
}

/// The request that the peer is asked, with the channel for its answer.
fn request_of_peer(event: Of) -> Option<(u32, request_response::ResponseChannel<u32>)> {
    match event {
        Of::Peer(SwarmEvent::Behaviour(InnerEvent::Requests(
            request_response::Event::Message {
                message: request_response::Message::Request { request, channel, .. },
                ..
            },
        ))) => Some((request, channel)),
        _ => None,
    }
}
