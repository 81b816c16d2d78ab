//! Peer reputation and bans for libp2p: peerwarden's engine as a
//! [`NetworkBehaviour`](libp2p::swarm::NetworkBehaviour).
//!
//! A [`Behaviour`] guards a swarm: it refuses banned peers and networks at every gate that libp2p
//! has, closes the connections of peers that get banned, dials peers again after their bans that this
//! node had dialled before, and asks for scores. A [`Guard`] wraps the other behaviours so that it is
//! asked first. A [`Handle`] is how every other task reports what peers do, bans, pardons and asks. What
//! is a ban and for how long is decided in [`peerwarden_core`]; the policy is its [`Config`].
//!
//! ```text
//!            report, score, ban, ..             events
//!   tasks ──────────▶ Handle ──┐             ┌────────▶ application
//!                              ▼             │
//!                        engine (one lock)   │
//!                              ▲             │
//!   swarm ────────────▶ Behaviour ───────────┴────────▶ swarm
//!        connections, gates      deny, close, dial
//! ```
//!
//! It does not limit how many connect: put libp2p's `connection_limits` beside it. The [`guide`] goes
//! from nothing to a guarded swarm; what follows is the short of it.
//!
//! # In a swarm
//!
//! 1. Wrap the other behaviours in a [`Guard`]. It asks the warden about each connection first.
//! 2. Wrap the muxer in [`CloseTimeout`]. Without it, a banned peer that stops reading stays connected.
//! 3. Give each task that sees misbehavior a [`Handle`].
//!
//! ```
//! use libp2p::swarm::{NetworkBehaviour, SwarmEvent};
//! use peerwarden_libp2p::{Behaviour, Config, Guard, GuardEvent, Handle, Misbehavior};
//! # use peerwarden_libp2p::ManualTimer as RuntimeTimer;
//!
//! #[derive(NetworkBehaviour)]
//! struct Node {
//!     gossipsub: libp2p::gossipsub::Behaviour,
//! }
//!
//! fn guarded(node: Node) -> Guard<Node, RuntimeTimer> {
//!     Guard::new(Behaviour::new(Config::default(), RuntimeTimer::new()), node)
//!         .scores(|node, peer| node.gossipsub.peer_score(peer))
//! }
//!
//! fn on_event(event: SwarmEvent<GuardEvent<NodeEvent>>) {
//!     match event {
//!         SwarmEvent::Behaviour(GuardEvent::Warden(event)) => println!("{:?}", event.kind),
//!         SwarmEvent::Behaviour(GuardEvent::Inner(NodeEvent::Gossipsub(_))) => {}
//!         _ => {}
//!     }
//! }
//!
//! fn on_bad_message(warden: &Handle, from: libp2p::PeerId) {
//!     let _ = warden.report(from, Misbehavior::INVALID_MESSAGE);
//! }
//! ```
//!
//! Without a guard, the behaviour is the **first** field of the struct that derives `NetworkBehaviour`, and
//! [`EventKind::ScoreRequested`] is answered from the swarm's event loop: see
//! [`Behaviour`](Behaviour#without-a-guard).
//!
//! The timer comes from `peerwarden-tokio` or `peerwarden-smol`; [`ManualTimer`] is for tests.
//!
//! # Across restarts
//!
//! A behaviour made by [`Behaviour::restore`] has the bans, offences and protection by the operator
//! that it had before the node was restarted, and stores what changes:
//!
//! ```
//! # use peerwarden_libp2p::ManualTimer as RuntimeTimer;
//! use peerwarden_libp2p::{Behaviour, Config};
//! # #[cfg(feature = "redb")]
//! use peerwarden_libp2p::RedbStore;
//!
//! # #[cfg(feature = "redb")]
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let directory = tempfile::tempdir()?;
//! let store = RedbStore::open(directory.path().join("bans.redb"))?;
//! let warden = Behaviour::restore(Config::default(), RuntimeTimer::new(), store)?;
//!
//! // Returns when all of the above is durable. A node need not wait for it.
//! warden.handle().flush().wait()?;
//! # Ok(())
//! # }
//! # #[cfg(not(feature = "redb"))]
//! # fn main() {}
//! ```
//!
//! `RuntimeTimer` stands for the runtime's: on Tokio `TokioTimer::current()?`, on smol
//! `SmolTimer::new()`. The feature is `redb`.
//!
//! [`store`] says what is written and when, what wrong clocks do, and how to keep it elsewhere. A
//! disk that is full or broken stops no node: [`Handle::store_health`](peerwarden_host::Handle::store_health) and the log say so.
//!
//! # For operators
//!
//! - **Settings**: `Settings` reads the whole policy and the driver's [`DriverOptions`] from a TOML file,
//!   and says of a mistake which line and key it is in and what would be right. What makes sense but is
//!   likely not meant, such as a misspelled kind of misbehavior, is a warning. `Settings::EXAMPLE` is such a
//!   file, with every default, and `Behaviour::from_settings` makes the behaviour that a file describes, store
//!   included. Feature `toml`.
//! - **Metrics**: `Behaviour::with_metrics` adds counters and gauges to the registry that libp2p's
//!   own are in, and `SwarmMetrics` those of several swarms. The module `metrics` lists them. Feature
//!   `metrics`. [`Handle::tallies`](peerwarden_host::Handle::tallies) gives every count as plain data, for any library, with no feature.
//! - **Logs**: events of `tracing` under the target `peerwarden`, each with the peer or network, the
//!   cause, why, until when, and the offences on record:
//!
//! | level | message |
//! | --- | --- |
//! | warn | `incident`: so many peers misbehave at once that the fault is likely ours; see the [guide](guide::policy#what-to-do-in-an-incident) |
//! | warn | `ban withheld`, because a limit is reached, too few peers would be left, or an incident is on |
//! | warn | this node itself was to be banned or accused, or a banned network holds an address of it |
//! | warn | once: the set-up is wrong, a behaviour in front denies connections, or `CloseTimeout` is missing; see the [guide](guide::guard#what-a-wrong-set-up-shows) |
//! | warn | `settings: ..`, of what is likely not meant; a static peer's name that cannot be resolved |
//! | info | `banned`, with the observed `addr` and the `direction` of a peer and the operator's `note`; `unbanned`, `ban withheld` for other reasons |
//! | info | `incident over` |
//! | info | `on its way to a ban`: what a peer owes has gone over `warning` |
//! | info | `address refused`, because it can be read in more than one way |
//! | info | `connection refused` |
//! | info | `redial failed`: a peer could not be dialled, after its ban or because it is to stay connected; `redial given up` |
//! | info | `changed by an operator`, `policy changed by an operator`: over the admin API, with the `caller` and the `note`, without a limit |
//! | error | a request to the admin API panicked |
//! | debug | `ban moved`: its end did |
//! | trace | `reported`, for each report that a handle is given, without a limit |
//!
//! Of each kind there are at most ten lines a minute, of what remote lists ban one, and the next says
//! how many were `suppressed`. The
//! message and the cause make a kind, so that a list of 200,000 bans or a stranger's flood hides nothing
//! that the operator does. No line holds a line break or a control character, whatever text a peer chose.
//!
//! The features are on by default, here and in the crates for a runtime, but for `admin`: the admin API of
//! [`peerwarden_host::guide::admin_api`]. With `default-features = false` name those you want.
//!
//! # What it costs
//!
//! At most [`Event::CAPACITY`] events wait, and with subscribers twice [`Notice::CAPACITY`] notices;
//! a few flags and ten addresses are kept for each peer with work to do, a ban to sit out or a dial to
//! wait for (100 000 of these), and 64 things are told the swarm in a row before others get their
//! turn. Of each connection that is up its peer, IP and direction are kept, and of each peer that is
//! connected its last score. An idle node sets no timer. A
//! store adds a thread, which wakes once a minute, a number for each subject that has a row and the
//! name of each that waits for one. Everything else is the engine's, bounded by its own limits.
#![cfg_attr(docsrs, feature(doc_cfg))]

