//! Live state of an engine, as plain data: what a snapshot does not hold.

mod taken;

use alloc::vec::Vec;

use ipnet::IpNet;

use crate::saved::{SavedNumber, TimeOffset};
use crate::subject::Direction;

/// The state of an engine that its [snapshot](crate::Warden::snapshot) does not hold, as plain data
/// with relative times.
///
/// [`Warden::live`](crate::Warden::live) makes it, [`Warden::resume`](crate::Warden::resume) reads it
/// together with the snapshot of the same moment. The default is that of an engine to which no peer is
/// connected.
///
/// Deliberately exhaustive, as [`Saved`](crate::Saved) is.
#[derive(Clone, Debug, Eq, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
pub struct Live<P> {
    /// The peers of which there is any: those connected, those banned while they were, and those that
    /// wait for something.
    pub peers: Vec<LivePeer<P>>,
    /// The networks that are looked at again earlier than their bans say.
    pub networks: Vec<LiveNetwork>,
    /// The incident, its budget, and what it goes by.
    pub incident: LiveIncident,
    /// Whether there was an [`Event::Valid`](crate::Event::Valid), from which on the long budget counts.
    pub valid_seen: bool,
    /// [`Counts::displaced`](crate::Counts::displaced).
    pub displaced: u64,
    /// [`Counts::hearsay_charged`](crate::Counts::hearsay_charged).
    pub hearsay_charged: u64,
}

/// The live state of one peer.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
pub struct LivePeer<P> {
    /// The peer, which the snapshot holds too.
    pub peer: P,
    /// Its connections, if there are any.
    pub connection: Option<LiveConnection>,
    /// Which side had opened the connections that were up when its ban began; `None` if it is not
    /// banned or was not connected.
    pub ban_direction: Option<Direction>,
    /// When it is looked at again.
    pub due: Option<LiveDue>,
    /// Where it stands among those that a bound displaces.
    pub rank: Option<LiveRank>,
}

/// Where a peer stands among those that a bound displaces. Never above where it should, and often below: a
/// report leaves it where it is until it is its turn.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
pub struct LiveRank {
    /// Its offences.
    pub offences: u32,
    /// Whether it is banned.
    pub banned: bool,
    /// When its ban is over, or else the last of what it owes and is reported for is zero; `None` if that
    /// was so.
    pub over: Option<TimeOffset>,
}

/// The connections of one peer.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
pub struct LiveConnection {
    /// Position in the order in which connected peers came, among all that is resumed with it.
    pub order: u64,
    /// Whether this node dialled one of them.
    pub dialled: bool,
    /// Its stay; `None` if it was told to disconnect.
    pub stay: Option<LiveStay>,
}

/// The stay of a peer that is connected and not told to disconnect.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
pub struct LiveStay {
    /// Position in the queue of score checks, among all that is resumed with it; the lowest is asked
    /// about first.
    pub turn: u64,
    /// When it came, if it is not without fault since then.
    pub came: Option<TimeOffset>,
    /// Whether it was in standing when it came, and has not lost that.
    pub in_standing: bool,
    /// Whether its latest score since it came was low.
    pub scored_low: bool,
    /// Its heat, if that is not what it owes.
    pub heat: Option<SavedNumber>,
}

/// When a subject is looked at again. Never later than it has to be, and often earlier: a report about a
/// banned peer moves the end of its ban, and this only when it has come.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
pub enum LiveDue {
    /// For the end of a cause.
    End(TimeOffset),
    /// To see whether less is left of it, or nothing.
    Review(TimeOffset),
}

/// The live state of one network.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
pub struct LiveNetwork {
    /// The network, which the snapshot holds too.
    pub net: IpNet,
    /// When it is looked at again.
    pub due: LiveDue,
}

/// The incident, its budget, and what it goes by.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
pub struct LiveIncident {
    /// When it ends, if one is on.
    pub end: Option<TimeOffset>,
    /// The first [`Event::Connected`](crate::Event::Connected).
    pub first_connected: Option<TimeOffset>,
    /// When a ban was last withheld.
    pub last: Option<TimeOffset>,
    /// When a ban by score was last withheld because of how many groups scored low then.
    pub low_scores: Option<TimeOffset>,
    /// When the window of the budget ends.
    pub window_end: Option<TimeOffset>,
    /// How many nanoseconds of the budget of that window are used up.
    pub used_nanos: u64,
    /// The last reckoning.
    pub reckoning: Option<LiveReckoning>,
}

/// How most of the peers behaved at some moment.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
pub struct LiveReckoning {
    /// That moment.
    pub at: TimeOffset,
    /// How many groups had a tenured peer.
    pub groups: u32,
    /// Of the highest heat of each group, in ascending order, the element in the middle, in millionths of a
    /// point.
    pub heat_micros: u64,
    /// How many groups had a tenured peer whose latest score was low.
    pub scored_low: u32,
}

impl<P> Default for Live<P> {
    fn default() -> Self {
        Self {
            peers: Vec::new(),
            networks: Vec::new(),
            incident: LiveIncident::default(),
            valid_seen: false,
            displaced: 0,
            hearsay_charged: 0,
        }
    }
}
