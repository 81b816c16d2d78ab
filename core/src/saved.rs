//! Saved state of one subject, as plain data with relative times.

use alloc::vec::Vec;
use core::net::IpAddr;
use core::time::Duration;

use ipnet::IpNet;

use crate::misbehavior::Misbehavior;
use crate::penalty::{DecayRate, Points};
use crate::score::Score;
use crate::subject::Cause;
use crate::time::{Instant, nanos};

/// Saved state of one subject, as plain data with relative times.
///
/// [`Warden::snapshot`](crate::Warden::snapshot) and [`Warden::save`](crate::Warden::save) make
/// it, [`Warden::restore`](crate::Warden::restore) reads it. Nothing in it depends on the clock of
/// the engine that made it.
///
/// Deliberately exhaustive: a store that ignored a kind it does not know would forget it at the next
/// start, so a new kind has to break the build instead.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
pub enum Saved<P> {
    /// A network.
    Network(SavedNetwork),
    /// A peer.
    Peer(SavedPeer<P>),
    /// A place.
    Place(SavedPlace),
}

impl<P> Saved<P> {
    /// Returns the same, `elapsed` later: nothing has happened since but that time has passed.
    ///
    /// For data that was saved a while ago and is restored now.
    #[must_use]
    pub fn aged(mut self, elapsed: Duration) -> Self {
        match &mut self {
            Self::Network(network) => network.offsets(|offset| *offset = offset.minus(elapsed)),
            Self::Peer(peer) => peer.offsets(|offset| *offset = offset.minus(elapsed)),
            Self::Place(place) => place.offsets(|offset| *offset = offset.minus(elapsed)),
        }
        self
    }
}

/// Saved state of one peer, without its connection.
///
/// The fields from [`reported`](Self::reported) on may be missing in formats with field names: then
/// they are zero or none.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
pub struct SavedPeer<P> {
    /// The peer.
    pub peer: P,
    /// Position in the order of creation, among all that is restored with it.
    pub created: u64,
    /// Its penalty points.
    pub debt: SavedDebt,
    /// How many offences are on record.
    pub offences: u32,
    /// Since when the peer has been without a ban and not been forgiven an offence; means nothing
    /// while it is banned.
    pub clean_since: TimeOffset,
    /// Its ban, if it is banned.
    pub ban: Option<SavedBan>,
    /// The score that banned it, if it is banned by score.
    pub score: Option<Score>,
    /// Whether a connection that was up when the ban began had been dialled by this node.
    pub redial: bool,
    /// The end of a ban by penalty that was last announced; means nothing otherwise.
    pub announced: TimeOffset,
    /// The IP at which it was last seen.
    pub addr: Option<IpAddr>,
    /// Whether it is protected.
    pub protected: bool,
    /// Until when automatic bans are withheld after a pardon.
    pub grace: Option<TimeOffset>,
    /// How many low scores in a row it had.
    pub low_scores: u32,
    /// Whether a ban by penalty is being withheld that has been announced as such.
    pub penalty_withheld: bool,
    /// Whether a ban by score is being withheld that has been announced as such.
    pub score_withheld: bool,
    /// Its misdeeds by misbehavior, most recent last. Of more than eight the last count.
    pub misdeeds: Vec<SavedMisdeed>,
    /// Sum of penalties since it was last disconnected, hearsay aside.
    #[cfg_attr(feature = "serde", serde(default))]
    pub reported: Points,
    /// When the last of its low scores in a row came; means nothing without one.
    #[cfg_attr(feature = "serde", serde(default))]
    pub last_low: TimeOffset,
    /// Its standing, as of one that is not connected.
    #[cfg_attr(feature = "serde", serde(default))]
    pub standing: Option<SavedStanding>,
    /// Its long number, for the long budget.
    #[cfg_attr(feature = "serde", serde(default))]
    pub long: SavedNumber,
    /// Sum of penalties that count as hearsay about it.
    #[cfg_attr(feature = "serde", serde(default))]
    pub hearsay: SavedNumber,
    /// Sum of penalties for what it delivered of others.
    #[cfg_attr(feature = "serde", serde(default))]
    pub deliveries: SavedNumber,
}

/// The standing of a peer that is not connected.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
pub struct SavedStanding {
    /// When it ends.
    pub until: TimeOffset,
    /// Position in the order of departure, among all that is restored with it.
    pub left: u64,
}

/// A counter at some moment, in millionths. Its decay rate comes from the policy.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
pub struct SavedNumber {
    /// Its value then.
    pub micros: u64,
    /// That moment.
    pub at: TimeOffset,
}

/// Penalty points of a peer at some moment, and their decay rate.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
pub struct SavedDebt {
    /// The points then.
    pub points: Points,
    /// That moment.
    pub at: TimeOffset,
    /// The decay rate.
    pub rate: DecayRate,
}

