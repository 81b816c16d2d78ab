//! Durable storage of bans, offences and protection.
//!
//! # What is written
//!
//! One row for each subject that is banned or protected, has an offence on record, owes something, now
//! or in the long run, is in standing, answers for its peers as a place, or was pardoned a short while
//! ago: its last state only. Of what an operator protects or bans, only
//! what was said at run time is, under [`Tag::OPERATOR`](crate::Tag::OPERATOR), and not what stands in the
//! settings or has another tag. Where a protected peer was last seen is, whatever tag it has: it counts
//! again once the peer is protected again, and goes a day after the start if it is not by then. Not written are who is connected, and where
//! a banned peer had been dialled: when a ban ends after a restart, the peer is dialled again where
//! the swarm was told meanwhile that it can be reached, such as by `Swarm::add_peer_address`.
//!
//! - A ban, its end, a pardon and protection are urgent: they are written as soon as the thread that
//!   writes is done with the group of rows before. That makes them durable within 100 ms, unless the
//!   disk is slower than most.
//! - What a peer owes, and by how much that lengthens its ban, is written every
//!   [`CHECKPOINT`]. Reports without end about one peer cost one row each time. So is where a peer
//!   with a row was last seen; that of a protected one, which opens the gate for strangers there, is
//!   urgent. After [`Handle::reconfigure`](crate::Handle::reconfigure) every row is written anew.
//! - The same goes for what peers leave behind in their places, and for the standing of a peer that
//!   leaves. That of a connected one is written once it is earned, up to a minute late or by the next
//!   flush, and about every hour, as if the peer left then: a node that is killed has not forgotten its
//!   friends.
//! - [`Handle::flush`](crate::Handle::flush) waits until all of it is durable.
//!
//! # In which order
//!
//! Rows are written in groups, each of which is durable as a whole or not at all, and takes about
//! 20 ms: 1024 rows on a fast disk, less on others. Urgent rows come first. Where more of them are
//! waiting than a group holds, three in four are the newest and the fourth is the oldest: most bans of
//! a large list are durable seconds after it was imported, and a node that is killed in between has to
//! import the rest again, but who is banned meanwhile is not held up by that. The rows of checkpoints
//! and renewals are written between urgent ones, in the order of their keys and with pauses as long as
//! the groups. Who calls `flush` waits for everything, and then there is no pause.
//!
//! # Failures
//!
//! All of it is done by a thread of its own. While it cannot write, the node enforces what it has
//! in memory, and the thread tries again, every second at first and every half a minute at last. A
//! write that failed may have been made all the same, so the same rows are written before any others,
//! and removed if nothing is left of them. Meanwhile nothing grows: names are kept of those subjects
//! alone of which the engine remembers something or there is a row.
//!
//! [`StoreHealth`], the metrics and the log say so, also when the store's file was taken away (see
//! [`RedbStore`]) or the thread has died.
//!
//! # After a kill
//!
//! A process that is killed leaves some of its rows as of one moment and some as of another: a network
//! may be protected in one row, and a ban inside it that protection ended still be in another. Every
//! such store starts. Inside a protected network the operator's bans stay, and automatic ones and
//! those of remote lists end, as they would have; their rows are written anew.
//! [`Warden::restore`](peerwarden_core::Warden::restore) lists what else is mended. A ban that was
//! durable is there again in every other case.
//!
//! # At the start
//!
//! A file is checked as a whole when it is opened, and then an engine is made of its rows. Of 1.2
//! million rows the one took 1.4 s and the other 71 s, on two cores that had much else to do (benches, `store`). Nothing slips in meanwhile: the behaviour is there once that is done.
//!
//! # Time
//!
//! A row says when it was written, by the wall clock, and what was left then. A node that comes
//! back takes off the time that has passed since. While it runs, bans go by its own steady clock
//! and by nothing else. The wall clock may be wrong, and may jump:
//!
//! | at the start the wall clock is | and so |
//! | --- | --- |
//! | later than the row | the time between has passed |
//! | more than a year later than the row | no time has passed: no node is down for that long |
//! | earlier than the row | no time has passed: what was left is left |
//! | before 2026 | it was never set, and no time has passed |
//!
//! When the clock jumps by 10 s or more while the node runs (it is looked at before each write and
//! once a minute), every row is written anew with what is left by the node's own clock; where the
//! clock and a row disagree at the start, that is done a minute later, when the clock has been set
//! if it ever is. So a clock that jumps ahead ends no ban, one that is set back lengthens none, and
//! both in turn do neither. What cannot be told is a clock that is less than a year ahead at the
//! moment the node starts: that looks like a node that was down.
//!
//! # The format
//!
//! A store keeps small values under small keys, and knows nothing of what they mean. The value
//! under the key `format` holds the format's version, 3. A peer's key is `p` and its id, a
//! network's `n` and its text. Their values are [postcard](https://postcard.jamesmunns.com): when
//! the row was written, in nanoseconds of Unix time, if that was known, and then a variant, 0 for a
//! network, with an optional [`SavedNetwork`](peerwarden_core::SavedNetwork) and an optional
//! [`SavedPlace`](peerwarden_core::SavedPlace), 1 for a peer, with a
//! [`SavedPeer`](peerwarden_core::SavedPeer); and last the [notes](crate::BanNotes) on the bans by
//! operator and remote list. A store of an older version is written anew as a whole,
//! in one step, when it is opened; one of a newer version is refused. Format 1 knew no places, and
//! less of peers; format 2 no notes.

