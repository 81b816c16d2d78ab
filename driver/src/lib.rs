//! Peer reputation and bans for libp2p: peerwarden's engine as a
//! [`NetworkBehaviour`](libp2p::swarm::NetworkBehaviour).
//!
//! A [`Behaviour`] guards a swarm: it refuses banned peers and networks at every gate that libp2p
//! has, closes the connections of whoever gets banned, dials again after the ban whom this node had
//! dialled before, and asks for scores. A [`Handle`] is how every other task reports what peers do,
//! bans, pardons and asks. What is a ban and for how long is decided in
//! [`peerwarden_core`]; the policy is its [`Config`].
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
//! 1. Make the behaviour the **first** field of the struct that derives `NetworkBehaviour`.
//! 2. Give each task that sees misbehaviour a [`Handle`].
//! 3. Answer [`EventKind::ScoreRequested`] from the swarm's event loop, if the policy uses scores.
//!
//! ```
//! use libp2p::swarm::{NetworkBehaviour, SwarmEvent};
//! use peerwarden_libp2p::{Behaviour, Event, EventKind, Handle, Misbehavior, Score};
//! # use peerwarden_libp2p::ManualTimer as RuntimeTimer;
//!
//! #[derive(NetworkBehaviour)]
//! struct Node {
//!     warden: Behaviour<RuntimeTimer>, // first: see `Behaviour`
//!     gossipsub: libp2p::gossipsub::Behaviour,
//! }
//!
//! fn on_event(node: &Node, event: NodeEvent) {
//!     let warden = node.warden.handle();
//!     match event {
//!         NodeEvent::Warden(Event { kind: EventKind::ScoreRequested { peer, .. }, .. }) => {
//!             // For the other direction, see `ApplicationScore`.
//!             let score = node.gossipsub.peer_score(&peer);
//!             let _ = match score.and_then(|score| Score::try_from(score).ok()) {
//!                 Some(score) => warden.score(peer, score),
//!                 None => warden.score_unavailable(peer),
//!             };
//!         }
//!         NodeEvent::Warden(Event { kind, .. }) => println!("{kind:?}"),
//!         NodeEvent::Gossipsub(_) => {}
//!     }
//! }
//!
//! fn on_bad_message(warden: &Handle, from: libp2p::PeerId) {
//!     let _ = warden.report(from, Misbehavior::INVALID_MESSAGE);
//! }
//! ```
//!
//! The timer comes from `peerwarden-tokio`; [`ManualTimer`] is for tests.
//!
//! # What it costs
//!
//! At most [`Event::CAPACITY`] events wait, and with subscribers twice [`Notice::CAPACITY`] notices;
//! two flags and ten addresses are kept for each peer with work to do or a ban to sit out, and 64
//! things are told the swarm in a row before others get their turn. An idle node sets no timer.
//! Everything else is the engine's, bounded by its own limits.

mod address_book;
mod alarm;
mod application_score;
mod behaviour;
mod bulletin;
mod clock;
mod close_timeout;
mod denied;
mod dial_gate;
mod event;
pub mod guide;
mod handle;
mod manual_timer;
mod notice;
mod observed;
mod outbox;
mod redial_error;
mod shared;
mod subscription;
mod timer;

pub use peerwarden_core::{
    self, Amplification, Ban, BanDuration, Cause, Config, Counts, DecayRate, Denial, Direction,
    Instant, IpNet, Misbehavior, Origin, PeerStatus, Penalty, Place, Points, Score, Subject, Until,
    Verdict, Withheld,
};

pub use application_score::{ApplicationScore, WeightError};
pub use behaviour::{Behaviour, ZeroInterval};
pub use close_timeout::{CloseError, CloseTimeout, CloseTimeoutMuxer, CloseTimeoutUpgrade};
pub use denied::Denied;
pub use dial_gate::{DialGate, DialGateError};
pub use event::{Event, EventKind};
pub use handle::{Gone, Handle};
pub use manual_timer::{ManualSleep, ManualTimer};
pub use notice::{Notice, NoticeKind};
pub use redial_error::RedialError;
pub use subscription::Subscription;
pub use timer::Timer;
