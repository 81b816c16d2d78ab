//! Reports of misbehavior.

use peerwarden_core::{Action, Cause, Instant, Misbehavior, Subject, Until};

use super::falling::SECOND;
use super::penalty::{capped, entry, time_to_pay};
use super::record::heat_fall;
use super::withholding::withhold;
use super::{Model, Peer};

impl Model {
    pub(crate) fn report(
        &mut self,
        peer: Peer,
        kind: Misbehavior,
        penalty: u64,
        via: Option<Peer>,
    ) -> Vec<Action<Peer>> {
        // "A policy that is off ignores its events."
        if !self.config.penalties() {
            return Vec::new();
        }
        match self.deliverer(peer, via) {
            Some(deliverer) => self.report_hearsay(peer, kind, penalty, deliverer),
            None => self.report_directly(peer, kind, penalty),
        }
    }

    /// A report that is not hearsay.
    pub(crate) fn report_directly(
        &mut self,
        peer: Peer,
        kind: Misbehavior,
        penalty: u64,
    ) -> Vec<Action<Peer>> {
        let now = self.now;
        let at = self.find_or_make(peer);
        let config = &self.config;
        let record = &mut self.records[at];
        // "The penalties reported of it, hearsay aside, since its last `Disconnected`".
        record.reported = record.reported.saturating_add(penalty);
        // "The sum of all penalties reported of it, hearsay aside, withheld ones too".
        if let Some(here) = &mut record.here {
            here.heat.add(penalty, now, heat_fall(config));
        }
        let over_long_budget = self.add_to_long_number(at, penalty);
        let actions = self.raise_penalty(at, kind, penalty, over_long_budget);
        self.records[at].judge_standing(now, &self.config);
        actions
    }

    /// `p` rises, "with all that follows from `p`". `p` is at least `at_least` then.
    pub(crate) fn raise_penalty(
        &mut self,
        at: usize,
        kind: Misbehavior,
        penalty: u64,
        at_least: u64,
    ) -> Vec<Action<Peer>> {
        let (now, config) = (self.now, &self.config);
        let threshold = config.threshold().as_micros();
        let record = &mut self.records[at];
        let peer = record.peer;
        record.note(kind, now);

        // "Told once, and again after a report that found `p` (before its own penalty) at or under
        // the threshold".
        let before = record.owes(now, config);
        if before <= threshold {
            record.penalty_withheld = false;
        }
        let owed = before.saturating_add(penalty).max(at_least);
        record.set_owed(owed, now);

        if record.has(Cause::Penalty, now) {
            return self.lengthen_penalty(at);
        }
        // "Strictly more than `threshold`".
        if owed <= threshold {
            return self.warn(at, before);
        }
        let withholding = self.withheld_from_peer(at, Cause::Penalty);
        let mut actions = withholding.begins;
        let Some(why) = withholding.why else {
            actions.extend(self.ban_by_penalty(at));
            return actions;
        };
        // "A withheld report raises `p` at most to `threshold` + its penalty and never lowers it".
        let most = threshold.saturating_add(penalty).max(before);
        let record = &mut self.records[at];
        record.set_owed(owed.min(most), now);
        if !record.penalty_withheld {
            record.penalty_withheld = true;
            actions.push(withhold(Subject::Peer(peer), Cause::Penalty, why));
        }
        actions
    }

    /// "A report that brings `p` of an unbanned peer from at or under `warning` (T/2) to strictly
    /// above, but not over the threshold, gives `Warn`."
    fn warn(&self, at: usize, before: u64) -> Vec<Action<Peer>> {
        let record = &self.records[at];
        let Some(warning) = self.config.warning().filter(|_| !record.banned(self.now)) else {
            return Vec::new();
        };
        let after = record.owes(self.now, &self.config);
        if before <= warning.as_micros() && after > warning.as_micros() {
            vec![Action::Warn { peer: record.peer }]
        } else {
            Vec::new()
        }
    }

    /// "Ban with cause `Penalty` until `p` is zero (`t + ceil(p / rate)`), at the rate of the new
    /// offence count."
    fn ban_by_penalty(&mut self, at: usize) -> Vec<Action<Peer>> {
        let now = self.now;
        let offences = self.offences_after_a_ban(at);
        let config = &self.config;
        let rate = entry(offences, config);
        let record = &mut self.records[at];
        // "... or after a ban".
        record.penalty_withheld = false;
        // "`max_sentence`, if set, caps `p` at `rate * max_sentence` at the ban and while banned."
        record.set_owed(capped(record.owed, rate, config), now);
        record.announced = now.saturating_add(time_to_pay(record.owed, rate));
        let until = Until::At(Instant::from_nanos(record.announced));
        self.ban_automatically(at, Cause::Penalty, until)
    }

    /// "*While banned by penalty* reports add on and move the end. `Amend` is given when the end is a
    /// second or more later than the one last announced."
    fn lengthen_penalty(&mut self, at: usize) -> Vec<Action<Peer>> {
        let (now, config) = (self.now, &self.config);
        let record = &mut self.records[at];
        let end = record.serve(now, config);
        if end.saturating_sub(record.announced) < SECOND {
            return Vec::new();
        }
        record.announced = end;
        let (subject, cause) = (Subject::Peer(record.peer), Cause::Penalty);
        vec![Action::Amend { subject, cause, until: Until::At(Instant::from_nanos(end)) }]
    }
}
