//! Answers to questions: bans, and the status of a peer.

use alloc::vec::Vec;
use core::net::IpAddr;

#[cfg(feature = "serde")]
use crate::answers;
use crate::causes::Causes;
use crate::evidence::Misdeed;
use crate::penalty::Points;
use crate::score::Score;
use crate::subject::{Direction, Subject};
use crate::time::{Instant, Until};

/// One ban that is in force.
#[derive(Clone, Debug, Eq, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(bound(serialize = "P: core::fmt::Display")))]
pub struct Ban<P> {
    /// Its position in the list of bans, for reading the next page.
    pub cursor: Cursor,
    /// The banned subject.
    pub subject: Subject<P>,
    /// The causes that are active, in the order of their names.
    pub causes: Causes,
    /// When the last of them ends.
    pub until: Until,
    /// When it began.
    pub began: Instant,
    /// Of a peer, the IP at which it was last seen, or is expected.
    pub addr: Option<IpAddr>,
    /// Of a peer that was connected when the ban began, which side had opened its connections: this node,
    /// if it had opened one of them. Of an engine that was restored, `Outbound` alone is known.
    pub direction: Option<Direction>,
}

/// Position in the list of bans, for reading the next page:
/// [`Warden::bans_after`](crate::Warden::bans_after) continues after it.
///
/// Bans are listed in the order in which they began. A ban keeps its cursor for as long as it lasts,
/// and no other ban ever gets it. A cursor of one engine means nothing to another, one restored from
/// its snapshot included.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
#[cfg_attr(feature = "serde", serde(transparent))]
pub struct Cursor(pub(crate) u64);

/// Status of one peer.
#[derive(Clone, Debug, Eq, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct PeerStatus {
    /// Its penalty points.
    #[cfg_attr(feature = "serde", serde(serialize_with = "answers::points"))]
    pub penalty: Points,
    /// How many offences are on record.
    pub offences: u32,
    /// The active causes of its ban; empty if it is not banned.
    pub causes: Causes,
    /// When its ban began, if it is banned.
    pub banned_since: Option<Instant>,
    /// The score that banned it, if it is banned by score.
    pub score: Option<Score>,
    /// Its misdeeds: the last eight misbehaviors, most recent last.
    pub misdeeds: Vec<Misdeed>,
    /// Whether it is connected, and not told to disconnect.
    pub connected: bool,
    /// Whether it is protected.
    pub protected: bool,
    /// Whether it is in standing: a ban of its place does not apply to it.
    pub standing: bool,
    /// The IP at which it was last seen, or is expected.
    pub addr: Option<IpAddr>,
    /// Which side opened the connections that are up: this node, if it opened one of them. `None` if
    /// there are none.
    pub direction: Option<Direction>,
    /// Since when the peer has been [`connected`](Self::connected), over one connection or another.
    pub connected_since: Option<Instant>,
}

impl PeerStatus {
    /// Returns when its ban is due to end, or `None` if it is not banned.
    #[must_use]
    pub fn until(&self) -> Option<Until> {
        self.causes.until()
    }
}
