//! State of the incident: its end, its budget and the last reckoning.

use core::time::Duration;

use crate::live::{LiveIncident, LiveReckoning};
use crate::saved::TimeOffset;
use crate::time::{Instant, nanos};

/// The incident, if one is on, and what was withheld for it so far.
#[derive(Clone, Debug, Default)]
pub(crate) struct Incident {
    /// When it ends, if it is on.
    pub(crate) end: Option<Instant>,
    /// The first `Connected` of this engine.
    pub(crate) first_connected: Option<Instant>,
    /// When a ban was withheld last.
    last: Option<Instant>,
    /// When a ban by score was withheld last because of how many groups scored low then.
    pub(crate) low_scores: Option<Instant>,
    /// When the window of the budget ends.
    window_end: Option<Instant>,
    /// How many nanoseconds of the budget of that window are used up.
    used: u64,
    /// The last reckoning.
    pub(crate) reckoning: Option<Reckoning>,
}

/// How most of the peers behave, as of some moment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reckoning {
    pub(crate) at: Instant,
    /// How many groups have a tenured peer.
    pub(crate) groups: usize,
    /// Of the highest heat of each, in ascending order, the element in the middle.
    pub(crate) heat: u64,
    /// How many groups have a tenured peer whose latest score was low.
    pub(crate) scored_low: usize,
}

impl Incident {
    /// Returns whether there is budget left at `now`.
    pub(crate) fn has_budget(&self, now: Instant) -> bool {
        !self.in_window(now) || self.used < BUDGET
    }

    /// Notes that a ban is withheld at `now`. Returns whether the incident begins with it.
    pub(crate) fn withhold(&mut self, now: Instant) -> bool {
        if !self.in_window(now) {
            self.window_end = Some(now.saturating_add(WINDOW));
            self.used = 0;
        }
        let since = self.last.map_or(MOST_AT_ONCE, |last| {
            nanos(now.saturating_duration_since(last)).min(MOST_AT_ONCE)
        });
        self.used = self.used.saturating_add(since);
        self.last = Some(now);
        let begins = self.end.is_none();
        self.end = Some(now.saturating_add(CALM_AFTER));
        begins
    }

    /// Returns whether a ban was withheld less than a minute before `now`.
    pub(crate) fn just_withheld(&self, now: Instant) -> bool {
        self.last.is_some_and(|last| now.saturating_duration_since(last) < JUST_NOW)
    }

    /// Returns whether, less than ten minutes before `now`, a ban by score was withheld because of
    /// how many groups scored low then.
    pub(crate) fn scored_low_lately(&self, now: Instant) -> bool {
        self.low_scores.is_some_and(|last| now.saturating_duration_since(last) < CALM_AFTER)
    }

    /// Returns the last reckoning, if it is less than a second old.
    pub(crate) fn fresh_reckoning(&self, now: Instant) -> Option<Reckoning> {
        let is_fresh = |last: &Reckoning| now.saturating_duration_since(last.at) < RECKONING_HOLDS;
        self.reckoning.filter(is_fresh)
    }

    /// Returns whether a peer that came at `came` is tenured at `now`: here for at least ten
    /// minutes, or half of the time since the first `Connected`, whichever is less.
    pub(crate) fn is_tenured(&self, came: Instant, now: Instant) -> bool {
        let here = now.saturating_duration_since(came);
        let all = self.first_connected.map(|first| now.saturating_duration_since(first));
        here >= TENURE || all.is_some_and(|all| here.saturating_mul(2) >= all)
    }

    /// Returns all of it in plain form, seen from `now`.
    pub(crate) fn save(&self, now: Instant) -> LiveIncident {
        let offset = |moment: Option<Instant>| moment.map(|moment| TimeOffset::of(moment, now));
        let count = |count| u32::try_from(count).unwrap_or(u32::MAX);
        LiveIncident {
            end: offset(self.end),
            first_connected: offset(self.first_connected),
            last: offset(self.last),
            low_scores: offset(self.low_scores),
            window_end: offset(self.window_end),
            used_nanos: self.used,
            reckoning: self.reckoning.map(|reckoning| LiveReckoning {
                at: TimeOffset::of(reckoning.at, now),
                groups: count(reckoning.groups),
                heat_micros: reckoning.heat,
                scored_low: count(reckoning.scored_low),
            }),
        }
    }

    /// Restores it from its plain form, seen from `now`.
    pub(crate) fn restore(live: &LiveIncident, now: Instant) -> Self {
        let past = |offset: Option<TimeOffset>| offset.map(|offset| offset.in_past(now));
        let within = |offset: Option<TimeOffset>, longest| {
            offset.map(|offset| offset.from(now).min(now.saturating_add(longest)))
        };
        let count = |count| usize::try_from(count).unwrap_or(usize::MAX);
        Self {
            end: within(live.end, CALM_AFTER),
            first_connected: past(live.first_connected),
            last: past(live.last),
            low_scores: past(live.low_scores),
            window_end: within(live.window_end, WINDOW),
            used: live.used_nanos,
            reckoning: live.reckoning.map(|reckoning| Reckoning {
                at: reckoning.at.in_past(now),
                groups: count(reckoning.groups),
                heat: reckoning.heat_micros,
                scored_low: count(reckoning.scored_low),
            }),
        }
    }

    fn in_window(&self, now: Instant) -> bool {
        self.window_end.is_some_and(|end| now < end)
    }
}

const BUDGET: u64 = 2 * 3_600 * 1_000_000_000;
const CALM_AFTER: Duration = Duration::from_secs(600);
const JUST_NOW: Duration = Duration::from_secs(60);
const MOST_AT_ONCE: u64 = 60 * 1_000_000_000;
const RECKONING_HOLDS: Duration = Duration::from_secs(1);
const TENURE: Duration = Duration::from_secs(600);
const WINDOW: Duration = Duration::from_secs(86_400);
