//! Bans by the application, for a time and for a reason, as forest has them.
//!
//! ```sh
//! cargo run -p peerwarden-tokio --example timed_bans
//! cargo test -p peerwarden-tokio --example timed_bans
//! ```
//!
//! `bans.rs` is the recipe. The program puts a peer out for a second and lets it come back, without a
//! timer or a task of its own. It ends by itself and fails unless that happened.
#![expect(clippy::wildcard_enum_match_arm, reason = "of all events few are of interest here")]

#[cfg_attr(not(test), expect(dead_code, reason = "the program uses a part of the recipe"))]
mod bans;
#[cfg(test)]
mod tests;

use std::error::Error;
use std::time::Duration;

use libp2p::futures::StreamExt;
use libp2p::swarm::{NetworkBehaviour, SwarmEvent};
use libp2p::{Swarm, SwarmBuilder, noise, ping, tcp, yamux};
use peerwarden_tokio::{CloseTimeout, Config, EventKind, GuardEvent, Misbehavior, guard};
use tokio::time::timeout;

use bans::Bans;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    timeout(Duration::from_secs(60), story()).await?
}

async fn story() -> Result<(), Box<dyn Error>> {
    let mut node = swarm(guard(Config::default(), ping::Behaviour::default()))?;
    let bans = Bans::new(node.behaviour().handle(), vec!["forest".into()]);
    node.listen_on("/ip4/127.0.0.1/tcp/0".parse()?)?;
    let address = loop {
        if let SwarmEvent::NewListenAddr { address, .. } = node.select_next_some().await {
            break address;
        }
    };
    let mut peer = swarm(ping::Behaviour::default())?;
    peer.dial(address.clone())?;

    let (mut closed, mut unbanned) = (false, false);
    loop {
        let event = tokio::select! {
            event = node.select_next_some() => event,
            _ = peer.select_next_some() => continue,
        };
        match event {
            SwarmEvent::ConnectionEstablished { .. } if unbanned => {
                println!("connected again");
                return if closed { Ok(()) } else { Err("it was not disconnected".into()) };
            }
            SwarmEvent::ConnectionEstablished { peer_id, .. } => {
                let reason = Misbehavior::new("genesis-mismatch")?;
                bans.ban(peer_id, reason, Some(Duration::from_secs(1)), Some("other/1.0"))?;
            }
            SwarmEvent::ConnectionClosed { peer_id, .. } => {
                closed = bans.is_banned(&peer_id)?;
                println!("disconnected, banned: {closed}");
            }
            SwarmEvent::Behaviour(GuardEvent::Warden(event)) => {
                if let EventKind::Unbanned { .. } = event.kind {
                    unbanned = true;
                    peer.dial(address.clone())?;
                }
            }
            _ => {}
        }
    }
}

fn swarm<B: NetworkBehaviour>(behaviour: B) -> Result<Swarm<B>, Box<dyn Error>> {
    Ok(SwarmBuilder::with_new_identity()
        .with_tokio()
        .with_tcp(
            tcp::Config::default(),
            noise::Config::new,
            CloseTimeout::<yamux::Config>::default,
        )?
        .with_behaviour(|_| behaviour)?
        .build())
}
