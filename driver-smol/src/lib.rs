//! Peer reputation and bans for libp2p on smol: [`peerwarden_libp2p`] with smol's timer, and the
//! transports that libp2p has for Tokio alone.
//!
//! Everything of that crate is here under the same name; [`Guard`] and [`Behaviour`] are those on smol's
//! clock. What is added is [`SmolTimer`], [`guard()`] and [`behaviour`], as `peerwarden-tokio` has them too;
//! [`tcp::Transport`] and [`dns::Transport`]; and [`SwarmBuilder`], which makes a swarm of all that.
//!
//! ```
//! use libp2p::swarm::NetworkBehaviour;
//! use libp2p::{PeerId, gossipsub};
//! use peerwarden_smol::{Config, Misbehavior, SmolExecutor, SwarmBuilder, guard};
//!
//! #[derive(NetworkBehaviour)]
//! struct Node {
//!     gossipsub: gossipsub::Behaviour, // and identify, kad, connection_limits, ..
//! }
//!
//! fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     let key = libp2p::identity::Keypair::generate_ed25519();
//!     let signed = gossipsub::MessageAuthenticity::Signed(key.clone());
//!     let config = gossipsub::ConfigBuilder::default().validate_messages().build()?;
//!     let node = Node { gossipsub: gossipsub::Behaviour::new(signed, config)? };
//!     let guard = guard(Config::default(), node)
//!         .with_warden(|warden| warden.with_local_peer_id(key.public().to_peer_id()))
//!         .scores(|node, peer| node.gossipsub.peer_score(peer));
//!
//!     // Any task may hold one of these.
//!     let warden = guard.handle();
//!     let swarm =
//!         SwarmBuilder::with_existing_identity(key, SmolExecutor::global()).build(|_| guard)?;
//!     warden.report(PeerId::random(), Misbehavior::INVALID_MESSAGE)?;
//!     # drop(swarm);
//!     Ok(())
//! }
//! ```
//!
//! Without a guard, [`behaviour`] is the **first** field of the derived struct: behaviours before it keep
//! state for connections that it denies.
//!
//! # Without Tokio
//!
//! Nothing below this crate needs Tokio, but for its channels with the feature `admin`, and what libp2p has for Tokio alone is not here: QUIC, mDNS,
//! UPnP, and `/dnsaddr`; nor is WebSocket. Relays, hole punching, gossipsub, kad and the other
//! protocols need no runtime: over the transports of this crate they work as they are.
#![cfg_attr(docsrs, feature(doc_cfg))]

mod builder;
pub mod dns;
mod executor;
pub mod tcp;
mod timer;

use libp2p::swarm::NetworkBehaviour;

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

/// A behaviour and the warden that is asked before it. Make one with [`guard`].
pub type Guard<B, T = SmolTimer> = peerwarden_libp2p::Guard<B, T>;

/// Guards `inner` by `config`, on smol's clock. Need not be called in a task.
///
/// ```
/// use libp2p::ping;
/// use peerwarden_smol::{Config, Guard, guard};
///
/// let guard: Guard<ping::Behaviour> = guard(Config::default(), ping::Behaviour::default());
/// ```
#[must_use]
pub fn guard<B: NetworkBehaviour>(config: Config, inner: B) -> Guard<B> {
    Guard::new(behaviour(config), inner)
}

/// Guards `inner` by `config`, with the bans, offences and protection that are in `store`: see
/// [`Behaviour::restore`].
///
/// # Errors
///
/// [`StoreError`] if the store cannot be read as a whole. It says where it is and what to do.
pub fn guard_from_store<B: NetworkBehaviour>(
    config: Config,
    store: impl Store,
    inner: B,
) -> Result<Guard<B>, StoreError> {
    Ok(Guard::new(Behaviour::restore(config, SmolTimer::new(), store)?, inner))
}

/// Guards `inner` as `settings` have it, store included: see [`Behaviour::from_settings`].
///
/// # Errors
///
/// [`StoreError`] if there is a data file and it cannot be opened or read as a whole.
#[cfg(all(feature = "redb", feature = "toml"))]
pub fn guard_from_settings<B: NetworkBehaviour>(
    settings: Settings,
    inner: B,
) -> Result<Guard<B>, StoreError> {
    Ok(Guard::new(Behaviour::from_settings(settings, SmolTimer::new())?, inner))
}

/// The README's code, compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}