/// A ban.
#[derive(Clone, Debug, Eq, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
pub struct SavedBan {
    /// Position in the order in which bans began, among all that is restored with it.
    pub order: u64,
    /// When it began.
    pub began: TimeOffset,
    /// Its causes, and when each is over; `None` for never. A ban by penalty is over when the
    /// penalty points are zero, whatever stands here.
    pub causes: Vec<(Cause, Option<TimeOffset>)>,
}

/// How often a peer was reported for one misbehavior, and when last.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
pub struct SavedMisdeed {
    /// What it did.
    pub misbehavior: Misbehavior,
    /// How often.
    pub times: u32,
    /// When last.
    pub last: TimeOffset,
}

/// Saved state of one network.
#[derive(Clone, Debug, Eq, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
pub struct SavedNetwork {
    /// The network.
    pub net: IpNet,
    /// Its ban, if it is banned.
    pub ban: Option<SavedBan>,
    /// Whether it is protected.
    pub protected: bool,
    /// Until when automatic bans are withheld after a pardon.
    pub grace: Option<TimeOffset>,
}

/// Saved state of one place.
#[derive(Clone, Debug, Eq, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
pub struct SavedPlace {
    /// The network.
    pub net: IpNet,
    /// Position in the order of creation, among all that is restored with it.
    pub created: u64,
    /// Debts left behind by its peers, in millionths of a point.
    pub debts: SavedNumber,
    /// Offences of its peers, in millionths of one.
    pub crowd: SavedNumber,
    /// How many bans by [`Cause::Address`] it has had, up to one that has been over for a day.
    pub bans: u32,
    /// When the last of them is over or was.
    pub over: Option<TimeOffset>,
}

/// Time relative to the snapshot, in nanoseconds; negative for before.
///
/// Reaches 292 years either way, and stays at the ends.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
#[cfg_attr(feature = "serde", serde(transparent))]
pub struct TimeOffset(pub i64);

impl TimeOffset {
    /// Returns where `moment` lies, seen from `now`.
    pub(crate) fn of(moment: Instant, now: Instant) -> Self {
        let offset = i128::from(moment.as_nanos()) - i128::from(now.as_nanos());
        Self(saturate(offset))
    }

    /// Returns the moment, seen from `now`; the origin if it lies before that.
    pub(crate) fn from(self, now: Instant) -> Instant {
        let moment = i128::from(now.as_nanos()) + i128::from(self.0);
        let nanos = u64::try_from(moment.max(0)).unwrap_or(u64::MAX);
        Instant::from_nanos(nanos)
    }

    /// Returns the same as [`from`](Self::from), for the past: `now` if the moment lies after that.
    pub(crate) fn in_past(self, now: Instant) -> Instant {
        self.from(now).min(now)
    }

    /// Returns how long before `now` the moment lies beyond the origin, where it cannot be told.
    pub(crate) fn beyond(self, now: Instant) -> Duration {
        let moment = i128::from(now.as_nanos()) + i128::from(self.0);
        Duration::from_nanos(u64::try_from(-moment).unwrap_or(0))
    }

    fn minus(self, elapsed: Duration) -> Self {
        Self(saturate(i128::from(self.0) - i128::from(nanos(elapsed))))
    }
}

impl<P> SavedPeer<P> {
    fn offsets(&mut self, mut change: impl FnMut(&mut TimeOffset)) {
        change(&mut self.debt.at);
        change(&mut self.clean_since);
        change(&mut self.announced);
        self.grace.iter_mut().for_each(&mut change);
        self.misdeeds.iter_mut().for_each(|misdeed| change(&mut misdeed.last));
        change(&mut self.last_low);
        self.standing.iter_mut().for_each(|standing| change(&mut standing.until));
        for number in [&mut self.long, &mut self.hearsay, &mut self.deliveries] {
            change(&mut number.at);
        }
        self.ban.iter_mut().for_each(|ban| ban.offsets(&mut change));
    }
}

impl SavedNetwork {
    fn offsets(&mut self, mut change: impl FnMut(&mut TimeOffset)) {
        self.grace.iter_mut().for_each(&mut change);
        self.ban.iter_mut().for_each(|ban| ban.offsets(&mut change));
    }
}

impl SavedPlace {
    fn offsets(&mut self, mut change: impl FnMut(&mut TimeOffset)) {
        change(&mut self.debts.at);
        change(&mut self.crowd.at);
        self.over.iter_mut().for_each(change);
    }
}

impl SavedBan {
    fn offsets(&mut self, change: &mut impl FnMut(&mut TimeOffset)) {
        change(&mut self.began);
        self.causes.iter_mut().filter_map(|(_, end)| end.as_mut()).for_each(change);
    }
}

fn saturate(offset: i128) -> i64 {
    i64::try_from(offset).unwrap_or(if offset < 0 { i64::MIN } else { i64::MAX })
}
