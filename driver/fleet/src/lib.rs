//! Bans shared between the nodes of one operator.
//!
//! The nodes of a fleet write signed statements on peers that they ban into a bucket that all can read, and each node
//! bans what a quorum of members bans. One fooled node is one vote. The bucket is a blackboard: it may lose,
//! repeat, reorder and forget, and that frees no peer and bans none.
//!
//! - [`FleetSettings`] is the table `[fleet]` of a node's settings. Its `start` has a node take part, over NATS
//!   (feature `nats`). [`FleetHandle`] then shows status, members and votes, and pardons.
//! - `init` makes a new fleet: keys, certificates, the server's configuration and the nodes' settings (feature
//!   `init`).
//! - [`Operator`] makes orders, pardons and rosters for the whole fleet, which `NatsLink::write_once` or any
//!   other [link](FleetLink) writes. [`Statement`] and [`Roster`] are what is signed.
//! - [`Fleet`] is the state machine of one node, without I/O, [`FleetTask`] what feeds it from a node of
//!   peerwarden-host and a [`FleetLink`]: `NatsLink`, or [`MemoryLink`] for tests.
//! - [`tally`] is the quorum, a pure function.
//!
//! A fleet of two nodes and an operator on a bucket in memory:
//!
//! ```
//! use std::sync::Arc;
//! use std::time::Duration;
//! use peerwarden_fleet::{
//!     FleetConfig, FleetLink, FleetRules, FleetTask, Member, MemoryBucket, Mode, Operator, Roster, SecretKey,
//! };
//! use peerwarden_host::{Config, Node, Subject, SystemClock, SystemTimer};
//!
//! let (key, operator) = (SecretKey::generate()?, SecretKey::generate()?);
//! let member = Member { id: key.public(), name: "n1".parse()?, group: None };
//! let mut rules = FleetRules::default();
//! (rules.mode, rules.quorum) = (Mode::Enforce, 2);
//! let config = FleetConfig {
//!     name: "trial".parse()?,
//!     key,
//!     roster: Some(Roster::new(vec![member])?),
//!     operators: vec![operator.public()],
//!     rules,
//! };
//!
//! let bucket = MemoryBucket::new(Arc::new(SystemClock::new()), 1);
//! let node: Node<String> = Node::new(Config::default(), Arc::new(SystemClock::new()));
//! let interval = Duration::from_secs(600);
//! let task = FleetTask::new(&node.handle(), config, interval, bucket.link(), SystemTimer::new())?;
//! let fleet = task.handle();
//! task.spawn()?;
//!
//! let now = std::time::SystemTime::now().into();
//! let subject = Subject::Peer("spammer".to_owned());
//! let operator = Operator::new("trial".parse()?, operator);
//! let (key, value) = operator.order(subject.clone(), Duration::from_secs(3600), None, now)?;
//! futures_lite::future::block_on(bucket.link().put(key, value))?;
//!
//! while fleet.standing(&subject, now).believed_until.is_none() {
//!     std::thread::yield_now();
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![cfg_attr(docsrs, feature(doc_cfg))]

mod alarm;
mod brakes;
mod counts;
mod fleet;
mod handle;
mod hex;
#[cfg(feature = "init")]
mod init;
mod key;
mod link;
mod log;
mod memory_link;
#[cfg(feature = "metrics")]
pub mod metrics;
mod name;
#[cfg(feature = "nats")]
mod nats;
mod node;
mod operator;
mod own;
mod quorum;
mod roster;
mod rules;
mod sealed;
mod settings;
mod signing;
#[cfg(feature = "nats")]
mod start;
mod statement;
mod status;
mod unix_millis;
mod votes;

pub use alarm::{Alarm, Alarms};
pub use counts::{Ceased, FleetCounts, LagHistogram, Refused, Resync, Withheld};
pub use fleet::{Decision, Fleet, FleetConfig, Input, MemberStatus, Neighbors, VoteView};
pub use handle::{FleetHandle, Standing};
#[cfg(feature = "init")]
pub use init::{InitError, InitOptions, Initialized, NewMember, init};
pub use key::{Author, Key, KeyParts};
pub use link::{FleetLink, LinkError, LinkErrorKind, LinkHealth, Seen};
pub use memory_link::{Faults, MemoryBucket, MemoryLink};
pub use name::{FleetName, MemberName, NameError};
#[cfg(feature = "nats")]
pub use nats::{NatsLink, NatsOptions};
pub use node::{FleetTask, LIST};
pub use operator::Operator;
pub use own::OwnBan;
pub use quorum::{Ballot, QuorumRules, Tally, Voter, tally};
pub use roster::{Member, Roster, RosterError};
pub use rules::{FleetRules, Mode};
pub use sealed::SealError;
pub use settings::{FleetSettings, FleetSettingsError};
pub use signing::{KeyError, PublicKey, ReadKeyError, SecretKey};
#[cfg(feature = "nats")]
pub use start::StartError;
pub use statement::{Counted, OpenedStatement, Says, Statement, StatementError};
pub use status::FleetStatus;
pub use unix_millis::UnixMillis;

/// The README's code, compiled.
#[cfg(all(doctest, feature = "init", feature = "nats"))]
#[doc = include_str!("../README.md")]
mod readme {}
