//! Peer reputation and bans for libp2p on Tokio: [`peerwarden_libp2p`] with Tokio's timer.
//!
//! Everything of that crate is here under the same name; [`Guard`] and [`Behaviour`] are those on Tokio's
//! clock. What is added is [`TokioTimer`], and [`guard()`] and [`behaviour`], which take the runtime they are
//! called on.
//!
//! ```
//! use libp2p::swarm::NetworkBehaviour;
//! use libp2p::{PeerId, SwarmBuilder, gossipsub, noise, tcp, yamux};
//! use peerwarden_tokio::{CloseTimeout, Config, Misbehavior, guard};
//!
//! #[derive(NetworkBehaviour)]
//! struct Node {
//!     gossipsub: gossipsub::Behaviour, // and identify, kad, connection_limits, ..
//! }
//!
//! #[tokio::main]
//! async fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     let yamux = CloseTimeout::<yamux::Config>::default; // gives up after 10 s
//!     let swarm = SwarmBuilder::with_new_identity()
//!         .with_tokio()
//!         .with_tcp(tcp::Config::default(), noise::Config::new, yamux)?
//!         .with_behaviour(|key| {
//!             let signed = gossipsub::MessageAuthenticity::Signed(key.clone());
//!             let config = gossipsub::ConfigBuilder::default().validate_messages().build()?;
//!             let gossipsub = gossipsub::Behaviour::new(signed, config)?;
//!             let own = key.public().to_peer_id();
//!             Ok(guard(Config::default(), Node { gossipsub })
//!                 .with_warden(|warden| warden.with_local_peer_id(own))
//!                 .scores(|node, peer| node.gossipsub.peer_score(peer)))
//!         })?
//!         .build(); // its behaviours: `swarm.behaviour_mut().inner_mut()`
//!
//!     // Any task may hold one of these.
//!     let warden = swarm.behaviour().handle();
//!     warden.report(PeerId::random(), Misbehavior::INVALID_MESSAGE)?;
//!     Ok(())
//! }
//! ```
//!
//! Without a guard, [`behaviour`] is the **first** field of the derived struct: behaviours before it keep
//! state for connections that it denies.
//!
//! ```
//! use libp2p::{ping, swarm::NetworkBehaviour};
//! use peerwarden_tokio::{Behaviour, Config, behaviour};
//!
//! #[derive(NetworkBehaviour)]
//! struct Node {
//!     warden: Behaviour, // the first field
//!     ping: ping::Behaviour,
//! }
//!
//! # #[tokio::main]
//! # async fn main() {
//! let node = Node { warden: behaviour(Config::default()), ping: ping::Behaviour::default() };
//! # }
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
//! use peerwarden_tokio::{Config, RedbStore, guard_from_store};
//!
//! # let inner = libp2p::ping::Behaviour::default();
//! # let runtime = tokio::runtime::Runtime::new()?;
//! # let _entered = runtime.enter();
//! # let directory = tempfile::tempdir()?;
//! # let path = directory.path().join("bans.redb");
//! let guard = guard_from_store(Config::default(), RedbStore::open(path)?, inner)?;
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
