//! Decisions: what to ban, what to lift, and what to say.

use peerwarden_core::Subject;
use peerwarden_host::{Note, PeerName};

use super::{Belief, Decision, Fleet, Neighbors, SWEEP, jitter};
use crate::alarm::Alarm;
use crate::brakes::HOUR;
use crate::counts::{Ceased, Withheld, count};
use crate::key::{Author, Key};
use crate::own::Saying;
use crate::quorum::{Tally, tally};
use crate::rules::Mode;
use crate::statement::Says;
use crate::unix_millis::UnixMillis;
use crate::votes::Vote;

impl<P: PeerName> Fleet<P> {
    /// Everything was read: every subject is counted, and own bans are compared.
    pub(super) fn caught_up(
        &mut self,
        now: UnixMillis,
        neighbors: &impl Neighbors<P>,
        out: &mut Vec<Decision<P>>,
    ) {
        self.is_caught_up = true;
        let random = &mut self.random;
        self.own.caught_up(now, || jitter(random));
        let mut subjects: Vec<_> = self.votes.iter().map(|(subject, _)| subject.clone()).collect();
        subjects.extend(self.believed.keys().cloned());
        subjects.sort_unstable();
        subjects.dedup();
        for subject in subjects {
            self.reckon(&subject, now, neighbors, out);
        }
    }

    /// Counts the votes on a subject.
    pub(super) fn tally(&self, subject: &Subject<P>, now: UnixMillis) -> Tally {
        let ballots = self.votes.ballots(subject, self.my_number());
        tally(&ballots, &self.rules.quorum_rules(), now)
    }

    /// Counts the votes on a subject, and tells what changes.
    pub(super) fn reckon(
        &mut self,
        subject: &Subject<P>,
        now: UnixMillis,
        neighbors: &impl Neighbors<P>,
        out: &mut Vec<Decision<P>>,
    ) {
        let tally = self.tally(subject, now);
        let is_old = |belief: &Belief| belief.until <= now;
        if self.believed.get(subject).is_some_and(is_old) {
            self.believed.remove(subject);
            count(&mut self.counts.ceased, Ceased::Ended);
        }
        let belief = self.believed.get(subject).copied();
        match (belief, tally.until) {
            (None, None) => {
                let votes = tally.votes > 0;
                let why = match tally.pardoned {
                    Some(_) if votes => Some(Withheld::Pardon),
                    _ if votes => Some(Withheld::Quorum),
                    _ => None,
                };
                self.withhold(subject, why);
            }
            (None, Some(until)) => self.begin(subject, until, &tally, now, neighbors, out),
            (Some(_), _) if self.mode() != Mode::Enforce => {
                self.cease(subject, Ceased::Ended, out);
                self.withhold(subject, tally.until.map(|_| Withheld::Observe));
            }
            (Some(belief), Some(until)) => self.go_on(subject, belief, until, now, out),
            (Some(belief), None) if belief.is_carried && !self.is_denied(subject, &tally, now) => {}
            (Some(_), None) => {
                let pardoned = tally.pardoned.is_some();
                let why = if pardoned { Ceased::Pardoned } else { Ceased::Votes };
                self.cease(subject, why, out);
            }
        }
    }

    /// Whether something was said that speaks against what is known from before the start alone.
    fn is_denied(&self, subject: &Subject<P>, tally: &Tally, now: UnixMillis) -> bool {
        let votes = self.votes.on(subject).iter();
        let withdrawn = |vote: &Vote| vote.says == Says::Withdrawn && vote.end > now;
        tally.pardoned.is_some() || votes.into_iter().any(withdrawn)
    }

    fn begin(
        &mut self,
        subject: &Subject<P>,
        until: UnixMillis,
        tally: &Tally,
        now: UnixMillis,
        neighbors: &impl Neighbors<P>,
        out: &mut Vec<Decision<P>>,
    ) {
        if self.mode() != Mode::Enforce {
            self.withhold(subject, Some(Withheld::Observe));
            return;
        }
        let (hits, connected) = (neighbors.hit_by(subject), neighbors.connected());
        let is_new = tally.reached.is_none_or(|reached| now.since(reached) < HOUR);
        let was_tripped = self.brakes.is_tripped();
        match self.brakes.admit(&self.rules, hits, connected, is_new, now) {
            Ok(()) => {
                self.withheld.remove(subject);
                self.believed.insert(subject.clone(), Belief { until, is_carried: false });
                self.counts.applied = self.counts.applied.saturating_add(1);
                out.push(Decision::Believe { subject: subject.clone(), until });
            }
            Err(why) => {
                let subject = subject.clone();
                self.withhold(&subject, Some(why));
                if why == Withheld::Share && !was_tripped {
                    out.push(Decision::Alarm(Alarm::Breaker { subject, hits, connected }));
                } else if why == Withheld::Rate
                    && self.told_of_rate.is_none_or(|told| now.since(told) >= HOUR)
                {
                    self.told_of_rate = Some(now);
                    out.push(Decision::Alarm(Alarm::Rate { subject }));
                }
            }
        }
    }

