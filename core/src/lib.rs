//! Peer reputation and bans: an engine that decides which peers misbehave, which may connect, for how
//! long one is banned, and why.
//!
//! A sans-I/O engine for any node that connects to unknown peers. It does **not** open or close
//! connections, read a clock, start a timer, log, draw random numbers or know a runtime: its input
//! is what happened and when, its output what to do about it.
//!
//! ```text
//!                Event, Instant              Vec<Action>
//!   connections ─────────────────▶  Warden  ─────────────▶ close, dial, ask for a score,
//!   reports                           │                    announce a ban
//!   scores        check_peer, ..      │
//!   gates       ◀─────────────────────┤
//!   a timer     ◀─────────────────────┘ next_deadline
//! ```
//!
//! # The loop around it
//!
//! 1. Ask [`Warden::check_addr`] and [`Warden::check_peer`] before a connection is let in or dialled.
//! 2. Hand in an [`Event`] for whatever happened, with the time, and carry out the [`Action`]s that
//!    come back, in their order.
//! 3. Every second or so while peers are connected, hand in an [`Event::Tick`]; it answers with whose
//!    score to ask for.
//! 4. Sleep no longer than until [`Warden::next_deadline`], and then hand in an
//!    [`Event::Heartbeat`].
//!
//! ```
//! use std::hash::RandomState;
//!
//! use peerwarden_core::{Action, Amplification, Config, Direction, Event, Instant, Misbehavior, Warden};
//!
//! let mut warden = Warden::new(Config::default(), RandomState::new());
//! let now = Instant::from_secs(10);
//!
//! let peer = "mallory";
//! let addr = Some([203, 0, 113, 7].into());
//! let actions =
//!     warden.handle_input(Event::Connected { peer, addr, direction: Direction::Inbound }, now);
//! assert_eq!(actions, []);
//!
//! let misbehavior = Misbehavior::INVALID_MESSAGE;
//! let penalty = warden.config().penalty(misbehavior, Amplification::try_from(100.0)?);
//! let report = Event::Report { peer, misbehavior, penalty, via: None };
//! let first = warden.handle_input(report.clone(), now);
//! assert_eq!(first, [Action::Warn { peer }], "as much as the threshold is not over it");
//!
//! let second = warden.handle_input(report, now);
//! let lines: Vec<_> = second.iter().map(Action::to_string).collect();
//! assert_eq!(lines, ["ban peer:mallory penalty until 182.8", "disconnect mallory"]);
//! # Ok::<(), peerwarden_core::PenaltyError>(())
//! ```
//!
//! # What it promises
//!
//! - **Every change is an event**, an operator's ban included: the same policy and the same events at
//!   the same times give the same actions, whatever the hasher's seed. A history can be logged,
//!   replayed and fuzzed.
//! - **It cannot fail.** What could be nonsense is refused where it is made: [`Penalty`],
//!   [`Score`], [`BanDuration`] and [`Config`] exist only with values that make sense.
//! - **The answer is complete and in order.** Nothing waits inside for a later call, and an empty
//!   answer does not allocate.
//! - **Time passes first.** Before an event is looked at, what is over by then has ended. A clock
//!   that steps back stands still.
//!
//! With the feature `scenario`, histories are read and written as data: scenario files that state behaviour, and
//! recordings of what happened.
//!
//! # What it holds, and what it costs
//!
//! | what | at most |
//! | --- | --- |
//! | records of peers that are here, protected, banned by the operator, or pardoned a short while ago | as many as there are |
//! | networks banned or protected by the operator, or pardoned a short while ago | as many as there are |
//! | bans by remote lists | [`Config::max_remote_bans`] |
//! | all other records | [`Config::max_records`] |
//! | networks banned automatically | [`Config::max_addr_bans`] |
//! | places | [`Config::max_places`] |
//! | peers in standing that are not here | [`Config::max_standing`] |
//! | misbehaviors kept of one peer | 8 |
//! | names of misbehaviors | as many as are kept of any peer, each once |
//! | entries of a record, a network or a place in each index | 1, and 2 of a peer by its NAT64 address |
//!
//! With *n* records: a report about a known peer, and a question, take one look-up; a question about
//! an address one more for each prefix length that is banned, and if one of these denies, for each
//! that is protected. What bans, connects, disconnects, checks a score or makes a record takes
//! O(log *n*) besides. Letting time pass takes five comparisons with nothing due, and
//! O(*k* log *n*) with *k* things due. A ban of a network looks at the peers here inside, the
//! protection of one at the networks known. When a place has too many offences the peers here in it
//! are counted, no further than three times the offences; a place is one look-up for each level. A
//! ban of a peer that has been here for long can look at all peers here, to tell an incident, at most
//! once a second. Only an [`Event::Reconfigure`] can walk over all records.
//!
//! One call returns, at most:
//!
//! - for time passing, two actions for each ban that is over, one for each record that has become
//!   empty, and one for an incident;
//! - for the event, a request for each score that is due, or a ban of a peer and of each of its places,
//!   or an unban for each network that becomes protected, and a disconnection for each peer that is
//!   refused from here on;
//! - two for each record that a bound displaces, and one for each network.
#![cfg_attr(docsrs, feature(doc_cfg))]
#![no_std]

extern crate alloc;

mod action;
#[cfg(feature = "serde")]
mod answers;
#[cfg(feature = "arbitrary")]
mod arbitrary;
mod causes;
mod config;
mod copy;
mod counts;
mod event;
mod evidence;
mod live;
#[cfg(feature = "scenario")]
mod map_addrs;
mod map_peers;
mod misbehavior;
mod penalty;
mod remembered;
mod restore;
mod resume;
mod rules;
mod saved;
#[cfg(feature = "scenario")]
pub mod scenario;
mod score;
mod snapshot;
mod state;
mod status;
mod subject;
mod subject_text;
mod time;
mod verdict;
mod warden;

pub use ipnet::IpNet;

pub use action::{Action, Withheld};
pub use causes::{ActiveCause, Causes};
pub use config::{Config, ConfigError, PlaceLevel};
pub use copy::StateCopy;
pub use counts::Counts;
pub use event::{BanDuration, BanDurationError, Event};
pub use evidence::Misdeed;
pub use live::{
    Live, LiveConnection, LiveDue, LiveIncident, LiveNetwork, LivePeer, LiveRank, LiveReckoning,
    LiveStay,
};
pub use misbehavior::{Misbehavior, MisbehaviorError};
pub use penalty::{Amplification, DecayRate, Penalty, PenaltyError, Points};
pub use remembered::{PeerCursor, Slot};
pub use restore::{RestoreError, RestoreErrorKind};
pub use saved::{
    Saved, SavedBan, SavedDebt, SavedMisdeed, SavedNetwork, SavedNumber, SavedPeer, SavedPlace,
    SavedStanding, TimeOffset,
};
pub use score::{Score, ScoreError};
pub use status::{Ban, Cursor, PeerStatus};
pub use subject::{Cause, Direction, Origin, Subject};
pub use subject_text::SubjectError;
pub use time::{Instant, Until};
pub use verdict::{Denial, Verdict};
pub use warden::Warden;

/// The README's code, compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}
