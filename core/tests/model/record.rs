//! What is known of one peer.

use peerwarden_core::{
    ActiveCause, Cause, Causes, Config, Instant, Misbehavior, Misdeed, Score, Until,
};
use std::net::IpAddr;

use super::debt::nanos;
use super::{Nanos, Peer};

#[derive(Clone, Debug)]
pub(crate) struct Record {
    pub(crate) peer: Peer,
    /// Whether a connection is up; also while leaving.
    pub(crate) up: bool,
    /// "A peer told to disconnect is *leaving*: until `Connected` names it again."
    pub(crate) leaving: bool,
    /// Whether we dialled one of the connections that are up.
    pub(crate) dialled: bool,
    /// Says in which order peers went from not connected to connected.
    pub(crate) joined: u64,
    pub(crate) last_seen: Option<IpAddr>,
    /// `p0`, in micro-points.
    pub(crate) owed: u64,
    /// `t0`.
    pub(crate) owed_at: Nanos,
    /// As of `last_ban_ended`; while banned, as of the last ban.
    pub(crate) offences: u32,
    pub(crate) last_ban_ended: Option<Nanos>,
    pub(crate) ban: Option<Ban>,
    /// "The one last announced": the end of the ban by penalty.
    pub(crate) announced: Nanos,
    pub(crate) protected: bool,
    pub(crate) grace_until: Nanos,
    /// Low scores in a row.
    pub(crate) low_scores: u32,
    pub(crate) penalty_withheld: bool,
    pub(crate) score_withheld: bool,
    /// The score that banned it last.
    pub(crate) banned_for: Option<Score>,
    /// What it did, the kind seen last at the end.
    pub(crate) misdeeds: Vec<Misdeed>,
}

impl Record {
    pub(crate) fn new(peer: Peer) -> Self {
        Self {
            peer,
            up: false,
            leaving: false,
            dialled: false,
            joined: 0,
            last_seen: None,
            owed: 0,
            owed_at: 0,
            offences: 0,
            last_ban_ended: None,
            ban: None,
            announced: 0,
            protected: false,
            grace_until: 0,
            low_scores: 0,
            penalty_withheld: false,
            score_withheld: false,
            banned_for: None,
            misdeeds: Vec::new(),
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

    /// Connected "for the queue, the guard and the bound".
    pub(crate) fn connected(&self) -> bool {
        self.up && !self.leaving
    }

    /// "A subject is banned while any cause is active."
    pub(crate) fn banned(&self, now: Nanos) -> bool {
        self.ban.as_ref().is_some_and(|ban| ban.holds(now))
    }

    pub(crate) fn has(&self, cause: Cause, now: Nanos) -> bool {
        self.ban.as_ref().is_some_and(|ban| ban.has(cause, now))
    }

    pub(crate) fn banned_automatically(&self, now: Nanos) -> bool {
        Cause::ALL.into_iter().any(|cause| cause.is_automatic() && self.has(cause, now))
    }

    /// "With `forgive_after` set, each full period since the peer's last ban (of whatever cause)
    /// ended takes one off; no time counts while banned."
    pub(crate) fn offences_at(&self, now: Nanos, config: &Config) -> u32 {
        let ended = match &self.ban {
            Some(ban) if ban.holds(now) => return self.offences,
            Some(ban) => ban.end().instant().map(|end| end.as_nanos()),
            None => self.last_ban_ended,
        };
        match (ended, config.forgive_after()) {
            (Some(ended), Some(period)) => {
                let periods = u128::from(now.saturating_sub(ended)) / period.as_nanos();
                let forgiven = u32::try_from(periods).unwrap_or(u32::MAX);
                self.offences.saturating_sub(forgiven)
            }
            _ => self.offences,
        }
    }

    /// When the next offence is forgiven.
    pub(crate) fn next_forgiven(&self, now: Nanos, config: &Config) -> Option<Nanos> {
        let ended = match &self.ban {
            Some(ban) => ban.end().instant()?.as_nanos(),
            None => self.last_ban_ended?,
        };
        let period = nanos(config.forgive_after()?);
        (1..=u64::from(self.offences))
            .map(|n| ended.saturating_add(period.saturating_mul(n)))
            .find(|time| *time > now)
    }

    /// "It is dropped when its peer is not connected, protected or banned, owes no penalty, has no
    /// offence left, no grace and no running count." "Its record stays until `Disconnected`."
    pub(crate) fn has_nothing_left(&self, now: Nanos, config: &Config) -> bool {
        !self.up
            && !self.protected
            && !self.banned(now)
            && self.owes(now, config) == 0
            && self.offences_at(now, config) == 0
            && self.grace_until <= now
            && self.low_scores == 0
    }
}

/// A ban of a peer or a network, with all its causes.
#[derive(Clone, Debug)]
pub(crate) struct Ban {
    pub(crate) began: Nanos,
    /// Says which of two bans began first.
    pub(crate) serial: u64,
    /// Whether one of the connections that were up when it began had been dialled by us.
    pub(crate) dialled: bool,
    pub(crate) causes: Vec<(Cause, Until)>,
}

impl Ban {
    /// "A ban holds while `now < until`."
    pub(crate) fn holds(&self, now: Nanos) -> bool {
        !over(self.end(), now)
    }

    pub(crate) fn has(&self, cause: Cause, now: Nanos) -> bool {
        let mut causes = self.causes.iter();
        causes.any(|(each, until)| *each == cause && !over(*until, now))
    }

    /// When its last cause is over.
    pub(crate) fn end(&self) -> Until {
        let ends = self.causes.iter().map(|(_, until)| *until);
        ends.max().unwrap_or(Until::Forever)
    }

    /// The cause that lasts longest; of several, the last by name.
    pub(crate) fn longest(&self) -> Cause {
        let (longest, _) = self
            .causes
            .iter()
            .max_by_key(|(cause, until)| (*until, *cause))
            .expect("a ban has a cause");
        *longest
    }

    pub(crate) fn set(&mut self, cause: Cause, until: Until) {
        self.causes.retain(|(each, _)| *each != cause);
        self.causes.push((cause, until));
    }

    pub(crate) fn active(&self, now: Nanos) -> Causes {
        let causes = self.causes.iter();
        causes
            .filter(|(_, until)| !over(*until, now))
            .map(|(cause, until)| ActiveCause { cause: *cause, until: *until })
            .collect()
    }
}

/// "(`until <= now`)"
pub(crate) fn over(until: Until, now: Nanos) -> bool {
    match until {
        Until::At(end) => end.as_nanos() <= now,
        Until::Forever => false,
    }
}
