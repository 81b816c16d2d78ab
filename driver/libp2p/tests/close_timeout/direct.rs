//! Connections that are nobody else's business.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use futures::StreamExt;
use libp2p::core::Multiaddr;
use libp2p::core::upgrade::Version;
use libp2p::identity::Keypair;
use libp2p::swarm::{Config, ConnectionError, NetworkBehaviour, SwarmEvent, dummy};
use libp2p::{PeerId, Swarm, yamux};
use peerwarden_libp2p::{CloseError, CloseTimeout};

use crate::deaf;
use crate::flood::Flood;
use crate::runtime;
use crate::wiring::{self, timeout, upgraded};

#[apply(test!)]
async fn a_peer_that_stops_reading_is_gone_within_the_close_timeout() {
    let close_timeout = Duration::from_secs(1);
    let mut swarm = swarm(close_timeout, Flood::default());
    let peer = connect_to_a_deaf_peer(&mut swarm).await;
    let written = swarm.behaviour().written();
    fill_the_send_buffer(&mut swarm, &written).await;

    let began = Instant::now();
    swarm.disconnect_peer_id(peer).unwrap();
    let cause = timeout(SOON, closed(&mut swarm)).await.expect("cut");

    assert!(began.elapsed() >= close_timeout, "it was given its time");
    assert!(was_cut(cause.as_ref()), "{cause:?}");
    assert!(!swarm.is_connected(&peer));
}

/// What makes the test above worth its name: libp2p alone lets such a peer stay.
#[apply(test!)]
async fn without_a_close_timeout_it_stays() {
    let key = Keypair::generate_ed25519();
    let transport = upgraded!(runtime::tcp(), &key, yamux::Config::default());
    let mut swarm = wiring::swarm_with(&key, transport, Flood::default(), lazy);
    let peer = connect_to_a_deaf_peer(&mut swarm).await;
    let written = swarm.behaviour().written();
    fill_the_send_buffer(&mut swarm, &written).await;

    swarm.disconnect_peer_id(peer).unwrap();

    assert!(timeout(OBSERVED, closed(&mut swarm)).await.is_none());
    assert!(swarm.is_connected(&peer));
}

#[apply(test!)]
async fn an_idle_connection_closes_gracefully_and_at_once() {
    let mut swarm = swarm(Duration::from_secs(3_600), dummy::Behaviour);
    let peer = connect_to_a_deaf_peer(&mut swarm).await;

    swarm.disconnect_peer_id(peer).unwrap();
    let cause = timeout(SOON, closed(&mut swarm)).await.expect("closed");

    assert!(cause.is_none(), "{cause:?}");
}

#[apply(test!)]
async fn without_time_a_connection_that_does_not_close_is_cut_on_the_spot() {
    let mut swarm = swarm(Duration::ZERO, Flood::default());
    let peer = connect_to_a_deaf_peer(&mut swarm).await;
    let written = swarm.behaviour().written();
    fill_the_send_buffer(&mut swarm, &written).await;

    swarm.disconnect_peer_id(peer).unwrap();
    let cause = timeout(SOON, closed(&mut swarm)).await.expect("cut");

    assert!(was_cut(cause.as_ref()), "{cause:?}");
}

#[apply(test!)]
async fn more_time_than_a_clock_can_count_is_no_overflow() {
    let mut swarm = swarm(Duration::MAX, Flood::default());
    let peer = connect_to_a_deaf_peer(&mut swarm).await;
    let written = swarm.behaviour().written();
    fill_the_send_buffer(&mut swarm, &written).await;

    swarm.disconnect_peer_id(peer).unwrap();

    assert!(timeout(OBSERVED, closed(&mut swarm)).await.is_none());
}

pub(crate) fn swarm<B: NetworkBehaviour>(close_timeout: Duration, behaviour: B) -> Swarm<B> {
    let key = Keypair::generate_ed25519();
    let muxer = CloseTimeout::new(yamux::Config::default(), close_timeout);
    let transport = upgraded!(runtime::tcp(), &key, muxer);
    wiring::swarm_with(&key, transport, behaviour, lazy)
}

pub(crate) async fn connect_to_a_deaf_peer<B: NetworkBehaviour>(swarm: &mut Swarm<B>) -> PeerId {
    connect(swarm, deaf::peer().await.1, false).await
}

/// Dials, and waits for a connection that is relayed, or one that is not.
pub(crate) async fn connect<B: NetworkBehaviour>(
    swarm: &mut Swarm<B>,
    address: Multiaddr,
    relayed: bool,
) -> PeerId {
    swarm.dial(address).unwrap();
    let connected = async {
        loop {
            if let SwarmEvent::ConnectionEstablished { peer_id, endpoint, .. } =
                swarm.select_next_some().await
                && endpoint.is_relayed() == relayed
            {
                return peer_id;
            }
        }
    };
    timeout(SOON, connected).await.expect("connected")
}

/// Drives the swarm until none of its streams has taken another byte for a while.
pub(crate) async fn fill_the_send_buffer<B: NetworkBehaviour>(
    swarm: &mut Swarm<B>,
    written: &AtomicUsize,
) {
    let mut before = 0;
    loop {
        let _ = timeout(Duration::from_millis(500), closed(swarm)).await;
        let now = written.load(Ordering::Relaxed);
        if now > 0 && now == before {
            return;
        }
        before = now;
    }
}

pub(crate) async fn closed<B: NetworkBehaviour>(swarm: &mut Swarm<B>) -> Option<ConnectionError> {
    loop {
        if let SwarmEvent::ConnectionClosed { cause, .. } = swarm.select_next_some().await {
            return cause;
        }
    }
}

/// Whether the close timeout ended the connection.
pub(crate) fn was_cut(cause: Option<&ConnectionError>) -> bool {
    let Some(ConnectionError::IO(error)) = cause else {
        return false;
    };
    let error = error.get_ref().and_then(|error| error.downcast_ref::<CloseError<yamux::Error>>());
    matches!(error, Some(CloseError::TimedOut { .. }))
}

/// Sends what a stream carries together with the offer of its protocol, as nobody answers that.
pub(crate) fn lazy(config: Config) -> Config {
    config.with_substream_upgrade_protocol_override(Version::V1Lazy)
}

/// How long it is watched that something does not happen.
pub(crate) const OBSERVED: Duration = Duration::from_secs(3);
/// More than enough time, on a busy machine too.
pub(crate) const SOON: Duration = Duration::from_secs(20);