mod address;
mod address_book;
mod application_score;
mod attempt;
mod behaviour;
mod close_deadlines;
mod close_timeout;
#[doc(hidden)]
pub mod compact_peer_id;
mod denied;
mod dial_check;
mod dial_gate;
mod error_source;
mod event;
mod event_queue;
mod guard;
pub mod guide;
mod handle;
mod hook_order;
mod incomplete;
mod keep_connected;
mod log;
#[cfg(feature = "gossipsub")]
mod message_validation;
mod own_addresses;
mod redial_error;
mod redials;
mod refused_address;
mod remote_addr;
#[cfg(all(test, feature = "toml"))]
mod settings_tests;
mod static_peer;
mod swarm_state;

use libp2p::PeerId;

#[cfg(feature = "redb")]
pub use peerwarden_host::RedbStore;
#[cfg(all(feature = "admin", unix))]
pub use peerwarden_host::admin::{Admin, AdminError};
#[cfg(feature = "lock-times")]
#[doc(hidden)]
pub use peerwarden_host::lock_times;
pub use peerwarden_host::{
    self, ActiveCause, AddressFault, Amplification, BanChange, BanDuration, BanDurationError,
    BanNotes, Cause, Causes, Closed, Config, ConfigError, Counts, Cursor, DecayRate, Denial,
    Direction, Evidence, Family, FamilyKind, Flush, FlushError, Gate, Instant, IpNet, ManualSleep,
    ManualTimer, MemoryStore, Misbehavior, MisbehaviorError, Misdeed, Note, NoteError, OneLine,
    Origin, Ours, OutOfBounds, PeerCursor, PeerStatus, Penalty, PenaltyError, PlaceLevel,
    PlaceName, Points, Sample, SampleValue, Score, ScoreError, Store, StoreError, StoreHealth,
    Subject, SubjectError, SubjectKind, Tag, TagError, Tallies, Timer, Until, Verdict, Withheld,
    lists, peerwarden_core, since_unix_epoch, store,
};
#[cfg(feature = "toml")]
pub use peerwarden_host::{ReadSettingsError, SettingsError, SettingsWarning};
#[cfg(feature = "metrics")]
pub use peerwarden_host::{SwarmMetrics, metrics};

