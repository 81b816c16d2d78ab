//! Peer reputation and bans for libp2p on Tokio: [`peerwarden_libp2p`] with Tokio's timer.
//!
//! Everything of that crate is here under the same name; [`Behaviour`] is the one on Tokio's
//! clock. What is added is [`TokioTimer`] and [`behaviour`], which takes the runtime it is called
//! on.
//!
//! ```
//! use std::time::Duration;
//!
//! use libp2p::swarm::NetworkBehaviour;
//! use libp2p::{SwarmBuilder, gossipsub, noise, tcp, yamux};
//! use peerwarden_tokio::{Behaviour, CloseTimeout, Config, Misbehavior};
//!
//! #[derive(NetworkBehaviour)]
//! struct Node {
//!     warden: Behaviour, // first, so that nobody else takes note of whom it refuses
//!     gossipsub: gossipsub::Behaviour,
//! }
//!
//! #[tokio::main]
//! async fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     let close_timeout = Duration::from_secs(10);
//!     let swarm = SwarmBuilder::with_new_identity()
//!         .with_tokio()
//!         .with_tcp(tcp::Config::default(), noise::Config::new, || {
//!             CloseTimeout::new(yamux::Config::default(), close_timeout)
//!         })?
//!         .with_behaviour(|key| {
//!             let signed = gossipsub::MessageAuthenticity::Signed(key.clone());
//!             let config = gossipsub::ConfigBuilder::default().validate_messages().build()?;
//!             Ok(Node {
//!                 warden: peerwarden_tokio::behaviour(Config::default()),
//!                 gossipsub: gossipsub::Behaviour::new(signed, config)?,
//!             })
//!         })?
//!         .build();
//!
//!     // Any task may hold one of these.
//!     let warden = swarm.behaviour().warden.handle();
//!     let peer = libp2p::PeerId::random();
//!     warden.report(peer, Misbehavior::INVALID_MESSAGE)?;
//!     Ok(())
//! }
//! ```
//!
//! The features `metrics`, `redb` and `toml` are those of [`peerwarden_libp2p`]. The feature `cli`
//! builds the program `peerwarden` too. All of these are on by default, and `admin` is not; a library wants
//! `default-features = false` and those of the first three that it uses.
//!
//! With `redb`, bans outlive the node:
//!
//! ```
//! # #[cfg(feature = "redb")]
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use peerwarden_tokio::{Behaviour, Config, RedbStore, TokioTimer};
//!
//! # let runtime = tokio::runtime::Runtime::new()?;
//! # let _entered = runtime.enter();
//! # let directory = tempfile::tempdir()?;
//! # let path = directory.path().join("bans.redb");
//! let store = RedbStore::open(path)?;
//! let warden = Behaviour::restore(Config::default(), TokioTimer::current()?, store)?;
//! # Ok(())
//! # }
//! # #[cfg(not(feature = "redb"))]
//! # fn main() {}
//! ```
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(doctest)]
mod pages;
mod timer;

use libp2p::swarm::NetworkBehaviour;

pub use peerwarden_libp2p::*;

pub use timer::TokioTimer;

/// Guards a swarm that runs on Tokio. Make one with [`behaviour`].
///
/// With another timer, such as [`ManualTimer`], the same node runs in a test of its own on a clock that is
/// moved by hand.
pub type Behaviour<T = TokioTimer> = peerwarden_libp2p::Behaviour<T>;

/// Guards by `config`, on the clock of the runtime that this is called on.
///
/// Off a runtime, use [`Behaviour::new`] with [`TokioTimer::new`] and the runtime's handle.
///
/// # Panics
///
/// Off a runtime.
#[must_use]
pub fn behaviour(config: Config) -> Behaviour {
    Behaviour::new(config, timer())
}

/// A behaviour and the warden that is asked before it. Make one with [`guard`].
pub type Guard<B, T = TokioTimer> = peerwarden_libp2p::Guard<B, T>;

/// Guards `inner` by `config`, on the clock of the runtime that this is called on.
///
/// ```
/// use libp2p::ping;
/// use peerwarden_tokio::{Config, Guard, guard};
///
/// # let runtime = tokio::runtime::Runtime::new().unwrap();
/// # let _entered = runtime.enter();
/// let guard: Guard<ping::Behaviour> = guard(Config::default(), ping::Behaviour::default());
/// ```
///
/// Off a runtime, use [`Guard::new`] with [`Behaviour::new`].
///
/// # Panics
///
/// Off a runtime.
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
///
/// # Panics
///
/// Off a runtime.
pub fn guard_from_store<B: NetworkBehaviour>(
    config: Config,
    store: impl Store,
    inner: B,
) -> Result<Guard<B>, StoreError> {
    Ok(Guard::new(Behaviour::restore(config, timer(), store)?, inner))
}

/// Guards `inner` as `settings` have it, store included: see [`Behaviour::from_settings`].
///
/// # Errors
///
/// [`StoreError`] if there is a data file and it cannot be opened or read as a whole.
///
/// # Panics
///
/// Off a runtime.
#[cfg(all(feature = "redb", feature = "toml"))]
pub fn guard_from_settings<B: NetworkBehaviour>(
    settings: Settings,
    inner: B,
) -> Result<Guard<B>, StoreError> {
    Ok(Guard::new(Behaviour::from_settings(settings, timer())?, inner))
}

fn timer() -> TokioTimer {
    TokioTimer::new(tokio::runtime::Handle::current())
}
