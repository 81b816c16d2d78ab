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
//! builds the program `peerwarden` too. All are on by default; a library wants
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

mod timer;

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
    Behaviour::new(config, TokioTimer::new(tokio::runtime::Handle::current()))
}

/// The README's code, compiled.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
mod readme {}
