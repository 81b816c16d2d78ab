//! Peer reputation and bans for libp2p on smol: [`peerwarden_libp2p`] with smol's timer, and the
//! transports that libp2p has for Tokio alone.
//!
//! Everything of that crate is here under the same name; [`Behaviour`] is the one on smol's clock.
//! What is added is [`SmolTimer`] and [`behaviour`], as `peerwarden-tokio` has them too;
//! [`tcp::Transport`] and [`dns::Transport`]; and [`SwarmBuilder`], which makes a swarm of all that.
//!
//! ```
//! use libp2p::gossipsub;
//! use libp2p::swarm::NetworkBehaviour;
//! use peerwarden_smol::{Behaviour, Config, Misbehavior, SmolExecutor, SwarmBuilder};
//!
//! #[derive(NetworkBehaviour)]
//! struct Node {
//!     warden: Behaviour, // first, so that nobody else takes note of whom it refuses
//!     gossipsub: gossipsub::Behaviour,
//! }
//!
//! fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     let key = libp2p::identity::Keypair::generate_ed25519();
//!     let signed = gossipsub::MessageAuthenticity::Signed(key.clone());
//!     let config = gossipsub::ConfigBuilder::default().validate_messages().build()?;
//!     let gossipsub = gossipsub::Behaviour::new(signed, config)?;
//!
//!     let swarm = SwarmBuilder::with_existing_identity(key, SmolExecutor::global())
//!         .build(|_| Node { warden: peerwarden_smol::behaviour(Config::default()), gossipsub })?;
//!
//!     // Any task may hold one of these.
//!     let warden = swarm.behaviour().warden.handle();
//!     let peer = libp2p::PeerId::random();
//!     warden.report(peer, Misbehavior::INVALID_MESSAGE)?;
//!     Ok(())
//! }
//! ```
//!
//! # Without Tokio
//!
//! Nothing below this crate needs Tokio, and what libp2p has for Tokio alone is not here: QUIC, mDNS,
//! UPnP, and `/dnsaddr`; nor is WebSocket. Relays, hole punching, gossipsub, kad and the other
//! protocols need no runtime: over the transports of this crate they work as they are.

mod builder;
pub mod dns;
mod executor;
pub mod tcp;
mod timer;

pub use peerwarden_libp2p::*;

pub use builder::SwarmBuilder;
pub use executor::SmolExecutor;
pub use timer::{SmolSleep, SmolTimer};

/// Guards a swarm that runs on smol. Make one with [`behaviour`].
///
/// With another timer, such as [`ManualTimer`], the same node runs in a test of its own on a clock that is
/// moved by hand.
pub type Behaviour<T = SmolTimer> = peerwarden_libp2p::Behaviour<T>;

/// Guards by `config`, on smol's clock. Need not be called in a task.
#[must_use]
pub fn behaviour(config: Config) -> Behaviour {
    Behaviour::new(config, SmolTimer::new())
}

/// The README's code, compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}
