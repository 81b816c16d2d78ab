//! State of one peer.

use peerwarden_core::{Cause, Config, Direction, Instant, Misbehavior, Misdeed, Score};
use std::net::IpAddr;

use super::ban::Ban;
use super::falling::{Fall, Falling};
use super::standing::Left;
use super::{Nanos, Peer, nanos};

#[derive(Clone, Debug)]
pub(crate) struct Record {
    pub(crate) peer: Peer,
    /// Whether a connection is up; also while leaving.
    pub(crate) up: bool,
    /// "Connected and not leaving".
    pub(crate) here: Option<Here>,
    /// Whether we dialled one of the connections that are up.
    pub(crate) dialled: bool,
    /// Says in which order the `Connected`s came that found peers neither here nor leaving.
    pub(crate) joined: u64,
    pub(crate) last_seen: Option<IpAddr>,
    /// `p0`, in micro-points.
    pub(crate) owed: u64,
    /// `t0`.
    pub(crate) owed_at: Nanos,
    /// The penalties reported of it, hearsay aside, since its last `Disconnected`.
    pub(crate) reported: u64,
    /// The long number.
    pub(crate) long: Falling,
    /// What others say of it: penalties of reports `via` another peer.
    pub(crate) hearsay: Falling,
    /// Penalties of reports `via` it of others.
    pub(crate) deliveries: Falling,
    /// As of `last_ban_ended`; while banned, as of the last ban.
    pub(crate) offences: u32,
    pub(crate) last_ban_ended: Option<Nanos>,
    /// When its last offence was forgiven, if that is not told by the two above.
    pub(crate) forgiven: Option<Nanos>,
    pub(crate) ban: Option<Ban>,
    /// "The one last announced": the end of the ban by penalty.
    pub(crate) announced: Nanos,
    pub(crate) protected: bool,
    pub(crate) grace_until: Nanos,
    /// Low scores in a row, as of the last one.
    pub(crate) low_scores: u32,
    pub(crate) last_low_score: Nanos,
    pub(crate) penalty_withheld: bool,
    pub(crate) score_withheld: bool,
    /// The score that banned it last.
    pub(crate) banned_for: Option<Score>,
    /// What it did, the kind seen last at the end.
    pub(crate) misdeeds: Vec<Misdeed>,
    /// When a report, hearsay aside, last left it owing T/10 or more.
    pub(crate) owed_much: Option<Nanos>,
    /// Set if it was in standing when it was here last.
    pub(crate) left: Option<Left>,
}

/// What is known of a peer that is here, for as long as it is.
#[derive(Clone, Debug)]
pub(crate) struct Here {
    /// "Since the `Connected` that made it so".
    pub(crate) since: Nanos,
    /// "Heat: of a peer here: the sum of all penalties reported of it, hearsay aside, withheld ones
    /// too; [...] zero when it comes".
    pub(crate) heat: Falling,
    /// Whether its latest score since it came was low.
    pub(crate) scored_low: bool,
    /// Whether it was in standing earlier since it came, or took it up when it came.
    pub(crate) standing: bool,
}

impl Record {
    pub(crate) fn new(peer: Peer) -> Self {
        Self {
            peer,
            up: false,
            here: None,
            dialled: false,
            joined: 0,
            last_seen: None,
            owed: 0,
            owed_at: 0,
            reported: 0,
            long: Falling::default(),
            hearsay: Falling::default(),
            deliveries: Falling::default(),
            offences: 0,
            last_ban_ended: None,
            forgiven: None,
            ban: None,
            announced: 0,
            protected: false,
            grace_until: 0,
            low_scores: 0,
            last_low_score: 0,
            penalty_withheld: false,
            score_withheld: false,
            banned_for: None,
            misdeeds: Vec::new(),
            owed_much: None,
            left: None,
        }
    }

    /// "Evidence: the last 8 kinds a record."
    pub(crate) fn note(&mut self, misbehavior: Misbehavior, now: Nanos) {
        let old = self.misdeeds.iter().find(|each| each.misbehavior == misbehavior);
        let times = old.map_or(0, |each| each.times) + 1;
        self.misdeeds.retain(|each| each.misbehavior != misbehavior);
        self.misdeeds.push(Misdeed { misbehavior, times, last: Instant::from_nanos(now) });
        while self.misdeeds.len() > 8 {
            self.misdeeds.remove(0);
        }
    }

    pub(crate) fn direction(&self) -> Option<Direction> {
        match (self.up, self.dialled) {
            (false, _) => None,
            (true, true) => Some(Direction::Outbound),
            (true, false) => Some(Direction::Inbound),
        }
    }

    pub(crate) fn is_here(&self) -> bool {
        self.here.is_some()
    }

    pub(crate) fn banned(&self, now: Nanos) -> bool {
        self.ban.as_ref().is_some_and(|ban| ban.holds(now))
    }

    pub(crate) fn has(&self, cause: Cause, now: Nanos) -> bool {
        self.ban.as_ref().is_some_and(|ban| ban.has(cause, now))
    }

    pub(crate) fn banned_automatically(&self, now: Nanos) -> bool {
        Cause::ALL.into_iter().any(|cause| cause.is_automatic() && self.has(cause, now))
    }

    pub(crate) fn heat(&self, now: Nanos, config: &Config) -> u64 {
        self.here.as_ref().map_or(0, |here| here.heat.at(now, heat_fall(config)))
    }

    /// The count of low scores in a row that still runs: "the count restarts [...] when
    /// `confirm_within` has passed since the last low one".
    pub(crate) fn running_count(&self, now: Nanos, config: &Config) -> u32 {
        let lapses = self.count_lapses(config);
        if lapses.is_some_and(|lapses| lapses <= now) { 0 } else { self.low_scores }
    }

    pub(crate) fn count_lapses(&self, config: &Config) -> Option<Nanos> {
        let within = config.confirm_within().filter(|_| self.low_scores > 0)?;
        Some(self.last_low_score.saturating_add(nanos(within)))
    }

    /// "It is dropped when its peer is not connected, protected or banned, owes no penalty, has no
    /// offence left, no grace, no running count, no standing, and when its long number, hearsay and
    /// deliveries are zero."
    pub(crate) fn has_nothing_left(&self, now: Nanos, config: &Config) -> bool {
        !self.up
            && !self.protected
            && !self.banned(now)
            && self.owes(now, config) == 0
            && self.offences_at(now, config) == 0
            && self.grace_until <= now
            && self.running_count(now, config) == 0
            && !self.in_standing(now, config)
            && self.long.at(now, long_fall(config)) == 0
            && self.hearsay.at(now, hearsay_fall(config)) == 0
            && self.deliveries.at(now, deliveries_fall(config)) == 0
    }
}

/// "Falls at `decay[0]`".
pub(crate) fn heat_fall(config: &Config) -> Fall {
    Fall::a_second(config.decay()[0].as_micros_per_second())
}

/// "The accused's hearsay (the sum of such penalties, falling at `decay[0]`)".
pub(crate) fn hearsay_fall(config: &Config) -> Fall {
    Fall::a_second(config.decay()[0].as_micros_per_second())
}

/// "The sum of such penalties, falling by `default_penalty` a minute".
pub(crate) fn deliveries_fall(config: &Config) -> Fall {
    Fall { amount: config.default_penalty().as_micros(), period: super::falling::MINUTE }
}

/// "Which falls by `long_budget` (10 T) a day". Without a budget there is nothing to fall.
pub(crate) fn long_fall(config: &Config) -> Fall {
    let amount = config.long_budget().map_or(u64::MAX, |budget| budget.as_micros());
    Fall { amount, period: super::falling::DAY }
}