pub use application_score::{ApplicationScore, WeightError};
pub use behaviour::Behaviour;
pub use close_timeout::{CloseError, CloseTimeout, CloseTimeoutMuxer, CloseTimeoutUpgrade};
pub use denied::Denied;
pub use dial_check::DialVerdict;
pub use dial_gate::{DialGate, DialGateError};
pub use event::{Event, EventKind};
pub use guard::{Guard, GuardEvent};
pub use handle::Handle;
pub use keep_connected::KeepConnectedError;
#[cfg(feature = "gossipsub")]
pub use message_validation::{Blame, MessageValidation, ReceivedMessage};
pub use redial_error::RedialError;
pub use refused_address::RefusedAddress;
pub use static_peer::{StaticPeer, StaticPeerError};
pub use swarm_state::SwarmState;

/// Where the admin API is served: see [`Admin`].
#[cfg(all(feature = "admin", unix))]
pub type AdminOptions = peerwarden_host::admin::AdminOptions<StaticPeer>;
/// One ban that is in force.
pub type Ban = peerwarden_host::Ban<PeerId>;
/// Answer to a ban.
pub type Banned = peerwarden_host::Banned<PeerId>;
/// Timeouts, intervals and paths of the driver; the policy is [`Config`].
pub type DriverOptions = peerwarden_host::DriverOptions<PeerId, StaticPeer>;
/// Something that a [`Subscription`] tells of.
pub type Notice = peerwarden_host::Notice<PeerId>;
/// What a [`Notice`] is about.
pub type NoticeKind = peerwarden_host::NoticeKind<PeerId>;
/// One peer of which something is held.
pub type Peer = peerwarden_host::Peer<PeerId>;
/// A page of such peers.
pub type PeerPage = peerwarden_host::PeerPage<PeerId>;
/// A protected subject, and the tags that protect it.
pub type Protected = peerwarden_host::Protected<PeerId>;
/// Answer to protection, and to the end of it.
pub type Protection = peerwarden_host::Protection<PeerId>;
/// Policy and options as an operator writes them: a TOML file.
#[cfg(feature = "toml")]
pub type Settings = peerwarden_host::Settings<PeerId, StaticPeer>;
/// Stream of notices.
pub type Subscription = peerwarden_host::Subscription<PeerId>;
/// Answer to a pardon.
pub type Unbanned = peerwarden_host::Unbanned<PeerId>;

/// The README's code, compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}