mod backlog;
mod clock_monitor;
mod control;
mod dirty;
mod error;
mod flush;
mod format;
mod health;
mod load;
mod memory;
mod names;
mod pace;
#[cfg(feature = "redb")]
mod redb;
mod reminders;
mod row_state;
mod thread;
mod timestamp;
mod urgent;
mod writer;

use std::time::Duration;

pub use error::StoreError;
pub use flush::{Flush, FlushError};
pub use health::StoreHealth;
pub use memory::MemoryStore;
#[cfg(feature = "redb")]
pub use redb::RedbStore;

pub(crate) use control::{NotifyOnDrop, WriterControl};
pub(crate) use dirty::DirtyRows;
pub(crate) use load::load;
pub(crate) use thread::WriterThread;

/// Keeps values under keys, durably.
///
/// [`RedbStore`] is one, in a file of its own. Implement it to keep bans in a database that the
/// node has anyway. What the keys and values mean is of no concern to it; each is at most a few
/// hundred bytes long, notes included, and there are as many as there are subjects banned, protected or suspected.
///
/// It is asked by one thread at a time, which may wait, and its errors name [`location`](Self::location).
pub trait Store: Send + 'static {
    /// Where it keeps things, for people to find: a path, most often.
    fn location(&self) -> String;

    /// Every row there is, in any order. None if it is new. Asked at the start.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if that cannot be told for certain. Part of the rows would be an amnesty for
    /// the others.
    fn load(&mut self) -> Result<Vec<Row>, StoreError>;

    /// Makes all of these changes or none of them. They are durable when this returns.
    ///
    /// No two are about the same key. One that removes what is not there changes nothing, and where
    /// none of them changes anything nothing needs to be written.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if it is not certain that they are durable, whether they were made or not. The
    /// same changes, or later ones of the same keys, come again before any others do.
    fn write(&mut self, changes: &[Change]) -> Result<(), StoreError>;

    /// Looks whether what was written would be found by the next start, and does what it can if not.
    ///
    /// Asked before each write, by each [`Handle::flush`](crate::Handle::flush) and once a minute, so
    /// it should take no longer than it takes to look at a file's name. A store of which nothing can be
    /// taken away needs none: by default all is well.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if what was written would not be found, and there is no place for it.
    fn check(&mut self) -> Result<Checked, StoreError> {
        Ok(Checked::Whole)
    }
}

/// What became of a store while the node was running.
#[derive(Debug)]
#[non_exhaustive]
pub enum Checked {
    /// All that was written would be found by the next start.
    Whole,
    /// It would not have been, for this reason, and is again.
    Mended(StoreError),
    /// It would not have been, for this reason, and there is a new store with nothing in it. All is
    /// written anew.
    Anew(StoreError),
}

/// What is kept under one key.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Row {
    /// The key.
    pub key: Vec<u8>,
    /// The value.
    pub value: Vec<u8>,
}

/// What is to be kept under one key from here on.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Change {
    /// The key.
    pub key: Vec<u8>,
    /// The value, or `None` if the row is to go.
    pub value: Option<Vec<u8>>,
}

/// How often what peers owe is written down.
///
/// A node that is killed forgets the reports of the last 5 s, never a ban. At the default rate of
/// decay most debts are gone within a minute or two, so rarer ones would miss them.
pub const CHECKPOINT: Duration = Duration::from_secs(5);
