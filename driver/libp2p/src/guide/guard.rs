//! `Guard`: the wrapper around other behaviours, and what a wrong set-up shows.
//!
//! # A guarded swarm
//!
//! On Tokio, `peerwarden_tokio::guard(config, inner)` makes a [`Guard`](crate::Guard); on smol
//! `peerwarden_smol::guard` does. `guard_from_store` and `guard_from_settings` do the same with a store
//! or a settings file. `inner` is any behaviour, most often a derived one:
//!
//! ```
//! # mod peerwarden_tokio {
//! #     pub use peerwarden_libp2p::*;
//! #     pub type Guard<B> = peerwarden_libp2p::Guard<B, ManualTimer>;
//! #     pub fn guard<B: libp2p::swarm::NetworkBehaviour>(config: Config, inner: B) -> Guard<B> {
//! #         Guard::new(Behaviour::new(config, ManualTimer::new()), inner)
//! #     }
//! # }
//! use libp2p::swarm::{NetworkBehaviour, SwarmEvent};
//! use libp2p::{connection_limits, gossipsub};
//! use peerwarden_tokio::{Config, Guard, GuardEvent, guard};
//!
//! #[derive(NetworkBehaviour)]
//! struct Node {
//!     limits: connection_limits::Behaviour, // first inside: it denies too
//!     gossipsub: gossipsub::Behaviour,
//! }
//!
//! fn guarded(node: Node) -> Guard<Node> {
//!     guard(Config::default(), node).scores(|node, peer| node.gossipsub.peer_score(peer))
//! }
//!
//! fn on_event(event: SwarmEvent<GuardEvent<NodeEvent>>) {
//!     match event {
//!         SwarmEvent::Behaviour(GuardEvent::Warden(event)) => println!("{event:?}"),
//!         SwarmEvent::Behaviour(GuardEvent::Inner(NodeEvent::Gossipsub(event))) => {
//!             println!("{event:?}");
//!         }
//!         _ => {}
//!     }
//! }
//! ```
//!
//! With `scores`, the engine's requests are answered inside, so the application gets no
//! `ScoreRequested`. `with_warden` sets options, metrics and the node's own id.
//!
//! # How many reports make a ban
//!
//! By the default policy 101 at once: each costs 864 points, more than 86 400 is too much, and 1000
//! points fall off each second, so one a second never bans by itself. At half of that the event
//! `Warned` comes. To see a ban soon, use
//! `Config::default().with_threshold(Points::from_points(8_640))`: the eleventh report does it.
//! `warden.status(&peer)` says what a peer owes, and the log, at level `trace`, tells of each report.
//!
//! # What a wrong set-up shows
//!
//! Each of these is logged once, at level `warn`:
//!
//! | what is noticed | what is wrong |
//! | --- | --- |
//! | another behaviour denied a connection that the warden was not asked about | the bare [`Behaviour`](crate::Behaviour) is not the first field |
//! | a connection is up that the warden was not asked about, or that it had denied | a hand-written wrapper does not pass on every call and every answer; bans are not enforced |
//! | a peer that was told to leave is connected a second after the close timeout | [`CloseTimeout`](crate::CloseTimeout) is not around the muxer, or it has more time than the behaviour was told with [`with_close_timeout`](crate::Behaviour::with_close_timeout) |
//!
//! What cannot be noticed:
//!
//! - **Behaviours in front that deny nothing**, such as ping or gossipsub. libp2p asks one behaviour
//!   after the other and tells none of them about its place, so the warden sees nothing of their
//!   ghosts. A `Guard` is the cure.
//! - **A muxer without `CloseTimeout`**, as long as every peer lets its connection be closed. Of the
//!   connections being closed, 1024 are watched at a time.
//! - Anything of that kind while the swarm is polled so late that its own timers are over a second
//!   late, because then connections close late as well.
