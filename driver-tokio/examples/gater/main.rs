//! Connection gater and peer monitor of a rollup node, as op-node and kona have them.
//!
//! ```sh
//! cargo run -p peerwarden-tokio --example gater
//! cargo test -p peerwarden-tokio --example gater
//! ```
//!
//! `gater.rs` and `monitor.rs` are the recipe. The program lets a node's score of its peer fall: the
//! monitor bans the peer and the gater then refuses to dial it, until the ban is over. It ends by
//! itself and fails unless all of that happened.
#![expect(clippy::wildcard_enum_match_arm, reason = "of all events few are of interest here")]

#[cfg_attr(not(test), expect(dead_code, reason = "the program uses a part of the recipe"))]
mod gater;
mod monitor;
#[cfg(test)]
mod tests;

use std::error::Error;
use std::time::Duration;

use libp2p::futures::StreamExt;
use libp2p::gossipsub::{self, MessageAuthenticity, PeerScoreParams, PeerScoreThresholds};
use libp2p::swarm::SwarmEvent;
use libp2p::{Swarm, SwarmBuilder, identity, noise, tcp, yamux};
use peerwarden_tokio::{CloseTimeout, EventKind, Guard, GuardEvent, Score};
use tokio::time::timeout;

use gater::{Gater, NoDial};
use monitor::monitor;

type Failure = Box<dyn Error + Send + Sync>;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    timeout(Duration::from_secs(60), story()).await?
}

async fn story() -> Result<(), Failure> {
    let mut node = node()?;
    let mut peer = peer()?;
    let id = *peer.local_peer_id();
    peer.listen_on("/ip4/127.0.0.1/tcp/0".parse()?)?;
    let address = loop {
        if let SwarmEvent::NewListenAddr { address, .. } = peer.select_next_some().await {
            break address.with_p2p(id).map_err(|_| "the address names another peer")?;
        }
    };
    let mut gater = Gater::new(node.behaviour().handle(), 2, Duration::from_secs(60));

    gater.dial(&address).map_err(|reason| reason.to_string())?;
    node.dial(address.clone())?;
    let mut banned = false;
    loop {
        let event = tokio::select! {
            event = node.select_next_some() => event,
            _ = peer.select_next_some() => continue,
        };
        match event {
            SwarmEvent::ConnectionEstablished { peer_id, .. } => {
                gater.connected(&peer_id);
                // As if it had sent one bad message after another.
                node.behaviour_mut().inner_mut().set_application_score(&peer_id, -200.0);
            }
            SwarmEvent::Behaviour(GuardEvent::Warden(event)) => match event.kind {
                EventKind::Banned { subject, cause, .. } => {
                    println!("{subject} banned by {cause}");
                    banned = matches!(gater.dial(&address), Err(NoDial::Blocked(_)));
                }
                EventKind::Unbanned { subject, .. } => {
                    println!("{subject} may be dialled again");
                    gater.dial(&address).map_err(|reason| reason.to_string())?;
                    return if banned { Ok(()) } else { Err("it was not refused".into()) };
                }
                _ => {}
            },
            _ => {}
        }
    }
}

fn node() -> Result<Swarm<Guard<gossipsub::Behaviour>>, Failure> {
    Ok(SwarmBuilder::with_new_identity()
        .with_tokio()
        .with_tcp(
            tcp::Config::default(),
            noise::Config::new,
            CloseTimeout::<yamux::Config>::default,
        )?
        .with_behaviour(|key| {
            let mut gossipsub = speak(key)?;
            let thresholds = PeerScoreThresholds::default();
            let params = PeerScoreParams { app_specific_weight: 1.0, ..PeerScoreParams::default() };
            gossipsub.with_peer_score(params, thresholds)?;
            Ok(monitor(gossipsub, Score::try_from(-100.0)?, Duration::from_secs(2))?)
        })?
        .build())
}

fn peer() -> Result<Swarm<gossipsub::Behaviour>, Failure> {
    Ok(SwarmBuilder::with_new_identity()
        .with_tokio()
        .with_tcp(tcp::Config::default(), noise::Config::new, yamux::Config::default)?
        .with_behaviour(speak)?
        .build())
}

fn speak(key: &identity::Keypair) -> Result<gossipsub::Behaviour, Failure> {
    let signed = MessageAuthenticity::Signed(key.clone());
    Ok(gossipsub::Behaviour::new(signed, gossipsub::Config::default())?)
}
