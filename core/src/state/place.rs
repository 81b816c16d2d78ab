//! Places: networks that answer for the peers last seen in them.

use alloc::vec::Vec;
use core::hash::BuildHasher;
use core::time::Duration;

use ipnet::IpNet;

use crate::config::Config;
use crate::state::number::{Fall, Number};
use crate::state::table::{Key, Named, Table};
use crate::state::time_index::TimeIndex;
use crate::time::Instant;

/// The key of a place; means nothing once that place is dropped.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct PlaceKey(u32);

/// A network with what its peers left unpaid and how many offences they committed.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) net: IpNet,
    /// Where in the order of creation it stands.
    pub(crate) created: u64,
    /// Debts left behind by its peers, in millionths of a point.
    pub(crate) debts: Number,
    /// Offences of its peers, in millionths of one.
    pub(crate) crowd: Number,
    /// How the crowd falls.
    pub(crate) crowd_fall: Fall,
    /// How many bans by `Address` it has had, up to one that has been over for a day.
    pub(crate) bans: u32,
    /// When the last of them is over or was.
    pub(crate) over: Option<Instant>,
    /// Its entry among those that can be dropped.
    listed: Option<Instant>,
}

/// Every place that has something to answer for.
#[derive(Clone, Debug)]
pub(crate) struct Places {
    pub(crate) table: Table<PlaceKey, Place>,
    /// The places that are not banned, by when they have nothing left to answer for, those made
    /// first first.
    ends: TimeIndex<(u64, PlaceKey)>,
}

impl Key for PlaceKey {
    fn from_index(index: u32) -> Self {
        Self(index)
    }

    fn index(self) -> u32 {
        self.0
    }
}

impl Named for Place {
    type Name = IpNet;

    fn name(&self) -> &IpNet {
        &self.net
    }
}

impl Place {
    /// Returns a place that has nothing to answer for yet.
    pub(crate) fn new(net: IpNet, created: u64, crowd_fall: Fall) -> Self {
        Self {
            net,
            created,
            debts: Number::default(),
            crowd: Number::default(),
            crowd_fall,
            bans: 0,
            over: None,
            listed: None,
        }
    }

    /// Returns whether, at `now`, one of its numbers is more than zero.
    pub(crate) fn owes(&self, now: Instant) -> bool {
        self.debts.value(now, DEBTS_FALL) > 0 || self.crowd.value(now, self.crowd_fall) > 0
    }

    /// Returns whether it is banned at `now` because of its peers.
    pub(crate) fn is_banned(&self, now: Instant) -> bool {
        self.over.is_some_and(|over| now < over)
    }

    /// Returns whether, at `now`, it has nothing left to answer for.
    pub(crate) fn is_empty(&self, now: Instant) -> bool {
        !self.owes(now) && self.over.is_none_or(|over| has_rested(over, now))
    }

    /// Returns the first moment at which it has nothing left to answer for, if nothing more
    /// happens.
    fn empty_at(&self) -> Instant {
        let debts = self.debts.zero_at(DEBTS_FALL);
        let crowd = self.crowd.zero_at(self.crowd_fall);
        let rested = self.over.map(|over| over.saturating_add(LADDER_RESTS));
        [debts, crowd, rested].into_iter().flatten().max().unwrap_or_default()
    }
}

impl Places {
    pub(crate) fn new() -> Self {
        Self { table: Table::new(), ends: TimeIndex::default() }
    }

    /// Returns the place, if it has something to answer for.
    pub(crate) fn find<S: BuildHasher>(&self, hasher: &S, net: &IpNet) -> Option<&Place> {
        self.table.get(self.table.find(hasher, net)?)
    }

    /// Brings the index into step with the place, which is dropped if it is empty.
    pub(crate) fn relist<S: BuildHasher>(&mut self, hasher: &S, key: PlaceKey, now: Instant) {
        let Some(place) = self.table.get_mut(key) else {
            return;
        };
        if let Some(at) = place.listed.take() {
            self.ends.remove(at, (place.created, key));
        }
        if place.is_empty(now) {
            self.table.remove(hasher, key);
        } else if !place.is_banned(now) {
            let at = place.empty_at();
            place.listed = Some(at);
            self.ends.insert(at, (place.created, key));
        }
    }

    /// Returns whether a place has nothing left to answer for at `now`.
    #[inline]
    pub(crate) fn any_empty(&self, now: Instant) -> bool {
        self.ends.is_due(now)
    }

    /// Returns when the place with this number had nothing left to answer for, if it has not at `now`.
    pub(crate) fn nth_empty(&self, n: usize, now: Instant) -> Option<Instant> {
        self.ends.nth_due(n, now)
    }

    /// Drops the places that have nothing left to answer for at `now`.
    pub(crate) fn drop_empty<S: BuildHasher>(&mut self, hasher: &S, now: Instant) {
        let mut later = Vec::new();
        while let Some((at, thing)) = self.ends.pop_due(now) {
            let (_, key) = thing;
            // At the end of time there is no later moment to wait for.
            if self.table.get(key).is_some_and(|place| !place.is_empty(now)) {
                later.push((at, thing));
            } else {
                self.table.remove(hasher, key);
            }
        }
        for (at, thing) in later {
            self.ends.insert(at, thing);
        }
    }

    /// Drops the places above `most` that would be dropped first anyway, but none that is banned.
    pub(crate) fn displace<S: BuildHasher>(&mut self, hasher: &S, most: usize) {
        while self.table.len() > most
            && let Some((_, (_, key))) = self.ends.pop()
        {
            self.table.remove(hasher, key);
        }
    }
}

impl Config {
    /// Returns how the crowd of a place falls whose level allows `crowd` offences.
    pub(crate) fn crowd_fall(crowd: u32) -> Fall {
        Fall::new((u64::from(crowd) + 1) * OFFENCE, CROWD_PERIOD)
    }

    /// Returns how the crowd of this place falls: as its level says, or as if none were allowed if
    /// there is no such level any more.
    pub(crate) fn crowd_fall_of(&self, net: &IpNet) -> Fall {
        Self::crowd_fall(self.level_of(net).map_or(0, |level| level.crowd))
    }
}

/// Returns whether a ban that was over at `over` has been so for long enough at `now`.
pub(crate) fn has_rested(over: Instant, now: Instant) -> bool {
    over <= now && now.saturating_duration_since(over) >= LADDER_RESTS
}

/// One offence, in the millionths in which they are counted.
pub(crate) const OFFENCE: u64 = 1_000_000;
/// How debts fall: 100 points a second.
pub(crate) const DEBTS_FALL: Fall = Fall::new(100 * 1_000_000, 1_000_000_000);
/// How long the last ban has to be over for the next one to count as the first.
const LADDER_RESTS: Duration = Duration::from_secs(86_400);
/// Ten minutes.
const CROWD_PERIOD: u64 = 600 * 1_000_000_000;
