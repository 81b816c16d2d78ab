//! `Reconfigure`: a change of policy at run time.

use alloc::vec::Vec;
use core::hash::{BuildHasher, Hash};
use core::mem;

use crate::action::Action;
use crate::config::Config;
use crate::state::record::{Record, RecordKey};
use crate::subject::{Cause, Subject};
use crate::time::{Instant, Until};
use crate::warden::Warden;

impl<P: Clone + Eq + Hash, S: BuildHasher> Warden<P, S> {
    /// Makes `config` the policy. What was decided stands; penalty points stay, and decay as the
    /// new policy says.
    pub(crate) fn reconfigure(&mut self, config: &Config, actions: &mut Vec<Action<P>>) {
        let keys: Vec<_> = if self.config.keeps_records_like(config) {
            Vec::new()
        } else {
            self.records.keys().collect()
        };
        for key in &keys {
            if let Some(record) = self.records.get_mut(*key) {
                record.advance(self.now, &self.config);
            }
        }
        let before = mem::replace(&mut self.config, config.clone());
        let mut moved = Vec::new();
        for key in &keys {
            if let Some(record) = self.records.get_mut(*key) {
                let moves = record.reconfigure(self.now, &before, &self.config);
                moved.extend(moves.map(|order| (order, *key)));
            }
        }
        self.refit_places(&before);
        // Of each ban by penalty that ends at another time than before, in the order they began.
        moved.sort_unstable();
        actions.extend(moved.into_iter().filter_map(|(_, key)| self.move_sentence(key)));
        for key in keys {
            self.reindex(key);
        }
    }

    /// Makes the crowds of places fall as their levels say; one without a level as if that allowed
    /// no offence.
    fn refit_places(&mut self, before: &Config) {
        if self.config.has_places_like(before) {
            return;
        }
        let keys: Vec<_> = self.places.table.keys().collect();
        for key in keys {
            if let Some(place) = self.places.table.get_mut(key) {
                let fall = self.config.crowd_fall_of(&place.net);
                place.crowd.refall(self.now, place.crowd_fall, fall);
                place.crowd_fall = fall;
                self.places.relist(&self.hasher, key, self.now);
            }
        }
    }

    fn move_sentence(&mut self, key: RecordKey) -> Option<Action<P>> {
        let record = self.records.get_mut(key)?;
        let ban = record.ban.as_mut()?;
        let end = record.account.sentence_over();
        let until = Until::At(end);
        ban.causes.replace(Cause::Penalty, Some(until));
        ban.announced = end;
        let subject = Subject::Peer(record.peer.clone());
        Some(Action::Amend { subject, cause: Cause::Penalty, until })
    }
}

impl<P> Record<P> {
    /// Adopts the policy `after` at `now`, up to which the record was advanced under the one
    /// before. If that moves the end of a ban by penalty, gives where in the order of bans it
    /// stands.
    fn reconfigure(&mut self, now: Instant, before: &Config, after: &Config) -> Option<u64> {
        if self.is_connected() {
            // Kept under a policy without standing too, for one that has it again.
            self.account.in_standing |= self.is_in_standing(now, before);
            if !self.account.falls_like_heat(after) {
                self.part_heat(now, before);
            }
        }
        self.cold.change(|cold| cold.numbers.reconfigure(now, before, after));
        self.lapse(now, before);
        let (causes, over) = (self.causes(), self.account.sentence_over());
        self.account.reconfigure(now, &causes, after);
        if !causes.contains(Cause::Penalty) {
            return None;
        }
        self.account.cap(now, after);
        let ban = self.ban.as_ref()?;
        (self.account.sentence_over() != over).then_some(ban.order)
    }
}
