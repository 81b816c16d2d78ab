//! Peer reputation and bans for any p2p node: what stands between peerwarden's
//! [engine](peerwarden_core) and a network library.
//!
//! Nothing here needs libp2p or an async runtime. `P`, the [name of a peer](PeerName), is whatever the
//! network calls its peers.
//!
//! - [`Doorman`] guards a node whose connections are not libp2p's: it admits and refuses them and says which
//!   to close, on a thread or in async code. The [guide] has it all.
//! - [`Handle`] is how every task and thread reports, bans and asks. [`Node`], which a doorman has inside,
//!   owns the engine behind its lock, its clock and its store.
//! - [`Settings`] reads policy and options from a TOML file, [`store`] keeps bans durably, [`metrics`] and
//!   [`Tallies`] count, log lines have the target `peerwarden`, [`Subscription`] is a stream of notices.
//! - With the feature `admin`, an operator and their tools ask a running node over an
//!   [admin API](guide::admin_api): HTTP on a Unix socket.
//! - [`lists`] are bans that are kept elsewhere, read from files in the formats of other programs.
//! - [`recording`]s of what happens can be replayed, to the action, under this policy or another.
//! - [`driver`] joins a node to a network library that has connections of its own, as
//!   `peerwarden-libp2p` does.
//!
//! Answers and notices print as sentences or short texts, and are written with serde under names that stay:
//! a [page of the guide](guide::json) lists them.
//!
//! A node with handle, store, settings and metrics:
//!
#![cfg_attr(all(feature = "metrics", feature = "redb", feature = "toml"), doc = "```")]
#![cfg_attr(not(all(feature = "metrics", feature = "redb", feature = "toml")), doc = "```ignore")]
//! use peerwarden_host::{Direction, DoormanBuilder, Misbehavior, Settings, SystemTimer};
//! use prometheus_client::registry::Registry;
//!
//! let dir = tempfile::tempdir()?;
//! let (file, data) = (dir.path().join("peerwarden.toml"), dir.path().join("bans.redb"));
//! std::fs::write(&file, format!("data_file = {data:?}"))?;
//!
//! let mut registry = Registry::default();
//! let settings = Settings::<String>::read(file)?;
//! let builder = DoormanBuilder::from_settings(settings, SystemTimer::new())?;
//! let (doorman, tasks) = builder.with_metrics(&mut registry).build();
//! tasks.spawn(|task| println!("close, dial or judge: {task:?}"))?;
//!
//! let admission = doorman.admit("alice".to_owned(), None, Direction::Inbound, "a socket")?;
//! doorman.handle().report("alice".to_owned(), Misbehavior::INVALID_MESSAGE)?;
//! println!("{:?}", doorman.handle().status(&"alice".to_owned())?);
//! drop(admission);
//! Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![cfg_attr(docsrs, feature(doc_cfg))]

mod address_fault;
mod address_refusal;
#[cfg(all(feature = "admin", unix))]
pub mod admin;
mod alarm;
mod answers;
mod bounds;
mod broadcast;
mod clock;
mod closed;
mod closing;
mod connections;
mod denials;
mod doorman;
pub mod driver;
mod engine;
mod evidence;
mod expected;
mod gate;
mod gate_refusal;
pub mod guide;
mod handle;
mod intervals;
mod json;
mod known_peer;
mod last_scores;
mod listing;
pub mod lists;
mod local_node;
#[cfg(feature = "lock-times")]
#[doc(hidden)]
pub mod lock_times;
mod log;
mod manual_timer;
#[cfg(feature = "metrics")]
pub mod metrics;
mod name_resolver;
mod next_wake;
mod node;
mod note;
mod notice;
mod one_line;
mod options;
mod outcome;
mod overrides;
mod peer;
pub mod recording;
mod refusal;
mod remaining;
#[cfg(feature = "replay")]
pub mod replay;
#[cfg(feature = "toml")]
mod settings;
pub mod shadow;
mod shared;
pub mod store;
mod subscription;
mod system_timer;
mod tag;
mod tallies;
mod telemetry;
#[cfg(test)]
#[path = "../tests/common/peer.rs"]
mod test_peer;
mod timer;

pub use peerwarden_core::{
    self, ActiveCause, Amplification, BanDuration, BanDurationError, Cause, Causes, Config,
    ConfigError, Counts, Cursor, DecayRate, Denial, Direction, Instant, IpNet, Misbehavior,
    MisbehaviorError, Misdeed, Origin, PeerCursor, PeerStatus, Penalty, PenaltyError, PlaceLevel,
    Points, Score, ScoreError, Subject, SubjectError, Until, Verdict, Withheld,
};

pub use address_fault::AddressFault;
pub use address_refusal::AddressRefusal;
pub use answers::{BanChange, Banned, Ours, Protected, Protection, Unbanned};
pub use bounds::OutOfBounds;
pub use clock::{Clock, SystemClock};
pub use closed::Closed;
pub use doorman::{Admission, Doorman, DoormanBuilder, OpenConnections, Refused, Task, Tasks};
pub use driver::{Command, Commands};
pub use evidence::Evidence;
pub use gate::Gate;
pub use handle::Handle;
pub use known_peer::{Host, IpFamily, KnownPeer, NoAddresses};
pub use listing::{Ban, Peer, PeerPage};
pub use manual_timer::{ManualSleep, ManualTimer};
#[cfg(feature = "metrics")]
pub use metrics::SwarmMetrics;
pub use node::Node;
pub use note::{BanNotes, Note, NoteError};
pub use notice::{Notice, NoticeKind};
pub use one_line::OneLine;
pub use options::{CLOSE_TIMEOUT, DriverOptions};
pub use peer::PeerName;
pub use refusal::Refusal;
#[cfg(feature = "toml")]
pub use settings::{ReadSettingsError, Settings, SettingsError, SettingsWarning};
#[cfg(feature = "redb")]
pub use store::RedbStore;
pub use store::{Flush, FlushError, MemoryStore, Store, StoreError, StoreHealth};
pub use subscription::Subscription;
pub use system_timer::{SystemSleep, SystemTimer};
pub use tag::{Tag, TagError};
pub use tallies::{Family, FamilyKind, PlaceName, Sample, SampleValue, SubjectKind, Tallies};
pub use timer::{Timer, since_unix_epoch};

/// The README's code, compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}
