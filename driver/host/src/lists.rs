//! Lists of bans that are kept elsewhere: blocklists, other programs' bans, those of a fleet.
//!
//! Names, formats and options are always here. The rest takes the feature `lists`: [`Handle::lists`] gives
//! the lists of a node, [`read_list`] reads one in any [format](ListFormat), and [`Handle::export_bans`]
//! writes bans down.
//!
//! [`Handle::lists`]: crate::Handle
//! [`Handle::export_bans`]: crate::Handle
#![cfg_attr(not(feature = "lists"), doc = "[`read_list`]: crate::lists")]
//!
//! # Which bans come of lists
//!
//! - A subject is banned, with [`Cause::Remote`](crate::Cause::Remote), until the last end that any list gives
//!   it. An entry without an end counts for as long as the list has it. The policy bounds how long such a ban
//!   lasts at a time, [`max_remote_ban`](crate::Config::max_remote_ban); it is renewed before it ends.
//! - Loading a list again takes back what left it, and leaves alone what another list names too.
//! - Never banned are: exempt networks, such as private ones, what lies inside and what holds one; networks
//!   wider than /16 of IPv4 or /32 of IPv6; this node itself, and networks that it listens in; the addresses
//!   of static peers, and others that the program spares; whatever is protected. Beyond
//!   [`max_remote_bans`](crate::Config::max_remote_bans) there is no room. Each refusal is counted by reason
//!   and named with its line, in the answer and, once for each loading, in the log.
//! - A ban that the operator lifts stays lifted for as long as some list goes on naming the subject, until the
//!   node is started again. What is never to be banned, protect.
//!
//! # Files
//!
//! The settings name lists in files: `[[list]]`. They are read before the node does anything else, and again
//! when they change, by a thread that looks every five seconds. A changed file is read once it has stayed the
//! same for two looks in a row, so one that is being written is not read by halves; replacing it by a rename
//! is safest. If it cannot be read, has no entry left that can be, or is empty all of a sudden, the list keeps
//! what it said; that is logged once.
//!
//! # Restarts
//!
//! The store keeps bans, not who said them. After a start, bans by lists go on until their ends, and the lists
//! that are loaded renew what they name. Ten minutes later, if each file could be read, what is left from
//! before the start and no list names is taken back: so a list that was removed from the settings while the
//! node was down does not ban for long. A program whose lists arrive otherwise, such as over the network, calls
//! `RemoteLists::settle` when they have. Bans by [`Handle::ban`](crate::Handle::ban) with
//! [`Origin::Remote`](crate::Origin::Remote) that belong to no list are taken back by that as well: feed them
//! through a list of their own.
//!
//! # Cost
//!
//! Loading 200,000 networks takes 0.5 to 0.8 s without a store and 1.0 to 1.7 s with one, half of them changed
//! at most 1.5 s, on two cores with three times as much to do. The engine's lock is held for 32 entries at a
//! time, most often for less than half a millisecond, and for 9.1 ms at most, when the engine's table of
//! networks grows. An entry takes 336 bytes of memory, the engine's part included; one that another list has
//! already takes 28. The example `long_list` measures it.

mod change;
#[cfg(feature = "lists")]
mod export;
#[cfg(feature = "lists")]
mod file;
mod format;
mod go_duration;
#[cfg(feature = "lists")]
mod keep;
#[cfg(feature = "lists")]
mod keeper;
#[cfg(feature = "lists")]
mod list;
#[cfg(feature = "lists")]
mod load;
mod name;
#[cfg(feature = "lists")]
mod network;
mod options;
#[cfg(feature = "lists")]
mod plan;
#[cfg(feature = "lists")]
mod poll;
#[cfg(feature = "lists")]
mod read;
#[cfg(feature = "lists")]
mod refusal;
#[cfg(feature = "lists")]
mod remote_lists;
#[cfg(feature = "lists")]
mod report;
#[cfg(feature = "lists")]
mod spare;
#[cfg(feature = "lists")]
mod state;
#[cfg(feature = "lists")]
mod watch;
#[cfg(feature = "lists")]
mod write;

pub use change::{ListChange, ListChangeKind};
#[cfg(feature = "lists")]
pub use export::{CrowdsecScope, ExportError, ExportFormat, ExportOptions, Exported};
#[cfg(feature = "lists")]
pub use file::{LineFault, LineFaults, LineProblem, ListEntry, ListFile, SkipReason};
pub use format::{ListFormat, ListFormatError};
pub use go_duration::{GoDuration, GoDurationError};
#[cfg(feature = "lists")]
pub use keep::KeepError;
#[cfg(feature = "lists")]
pub(crate) use list::LAST_DAY;
#[cfg(feature = "lists")]
pub use load::ListError;
pub use name::{ListName, ListNameError};
#[cfg(feature = "lists")]
pub use network::{
    ListedNetwork, NetworkError, RangeError, parse_network, parse_range_ip, range_networks,
};
pub use options::ListOptions;
#[cfg(feature = "lists")]
pub use read::{ReadListError, ReadOptions, read_list};
#[cfg(feature = "lists")]
pub use refusal::{ListRefusal, ListRefusals, RefusedEntries, RefusedEntry};
#[cfg(feature = "lists")]
pub use remote_lists::{ListStatus, ListedSubject, Naming, RemoteLists};
#[cfg(feature = "lists")]
pub use report::{Hits, ListReport, Subjects};
#[cfg(feature = "lists")]
pub(crate) use state::ListState;
#[cfg(feature = "lists")]
pub use state::ListTallies;
