//! Another policy, the same memory.

use peerwarden_core::{Action, Cause, Config, Instant, Subject, Until};
use std::mem;

use super::debt::{capped, nanos, time_to_pay};
use super::record::Record;
use super::{Model, Nanos, Peer};

impl Model {
    /// "What was decided stands; a debt is what it is, and from here on falls as the new policy
    /// says."
    pub(crate) fn reconfigure(&mut self, config: Config) -> Vec<Action<Peer>> {
        let now = self.now;
        let old = mem::replace(&mut self.config, config);
        let mut moved = Vec::new();
        for record in &mut self.records {
            let before = record.ban.as_ref().map(|ban| ban.serial);
            if let Some(until) = record.reconfigure(now, &old, &self.config) {
                moved.push((before, record.peer, until));
            }
        }
        moved.sort_by_key(|(serial, _, _)| *serial);
        let amend = |(_, peer, until)| Action::Amend {
            subject: Subject::Peer(peer),
            cause: Cause::Penalty,
            until,
        };
        moved.into_iter().map(amend).collect()
    }
}

impl Record {
    /// The new end of the ban by penalty, if that moves.
    fn reconfigure(&mut self, now: Nanos, old: &Config, new: &Config) -> Option<Until> {
        self.settle(now, old);
        let (owed, rate) = (self.owes(now, old), self.rate(now, old));
        if self.ban.is_none() {
            self.take_off_forgiven(now, old);
            self.take_off_forgiven(now, new);
        }
        let new_rate = self.rate(now, new);
        if new_rate != rate {
            self.set_owed(owed, now);
        }
        if !self.has(Cause::Penalty, now) {
            return None;
        }
        let most = capped(owed, new_rate, new);
        if most < owed {
            self.set_owed(most, now);
        }
        let end = self.owed_at.saturating_add(time_to_pay(self.owed, new_rate));
        let until = Until::At(Instant::from_nanos(end));
        let ban = self.ban.as_mut()?;
        let known = ban.causes.contains(&(Cause::Penalty, until));
        if known {
            return None;
        }
        ban.set(Cause::Penalty, until);
        self.announced = end;
        Some(until)
    }

    fn take_off_forgiven(&mut self, now: Nanos, config: &Config) {
        let left = self.offences_at(now, config);
        if let (Some(ended), Some(period)) = (self.last_ban_ended, config.forgive_after()) {
            let forgiven = u64::from(self.offences - left);
            self.last_ban_ended =
                Some(ended.saturating_add(nanos(period).saturating_mul(forgiven)));
            self.offences = left;
        }
    }
}
