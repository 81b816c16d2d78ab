//! State of one peer.

use alloc::boxed::Box;
use core::mem;
use core::net::IpAddr;
use core::num::NonZeroU32;

use crate::causes::Causes;
use crate::config::Config;
use crate::evidence::{Misdeed, NotedMisdeed};
use crate::misbehavior::Misbehavior;
use crate::penalty::Points;
use crate::score::Score;
use crate::state::account::Account;
use crate::state::cold::{BoxedCold, ColdFields};
use crate::state::deadlines::Due;
use crate::state::eviction::EvictionRank;
use crate::state::interner::Interner;
use crate::state::listed::{IndexFlags, Listed};
use crate::state::peer_numbers::PeerNumbers;
use crate::state::queue::Queued;
use crate::state::standing::Away;
use crate::state::table::{Key, Named};
use crate::status::PeerStatus;
use crate::subject::{Cause, Direction};
use crate::time::{Instant, Until};

/// Where a record is; means nothing once that record is gone.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct RecordKey(NonZeroU32);

/// State of one peer.
///
/// All that a report about a peer with penalty points reads is in here: each place more is one more
/// wait for memory. In this order, so that all of that is side by side (benches, `report`).
#[derive(Clone, Debug)]
#[repr(C)]
pub(crate) struct Record<P> {
    pub(crate) ban: Option<Box<PeerBan>>,
    pub(crate) peer: P,
    pub(crate) account: Account,
    pub(crate) latest: NotedMisdeed,
    /// Sum of penalties since it was last disconnected, hearsay aside.
    pub(crate) reported: Points,
    pub(crate) connection: ConnectionState,
    pub(crate) listed: IndexFlags,
    pub(crate) protected: bool,
    /// Whether a connection that is up was dialled by this node.
    pub(crate) dialled: bool,
    /// The IP last seen.
    pub(crate) addr: Option<IpAddr>,
    pub(crate) cold: BoxedCold,
    /// Where in the order of creation it stands.
    pub(crate) created: u64,
    /// Its neighbours in the queue, while it is here.
    pub(crate) queued: Queued,
    /// Position in the order in which connected peers came, while it is not absent.
    pub(crate) connected_order: u64,
}

/// Whether a peer is connected, leaving or absent.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum ConnectionState {
    /// Not connected.
    Absent,
    /// Connected, and so in the queue.
    Connected,
    /// Connected, and told to disconnect.
    Leaving,
}

/// A peer's ban, from its first cause to the end of its last.
#[derive(Clone, Debug)]
pub(crate) struct PeerBan {
    /// Where in the order in which bans began it stands.
    pub(crate) order: u64,
    pub(crate) began: Instant,
    pub(crate) causes: Causes,
    /// The end of the ban by penalty that was last announced.
    pub(crate) announced: Instant,
    /// The score that banned it.
    pub(crate) score: Option<Score>,
    /// Whether a connection that was up at the beginning had been dialled by this node.
    pub(crate) redial: bool,
    /// Which side had opened the connections that were up at the beginning.
    pub(crate) direction: Option<Direction>,
}

impl RecordKey {
    /// No key comes before this one in an index.
    pub(crate) const FIRST: Self = Self(NonZeroU32::MIN);
    /// No key comes after this one in an index.
    pub(crate) const LAST: Self = Self(NonZeroU32::MAX);
}

impl Key for RecordKey {
    fn from_index(index: u32) -> Self {
        Self(NonZeroU32::MIN.saturating_add(index))
    }

    fn index(self) -> u32 {
        self.0.get() - 1
    }
}

impl<P: Eq + core::hash::Hash> Named for Record<P> {
    type Name = P;

    fn name(&self) -> &P {
        &self.peer
    }
}

impl<P> Record<P> {
    pub(crate) fn new(peer: P, created: u64, config: &Config) -> Self {
        Self {
            peer,
            created,
            account: Account::new(config),
            ban: None,
            latest: NotedMisdeed::default(),
            reported: Points::ZERO,
            connection: ConnectionState::Absent,
            queued: Queued::default(),
            connected_order: 0,
            dialled: false,
            addr: None,
            protected: false,
            listed: IndexFlags::default(),
            cold: BoxedCold::default(),
        }
    }

    /// Brings the account up to `now`. During a ban it stands still, and what ends with the ban is
    /// for [`Warden::let_time_pass`](crate::Warden) to see to.
    pub(crate) fn advance(&mut self, now: Instant, config: &Config) {
        if self.ban.is_none() {
            self.account.advance_clean(now, config);
        }
    }

    /// Returns the causes that have the peer banned.
    pub(crate) fn causes(&self) -> Causes {
        self.ban.as_ref().map_or_else(Causes::default, |ban| ban.causes)
    }

