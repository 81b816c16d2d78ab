//! Nodes that reach each other through a third.

use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::time::{Duration, Instant};

use futures::StreamExt;
use libp2p::core::Multiaddr;
use libp2p::identity::Keypair;
use libp2p::multiaddr::Protocol;
use libp2p::swarm::{NetworkBehaviour, SwarmEvent};
use libp2p::{PeerId, Swarm, relay, yamux};
use peerwarden_libp2p::CloseTimeout;

use crate::direct::{self, OBSERVED, SOON, closed, connect, fill_the_send_buffer, was_cut};
use crate::flood::Flood;
use crate::runtime::{self, spawn};
use crate::stuck::Stuck;
use crate::wiring::{self, LONG, either, timeout, upgraded};

/// A node that can use relays, with this upgrade for connections through them, and with this
/// behaviour, if it has more than that of a relay's client.
macro_rules! client {
    ($muxer:expr) => {
        client!($muxer, |relay| relay)
    };
    ($muxer:expr, $behaviour:expr) => {{
        let key = Keypair::generate_ed25519();
        let (relayed, relay) = relay::client::new(key.public().to_peer_id());
        let relayed = upgraded!(relayed, &key, $muxer);
        let direct = upgraded!(runtime::tcp(), &key, yamux::Config::default());
        wiring::swarm_with(&key, either(relayed, direct), $behaviour(relay), direct::lazy)
    }};
}

#[apply(test!)]
async fn a_relayed_peer_that_stops_reading_is_gone_within_the_close_timeout() {
    let close_timeout = Duration::from_secs(1);
    let muxer = CloseTimeout::new(yamux::Config::default(), close_timeout);
    let mut swarm = client!(muxer, |relay| Flooding { relay, flood: Flood::over_relays() });
    let peer = connect_to_a_deaf_peer_behind_a_relay(&mut swarm).await;
    let written = swarm.behaviour().flood.written();
    fill_the_send_buffer(&mut swarm, &written).await;

    let began = Instant::now();
    swarm.disconnect_peer_id(peer).unwrap();
    let cause = timeout(SOON, closed(&mut swarm)).await.expect("cut");

    assert!(began.elapsed() >= close_timeout, "it was given its time");
    assert!(was_cut(cause.as_ref()), "{cause:?}");
    assert!(!swarm.is_connected(&peer));
    // The one with the relay.
    assert_eq!(swarm.network_info().connection_counters().num_established(), 1);
}

/// What makes the test above worth its name.
#[apply(test!)]
async fn without_a_close_timeout_a_relayed_peer_stays() {
    let behaviour = |relay| Flooding { relay, flood: Flood::over_relays() };
    let mut swarm = client!(yamux::Config::default(), behaviour);
    let peer = connect_to_a_deaf_peer_behind_a_relay(&mut swarm).await;
    let written = swarm.behaviour().flood.written();
    fill_the_send_buffer(&mut swarm, &written).await;

    swarm.disconnect_peer_id(peer).unwrap();

    assert!(timeout(OBSERVED, closed(&mut swarm)).await.is_none());
    assert!(swarm.is_connected(&peer));
}

/// Fills what is sent over relays.
#[derive(NetworkBehaviour)]
struct Flooding {
    relay: relay::client::Behaviour,
    flood: Flood,
}

async fn connect_to_a_deaf_peer_behind_a_relay(swarm: &mut Swarm<Flooding>) -> PeerId {
    let stuck = Stuck::counted_by(&Arc::new(AtomicUsize::new(0)));
    let deaf = client!(stuck);
    connect(swarm, peer(deaf).await, true).await
}

/// Starts a relay that carries whatever it is given, and `peer` behind it; says under which address
/// that one can be dialled.
async fn peer(mut peer: Swarm<relay::client::Behaviour>) -> Multiaddr {
    let key = Keypair::generate_ed25519();
    let config = relay::Config {
        max_circuit_bytes: u64::MAX,
        max_circuit_duration: LONG,
        ..relay::Config::default()
    };
    let behaviour = relay::Behaviour::new(key.public().to_peer_id(), config);
    let transport = upgraded!(runtime::tcp(), &key, yamux::Config::default());
    let mut relay = wiring::swarm(&key, transport, behaviour);
    let address = listen(&mut relay, "/ip4/127.0.0.1/tcp/0".parse().unwrap()).await;
    let address = address.with(Protocol::P2p(*relay.local_peer_id()));
    relay.add_external_address(address.clone());
    spawn(drive(relay));

    let address = listen(&mut peer, address.with(Protocol::P2pCircuit)).await;
    spawn(drive(peer));
    address
}

pub(crate) async fn listen<B: NetworkBehaviour>(
    swarm: &mut Swarm<B>,
    address: Multiaddr,
) -> Multiaddr {
    swarm.listen_on(address).unwrap();
    loop {
        if let SwarmEvent::NewListenAddr { address, .. } = swarm.select_next_some().await {
            return address;
        }
    }
}

async fn drive<B: NetworkBehaviour>(mut swarm: Swarm<B>) {
    loop {
        swarm.select_next_some().await;
    }
}