    /// Tells of another end of what is believed, if it has moved by a hundredth and a second.
    fn go_on(
        &mut self,
        subject: &Subject<P>,
        belief: Belief,
        until: UnixMillis,
        now: UnixMillis,
        out: &mut Vec<Decision<P>>,
    ) {
        let moved = until.since(belief.until).max(belief.until.since(until));
        let least = (belief.until.since(now) / 100).max(std::time::Duration::from_secs(1));
        let until = if moved >= least { until } else { belief.until };
        self.believed.insert(subject.clone(), Belief { until, is_carried: false });
        if until != belief.until {
            out.push(Decision::Believe { subject: subject.clone(), until });
        }
    }

    fn cease(&mut self, subject: &Subject<P>, why: Ceased, out: &mut Vec<Decision<P>>) {
        self.believed.remove(subject);
        self.withheld.remove(subject);
        count(&mut self.counts.ceased, why);
        out.push(Decision::Cease { subject: subject.clone(), why });
    }

    fn withhold(&mut self, subject: &Subject<P>, why: Option<Withheld>) {
        let before = match why {
            Some(why) => self.withheld.insert(subject.clone(), why),
            None => self.withheld.remove(subject),
        };
        if let Some(why) = why.filter(|_| before != why) {
            count(&mut self.counts.withheld, why);
        }
    }

    /// Looks again at what the brakes stopped.
    pub(super) fn reckon_withheld(
        &mut self,
        now: UnixMillis,
        neighbors: &impl Neighbors<P>,
        out: &mut Vec<Decision<P>>,
    ) {
        let stopped = |why: &Withheld| matches!(why, Withheld::Rate | Withheld::Share);
        let subjects = self.withheld.iter().filter(|(_, why)| stopped(why));
        let subjects: Vec<_> = subjects.map(|(subject, _)| subject.clone()).collect();
        if self.is_caught_up {
            for subject in subjects {
                self.reckon(&subject, now, neighbors, out);
            }
        }
    }

    /// Vetoes the subject on this node, at once and in a statement of its own.
    pub(super) fn pardon(
        &mut self,
        subject: Subject<P>,
        note: Option<Note>,
        now: UnixMillis,
        out: &mut Vec<Decision<P>>,
    ) {
        let until = now.later(self.rules.pardon_for);
        self.own.pardon(&subject, until, note, now);
        if let Some(me) = self.my_number() {
            let seq = self.votes.get(&subject, me).map_or(0, |vote| vote.seq);
            let says = Says::Pardon;
            let vote = Vote { author: me, says, cause: None, issued: now, seq, end: until };
            self.votes.insert(&subject, vote, now);
        }
        if self.believed.contains_key(&subject) {
            self.cease(&subject, Ceased::Pardoned, out);
            self.withhold(&subject, Some(Withheld::Pardon));
        }
    }

    /// Writes what is due, if there is a bucket that was read.
    pub(super) fn say(
        &mut self,
        now: UnixMillis,
        neighbors: &impl Neighbors<P>,
        out: &mut Vec<Decision<P>>,
    ) {
        let Some((me, name)) = self.myself.clone().filter(|_| self.is_linked && self.is_caught_up)
        else {
            return;
        };
        let author = Author::Member(name);
        while let Some(saying) = self.own.next(&self.rules, self.in_incident, now) {
            let statement = match saying {
                Saying::Say(statement) => statement,
                Saying::Delete(subject) => {
                    out.push(Decision::Delete(Key::statement(&author, &subject)));
                    continue;
                }
            };
            let Ok(value) = statement.seal(&self.name, &author.to_string(), &self.key) else {
                // The name of the peer is too long to be told of.
                continue;
            };
            let vote = Vote {
                author: me,
                says: statement.says,
                cause: statement.cause,
                issued: now,
                seq: statement.seq,
                end: statement.end(),
            };
            let subject = statement.subject;
            self.votes.insert(&subject, vote, now);
            self.reckon(&subject, now, neighbors, out);
            let (key, seq) = (Key::statement(&author, &subject), statement.seq);
            out.push(Decision::Put { key, value, subject, seq, says: statement.says });
        }
    }

    /// Forgets what is over, once a minute.
    pub(super) fn sweep_if_due(
        &mut self,
        now: UnixMillis,
        neighbors: &impl Neighbors<P>,
        out: &mut Vec<Decision<P>>,
    ) {
        // A clock that was set back sweeps as well.
        if now >= self.swept && now.since(self.swept) < SWEEP {
            return;
        }
        let since = std::mem::replace(&mut self.swept, now);
        let pardons_ended = self.votes.sweep(since, now);
        self.own.sweep(now);
        let mut ended = 0_u64;
        self.believed.retain(|_, belief| {
            let is_over = belief.until <= now;
            ended = ended.saturating_add(u64::from(is_over));
            !is_over
        });
        if ended > 0 {
            let count = self.counts.ceased.entry(Ceased::Ended).or_default();
            *count = count.saturating_add(ended);
        }
        self.withheld.retain(|subject, _| !self.votes.on(subject).is_empty());
        if self.is_caught_up {
            for subject in pardons_ended {
                self.reckon(&subject, now, neighbors, out);
            }
        }
        self.reckon_withheld(now, neighbors, out);
    }
}