    /// Returns whether this cause has the peer banned.
    pub(crate) fn is_banned_for(&self, cause: Cause) -> bool {
        self.ban.as_ref().is_some_and(|ban| ban.causes.contains(cause))
    }

    /// Counts one more misdeed.
    #[inline]
    pub(crate) fn note(
        &mut self,
        misbehavior: &Misbehavior,
        now: Instant,
        interner: &mut Interner,
    ) {
        if !self.latest.repeat(misbehavior, now, interner) {
            let latest = &mut self.latest;
            self.cold.change(|cold| latest.change(*misbehavior, now, &mut cold.earlier, interner));
        }
    }

    /// Returns the last few kinds of misdeeds, most recent last.
    pub(crate) fn misdeeds(&self, interner: &Interner) -> impl Iterator<Item = Misdeed> {
        let earlier = self.cold.get().map_or(&[][..], |cold| &cold.earlier);
        earlier.iter().chain([&self.latest]).filter_map(|each| each.misdeed(interner))
    }

    /// Releases the names of its misdeeds.
    pub(crate) fn forget_misdeeds(&mut self, interner: &mut Interner) {
        self.latest.forget(interner);
        self.cold.change(|cold| {
            cold.earlier.iter_mut().for_each(|each| each.forget(interner));
            cold.earlier.clear();
        });
    }

    /// Sets its one entry among the deadlines.
    pub(crate) fn set_due(&mut self, due: Option<Due>) {
        self.listed.set(Listed::Due, due.is_some());
        self.cold.change(|cold| cold.due = due);
    }

    /// Drops what is over at `now`, except the standing of a peer that is not here.
    pub(crate) fn lapse(&mut self, now: Instant, config: &Config) {
        let low_scores = self.low_scores(now, config);
        self.cold.change(|cold| {
            cold.grace = cold.grace.filter(|grace| now < *grace);
            cold.low_scores = low_scores;
            cold.numbers.lapse(now, config);
        });
    }

    /// Returns until when automatic bans are withheld after a pardon.
    pub(crate) fn grace(&self) -> Option<Instant> {
        self.cold.get()?.grace
    }

    /// Returns whether it is listed by address among the spared peers that are not here.
    pub(crate) fn is_listed_as_spared(&self) -> bool {
        self.cold.get().is_some_and(|cold| cold.spared)
    }

    /// Returns whether it is in grace after a pardon.
    pub(crate) fn is_in_grace(&self, now: Instant) -> bool {
        self.grace().is_some_and(|grace| now < grace)
    }

    /// Returns the low scores in a row, as of `now`.
    pub(crate) fn low_scores(&self, now: Instant, config: &Config) -> u32 {
        let lapsed = |cold: &&ColdFields| {
            let within = config.confirm_within();
            within.is_some_and(|within| now.saturating_duration_since(cold.last_low) >= within)
        };
        let cold = self.cold.get().filter(|cold| cold.low_scores > 0 && !lapsed(cold));
        cold.map_or(0, |cold| cold.low_scores)
    }

    /// Returns its numbers besides the penalty points.
    pub(crate) fn numbers(&self) -> PeerNumbers {
        self.cold.get().map_or_else(PeerNumbers::default, |cold| cold.numbers.get())
    }

    /// Sets its standing while it is not here.
    pub(crate) fn set_away(&mut self, away: Option<Away>) -> Option<Away> {
        self.listed.set(Listed::Away, away.is_some());
        self.cold.change(|cold| mem::replace(&mut cold.away, away))
    }

    /// Returns its standing while it is not here, as of `now`.
    pub(crate) fn away(&self, now: Instant) -> Option<Away> {
        self.cold.get()?.away.filter(|away| now < away.until)
    }

    /// Returns whether a ban by score was withheld, and announced once.
    pub(crate) fn score_withheld(&self) -> bool {
        self.cold.get().is_some_and(|cold| cold.score_withheld)
    }

    /// Returns whether it is connected, and not told to disconnect.
    pub(crate) fn is_connected(&self) -> bool {
        self.connection == ConnectionState::Connected
    }

    /// Which side opened the connections that are up.
    pub(crate) fn direction(&self) -> Option<Direction> {
        let is_up = self.connection != ConnectionState::Absent;
        is_up.then_some(if self.dialled { Direction::Outbound } else { Direction::Inbound })
    }

    /// Returns whether it left in standing, which may have ended since.
    pub(crate) fn has_been_in_standing(&self) -> bool {
        self.listed.contains(Listed::Away)
    }

    /// Returns when it came, if it is here.
    pub(crate) fn came(&self) -> Instant {
        let came = self.cold.get().and_then(|cold| cold.came);
        came.unwrap_or_else(|| self.account.clean_since())
    }

