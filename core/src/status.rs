//! Answers to questions: bans, and the status of a peer.

use alloc::vec::Vec;
use core::net::IpAddr;

use crate::causes::Causes;
use crate::evidence::Misdeed;
use crate::penalty::Points;
use crate::score::Score;
use crate::subject::Subject;
use crate::time::{Instant, Until};

/// One ban that is in force.
#[derive(Clone, Debug, Eq, PartialEq)]
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
}

/// Position in the list of bans, for reading the next page:
/// [`Warden::bans_after`](crate::Warden::bans_after) continues after it.
///
/// Bans are listed in the order in which they began. A ban keeps its cursor for as long as it lasts,
/// and no other ban ever gets it. A cursor of one engine means nothing to another, one restored from
/// its snapshot included.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Cursor(pub(crate) u64);

/// Status of one peer.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PeerStatus {
    /// Its penalty points.
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
}

impl PeerStatus {
    /// Returns when its ban is due to end, or `None` if it is not banned.
    #[must_use]
    pub fn until(&self) -> Option<Until> {
        self.causes.until()
    }
}
