//! Changes of policy at run time.

use peerwarden_core::{Action, Cause, Config, Instant, Subject, Until};
use std::mem;

use super::falling::Falling;
use super::penalty::{capped, time_to_pay};
use super::place::crowd_fall;
use super::record::{Record, deliveries_fall, hearsay_fall, heat_fall, long_fall};
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
        for place in &mut self.places {
            let fall = crowd_fall(place.net, &old);
            place.crowd.change_fall(now, fall, crowd_fall(place.net, &self.config));
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
        self.keep_standing(now, old);
        self.low_scores = self.running_count(now, old);
        if let Some(here) = &mut self.here {
            here.heat.change_fall(now, heat_fall(old), heat_fall(new));
        }
        self.hearsay.change_fall(now, hearsay_fall(old), hearsay_fall(new));
        self.deliveries.change_fall(now, deliveries_fall(old), deliveries_fall(new));
        self.long.change_fall(now, long_fall(old), long_fall(new));
        if new.long_budget().is_none() {
            self.long = Falling::default();
        }

        self.settle(now, old);
        let (owed, rate) = (self.owes(now, old), self.rate(now, old));
        if self.ban.is_none() {
            self.take_off_forgiven(now, old);
            let offences = self.offences;
            self.take_off_forgiven(now, new);
            // What the new policy forgives, it forgives now.
            if self.offences == 0 && offences > 0 {
                self.forgiven = Some(now);
            }
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

    /// "It stays so while it is here".
    fn keep_standing(&mut self, now: Nanos, old: &Config) {
        let standing = self.in_standing(now, old);
        if let Some(here) = &mut self.here {
            here.standing |= standing;
        }
    }
}
