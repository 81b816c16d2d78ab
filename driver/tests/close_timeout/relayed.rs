//! Nodes that reach each other through a third.

use std::time::Duration;

use futures::StreamExt;
use libp2p::core::Multiaddr;
use libp2p::multiaddr::Protocol;
use libp2p::swarm::{NetworkBehaviour, SwarmEvent};
use libp2p::{Swarm, SwarmBuilder, noise, relay, tcp, yamux};

/// A node that can use relays, with this upgrade for connections through them.
macro_rules! client {
    ($muxer:expr) => {
        SwarmBuilder::with_new_identity()
            .with_tokio()
            .with_tcp(tcp::Config::default(), noise::Config::new, yamux::Config::default)
            .unwrap()
            .with_relay_client(noise::Config::new, $muxer)
            .unwrap()
            .with_behaviour(|_, relay| relay)
            .unwrap()
            .with_swarm_config(|config| config.with_idle_connection_timeout(crate::relayed::LONG))
            .build()
    };
}
pub(crate) use client;

/// Starts a relay and a peer behind it, and says under which address that one can be dialled.
pub(crate) async fn peer() -> Multiaddr {
    let mut relay = SwarmBuilder::with_new_identity()
        .with_tokio()
        .with_tcp(tcp::Config::default(), noise::Config::new, yamux::Config::default)
        .unwrap()
        .with_behaviour(|key| {
            relay::Behaviour::new(key.public().to_peer_id(), relay::Config::default())
        })
        .unwrap()
        .with_swarm_config(|config| config.with_idle_connection_timeout(LONG))
        .build();
    let address = listen(&mut relay, "/ip4/127.0.0.1/tcp/0".parse().unwrap()).await;
    let address = address.with(Protocol::P2p(*relay.local_peer_id()));
    relay.add_external_address(address.clone());
    tokio::spawn(drive(relay));

    let mut peer = client!(yamux::Config::default);
    let address = listen(&mut peer, address.with(Protocol::P2pCircuit)).await;
    tokio::spawn(drive(peer));
    address
}

async fn listen<B: NetworkBehaviour>(swarm: &mut Swarm<B>, address: Multiaddr) -> Multiaddr {
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

/// Longer than any test takes.
pub(crate) const LONG: Duration = Duration::from_secs(600);
