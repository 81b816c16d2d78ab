//! Reports of misdeeds.

use peerwarden_core::{Action, Cause, Instant, Misbehavior, Subject, Until};

use super::debt::{capped, entry, time_to_pay};
use super::{Model, Peer};

impl Model {
    pub(crate) fn report(
        &mut self,
        peer: Peer,
        kind: Misbehavior,
        penalty: u64,
    ) -> Vec<Action<Peer>> {
        // "A policy that is off ignores its events."
        if !self.config.penalties() {
            return Vec::new();
        }
        let now = self.now;
        let at = self.find_or_make(peer);
        let config = &self.config;
        let threshold = config.threshold().as_micros();
        let record = &mut self.records[at];
        record.note(kind, now);

        // "Once, until a report finds `p` (before its own penalty) at or under the threshold".
        let before = record.owes(now, config);
        if before <= threshold {
            record.penalty_withheld = false;
        }
        let owed = before.saturating_add(penalty);
        record.set_owed(owed, now);

        if record.has(Cause::Penalty, now) {
            return self.report_while_banned(at);
        }
        // "Strictly more than `threshold`".
        if owed <= threshold {
            return Vec::new();
        }
        match self.withheld_from_peer(at, Cause::Penalty) {
            Some(why) => {
                // "Meanwhile `p` does not rise above `threshold` + the reported penalty."
                let most = threshold.saturating_add(penalty).max(before);
                let record = &mut self.records[at];
                record.set_owed(owed.min(most), now);
                if record.penalty_withheld {
                    return Vec::new();
                }
                record.penalty_withheld = true;
                let subject = Subject::Peer(peer);
                vec![Action::Withhold { subject, cause: Cause::Penalty, why }]
            }
            None => {
                self.records[at].penalty_withheld = false;
                self.ban_by_penalty(at)
            }
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
        // "`max_sentence`, if set, caps `p` at `rate * max_sentence` at the ban and while banned."
        record.set_owed(capped(record.owed, rate, config), now);
        record.announced = now.saturating_add(time_to_pay(record.owed, rate));
        let until = Until::At(Instant::from_nanos(record.announced));
        let mut actions = self.activate(at, Cause::Penalty, until, offences);
        actions.extend(self.judge_colocation(at));
        actions
    }

    /// "Reports add on and move the end. `Amend` is given when the end is a second or more later
    /// than the one last announced."
    fn report_while_banned(&mut self, at: usize) -> Vec<Action<Peer>> {
        let now = self.now;
        let config = &self.config;
        let record = &mut self.records[at];
        let rate = record.rate(now, config);
        record.set_owed(capped(record.owed, rate, config), now);
        let end = now.saturating_add(time_to_pay(record.owed, rate));
        let until = Until::At(Instant::from_nanos(end));
        if let Some(ban) = &mut record.ban {
            ban.set(Cause::Penalty, until);
        }
        if end.saturating_sub(record.announced) < ONE_SECOND {
            return Vec::new();
        }
        record.announced = end;
        vec![Action::Amend { subject: Subject::Peer(record.peer), cause: Cause::Penalty, until }]
    }
}

const ONE_SECOND: u64 = 1_000_000_000;
