//! Guide for nodes without libp2p.
//!
//! On libp2p, the crate `peerwarden-libp2p` does all of this. A node whose connections are its own, on plain
//! TCP, QUIC or anything else, uses a [`Doorman`](crate::Doorman) in four places:
//!
//! | where | what |
//! | --- | --- |
//! | the node starts | [`Doorman::new`](crate::Doorman::new), or a [`DoormanBuilder`](crate::DoormanBuilder) with store, settings and metrics |
//! | a connection is up and its peer known | [`admit`](crate::Doorman::admit); keep the [`Admission`](crate::Admission) while the connection is open |
//! | a thread or task of its own | the [`Tasks`](crate::Tasks): connections to close, peers to dial, scores to give |
//! | a peer misbehaves | [`Handle::report`](crate::Handle::report), on any thread |
//!
//! The examples `std_tcp` and `quic` of this crate are whole servers: one with a thread for each connection,
//! one on quinn, whose connections have the shapes that iroh's have.
//!
//! # 1. What a peer is called
//!
//! By a name that it has to prove: a public key. Any type will do that has what [`PeerName`](crate::PeerName)
//! asks for; `examples/quic/peer_key.rs` is one for keys of 32 bytes. A name that a peer may choose
//! is one that it changes after a ban, and under which it can have others banned.
//!
//! Where peers have no keys, call them by their IPs: `ip.to_string()`, as `std_tcp` does. A peer of that
//! name and the network of that one IP are two subjects then. A ban of `Subject::Addr` refuses it too, and to
//! pardon it takes an `unban` of the subject that was banned.
//!
//! # 2. Admission
//!
//! [`check_inbound`](crate::Doorman::check_inbound) before the handshake spares its cost where a network is
//! banned. [`admit`](crate::Doorman::admit) comes when the handshake is done, before any other part of the node
//! hears of the connection, for those that the node dialled too. It fails with the connection and the reason, so that
//! the caller can tell the other side, if it wants to.
//!
//! The *address* is the IP that the other side has in fact. Behind a proxy that is what the proxy says,
//! if it can be trusted. Over a relay there is none: give `None`, and the peer is refused by its name alone.
//! When a QUIC connection migrates, say so with [`Admission::moved`](crate::Admission::moved).
//!
//! An [`Admission`](crate::Admission) is the connection's count. Drop it when the connection is closed, on
//! either side: keep it where the connection is served, and that happens by itself.
//!
//! # 3. Tasks
//!
//! On a thread, [`spawn`](crate::Tasks::spawn). In async code, one task:
//!
//! ```
//! use peerwarden_host::{Task, Tasks};
//!
//! /// Whatever the network library calls a connection.
//! struct Connection;
//!
//! impl Connection {
//!     fn close(&self, _code: u32, _reason: &[u8]) {}
//! }
//!
//! async fn drive(mut tasks: Tasks<String, Connection>) {
//!     while let Some(task) = tasks.next().await {
//!         match task {
//!             Task::Close { connection, .. } => connection.close(1, b"banned"),
//!             Task::Dial { peer } => println!("{peer} may be dialled again"),
//!             _ => {}
//!         }
//!     }
//! }
//! ```
//!
//! It ends when the doorman is dropped. Which connections are closed:
//!
//! - All those of a peer that is banned.
//! - Those over IPs in a network that the operator or a remote list bans, with any peer; a peer keeps
//!   those that it has over other IPs. The same goes for the end of a protection.
//! - Of a network that is banned for what came from it, those of peers that the engine does not spare.
//! - Those without an IP, if the IP at which their peer was seen last is refused and no other connection
//!   of the peer is over one that is allowed.
//!
//! A connection that is closed may still deliver what it had received before. Where that matters, ask
//! [`Admission::check`](crate::Admission::check) before acting on it.
//!
//! To send a last message, set a [farewell](crate::DriverOptions::with_farewell): the task to close comes that
//! much later, unless the ban is lifted meanwhile. The banned peer is in the notice
//! [`Banned`](crate::NoticeKind::Banned) of a [subscription](crate::Handle::subscribe); new connections are
//! refused at once.
//!
//! The timer is the operating system's, [`SystemTimer`](crate::SystemTimer), which has a thread of its own
//! for sleeps, and works on every runtime. To sleep on the runtime's own timer, implement
//! [`Timer`](crate::Timer) for it and give it to the builder.
//!
//! # 4. Scores and dials
//!
//! A node without a scorer sets [`with_scores(false)`](crate::Config::with_scores). One that has one answers
//! [`RequestScore`](crate::Task::RequestScore) with [`Handle::score`](crate::Handle::score), at once. For a
//! peer that has left it is not asked for: the last score from before counts.
//!
//! Peers that were dialled come back as [`Dial`](crate::Task::Dial) when their bans are over. Ask
//! [`check_dial`](crate::Doorman::check_dial) before any dial.
//!
//! # 5. Store, settings, metrics
//!
//! They are those of every node: [`DoormanBuilder::from_settings`] takes
//! settings with a data file, [`restore`](crate::DoormanBuilder::restore) a
//! [`Store`](crate::Store), [`with_metrics`] a registry of prometheus-client. The
//! example `whole_node` has all of them in ten lines.
//!
//! # 6. Lists
//!
//! With the feature `lists`, a node bans what blocklists name. In the settings:
//!
//! ```toml
//! [[list]]
//! name = "firehol-level1"
//! path = "/var/lib/lists/firehol_level1.netset"
//! for = "48h"
//! ```
//!
//! The file is read again when it changes. Other lists a program loads itself:
//!
#![cfg_attr(feature = "lists", doc = "```")]
#![cfg_attr(not(feature = "lists"), doc = "```ignore")]
//! use std::sync::Arc;
//! use peerwarden_host::lists::{ExportFormat, ExportOptions, read_list};
//! use peerwarden_host::{Config, Node, SystemClock};
//!
//! let node: Node<String> = Node::new(Config::default(), Arc::new(SystemClock::new()));
//! let lists = node.handle().lists();
//! lists.keep()?;
//!
//! // Whatever the format is: it is guessed.
//! let text = b"[{\"address\": \"198.51.100.0/24\", \"banned_until\": 4907587012}]";
//! let list = read_list(text, &lists.read_options()?)?;
//! let name = "bitcoin".parse()?;
//! println!("{} would be new", lists.plan(&name, &list)?.new.total);
//! let report = lists.replace(&name, &list)?;
//! assert!(!report.is_partial());
//!
//! // Which lists is it on, and what is banned in all?
//! assert_eq!(lists.naming(&"198.51.100.0/24".parse()?)?[0].list, name);
//! let mut out = Vec::new();
//! node.handle().export_bans(&ExportOptions::new(ExportFormat::Plain), &mut out)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The [module on lists](crate::lists) says what comes of them, and what no list can ban.
//!
//! # 7. Shadow policies
//!
//! What would a stricter policy do? It judges as well, and nothing comes of it:
//!
//! ```
//! use std::sync::Arc;
//! use peerwarden_host::{Config, Misbehavior, Node, Points, SystemClock};
//!
//! let node: Node<String> = Node::new(Config::default(), Arc::new(SystemClock::new()));
//! let warden = node.handle();
//! let strict = Config::default().with_threshold(Points::from_points(8_640));
//! warden.shadow("strict".parse()?, strict)?;
//!
//! for _ in 0..11 {
//!     warden.report("alice".to_owned(), Misbehavior::INVALID_MESSAGE)?;
//! }
//! for policy in warden.shadows()? {
//!     println!("{} would have banned {} more", policy.name, policy.only_shadow);
//! }
//! warden.promote_shadow(&"strict".parse()?)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! In the settings it is a table, `[shadow.strict]`. The [module](crate::shadow) says what it costs and what it
//! cannot know.
//!
//! # 8. Shutdown
//!
//! Drop the doorman. Its tasks end, handles say [`Closed`](crate::Closed), and what the store lacks is
//! written, for 5 s at most. Connections and their admissions may be dropped before or after.
//!
//! # 9. Tests
//!
//! With a [`ManualTimer`](crate::ManualTimer) a test owns the time:
//!
//! ```
//! use std::time::Duration;
//! use futures::executor::block_on;
//! use peerwarden_host::{
//!     Config, Direction, DoormanBuilder, ManualTimer, Origin, Subject, Task,
//! };
//!
//! let timer = ManualTimer::new();
//! let config = Config::default().with_scores(false);
//! let builder = DoormanBuilder::<String, &str, _>::new(config, timer.clone());
//! let (doorman, mut tasks) = builder.build();
//! let alice = "alice".to_owned();
//!
//! let admission = doorman.admit(alice.clone(), None, Direction::Outbound, "a socket")?;
//! let hour = Duration::from_secs(3_600);
//! doorman.handle().ban(Subject::Peer(alice.clone()), Some(hour.try_into()?), Origin::Operator)?;
//! let close = Task::Close { peer: alice.clone(), connection: "a socket" };
//! assert_eq!(block_on(tasks.next()), Some(close));
//! drop(admission);
//!
//! timer.advance(hour);
//! assert_eq!(block_on(tasks.next()), Some(Task::Dial { peer: alice }));
//! Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
#![cfg_attr(
    all(feature = "redb", feature = "toml"),
    doc = "[`DoormanBuilder::from_settings`]: crate::DoormanBuilder::from_settings"
)]
#![cfg_attr(
    not(all(feature = "redb", feature = "toml")),
    doc = "[`DoormanBuilder::from_settings`]: crate::DoormanBuilder"
)]
#![cfg_attr(feature = "metrics", doc = "[`with_metrics`]: crate::DoormanBuilder::with_metrics")]
#![cfg_attr(not(feature = "metrics"), doc = "[`with_metrics`]: crate::DoormanBuilder")]

pub mod admin_api;
pub mod json;