    /// Returns what was reported of it since it came, less what fell: its heat, in millionths of a
    /// point.
    pub(crate) fn heat(&self, now: Instant, config: &Config) -> u64 {
        let heat = if self.account.own_heat { self.numbers().heat } else { self.account.heat() };
        heat.value(now, config.heat_fall())
    }

    /// Keeps its heat apart from its penalty points, which change otherwise from here on.
    pub(crate) fn part_heat(&mut self, now: Instant, config: &Config) {
        if self.is_connected() && !self.account.own_heat {
            let heat = self.account.heat();
            self.account.own_heat = true;
            self.cold.change(|cold| cold.numbers.change(now, config, |all| all.heat = heat));
        }
    }

    /// Returns whether it is in standing at `now`: a ban of its place does not apply to it.
    pub(crate) fn is_in_standing(&self, now: Instant, config: &Config) -> bool {
        let Some(after) = config.standing_after() else {
            return false;
        };
        if !self.is_connected() {
            return self.away(now).is_some();
        }
        // Under another policy an offence can have been forgiven before it came.
        let since = || Some(self.account.faultless_since(now, config)?.max(self.came()));
        let long_enough = |since| now.saturating_duration_since(since) >= after;
        self.account.in_standing || since().is_some_and(long_enough)
    }

    /// Returns whether cause `Address` does not touch it at `now`: it is in standing, or in grace.
    pub(crate) fn is_spared(&self, now: Instant, config: &Config) -> bool {
        self.is_in_grace(now) || self.is_in_standing(now, config)
    }

    /// Returns whether, at `now`, it has penalty points or an offence on record.
    pub(crate) fn is_tainted(&self, now: Instant, config: &Config) -> bool {
        let (mut account, mut causes) = (self.account, self.causes());
        account.advance(&mut causes, now, config);
        account.is_tainted(now)
    }

    /// Returns whether nothing is left at `now`, up to which the account has been advanced.
    pub(crate) fn is_empty(&self, now: Instant, config: &Config) -> bool {
        let kept = self.ban.is_some() || self.is_kept(now, config);
        !kept && !self.account.is_tainted(now)
    }

    /// Returns whether, at `now`, something keeps it besides a ban, penalty points and offences.
    fn is_kept(&self, now: Instant, config: &Config) -> bool {
        self.protected
            || self.connection != ConnectionState::Absent
            || self.low_scores(now, config) > 0
            || self.is_in_grace(now)
            || self.is_in_standing(now, config)
            || self.cold.get().is_some_and(|cold| cold.numbers.hold_record(now, config))
    }

    /// Returns its rank among those that can be displaced (evicted), if it is one of them.
    pub(crate) fn rank(&self, now: Instant, config: &Config) -> Option<EvictionRank> {
        let causes = self.causes();
        let kept = causes.contains(Cause::Operator) || causes.contains(Cause::Remote);
        if kept || self.protected || self.is_connected() || self.is_spared(now, config) {
            return None;
        }
        let never = Instant::from_nanos(u64::MAX);
        let over = match causes.until() {
            Some(Until::At(end)) => end,
            Some(Until::Forever) => never,
            None => {
                let numbers = self.cold.get().map(|cold| cold.numbers.zero_at(config));
                let numbers = numbers.map(|over| over.unwrap_or(never));
                self.account.paid(config).max(numbers.unwrap_or(Instant::ORIGIN))
            }
        };
        Some(EvictionRank {
            offences: self.account.offences(),
            banned: self.ban.is_some(),
            over: if over <= now { Instant::ORIGIN } else { over },
            created: self.created,
        })
    }

    /// Returns its status at `now`, and changes nothing.
    pub(crate) fn status(
        &self,
        now: Instant,
        config: &Config,
        interner: &Interner,
    ) -> Option<PeerStatus> {
        let (mut account, mut causes) = (self.account, self.causes());
        let ended = account.advance(&mut causes, now, config);
        let left = !causes.is_empty() || self.is_kept(now, config) || account.is_tainted(now);
        let ban = self.ban.as_ref().filter(|_| ended.is_none());
        left.then(|| PeerStatus {
            penalty: account.owed(now),
            offences: account.offences(),
            causes,
            banned_since: ban.map(|ban| ban.began),
            score: ban.filter(|_| causes.contains(Cause::Score)).and_then(|ban| ban.score),
            misdeeds: self.misdeeds(interner).collect(),
            connected: self.is_connected(),
            protected: self.protected,
            standing: self.is_in_standing(now, config),
            addr: self.addr,
            direction: self.direction(),
            connected_since: self.is_connected().then(|| self.came()),
        })
    }
}
