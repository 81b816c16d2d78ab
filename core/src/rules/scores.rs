//! Scores: requests by turn, and bans for low ones.

use alloc::vec::Vec;
use core::hash::{BuildHasher, Hash};

use crate::action::Action;
use crate::score::Score;
use crate::state::account::end_of_usual_ban;
use crate::state::cold::ColdFields;
use crate::state::record::RecordKey;
use crate::subject::Cause;
use crate::warden::Warden;

impl<P: Clone + Eq + Hash, S: BuildHasher> Warden<P, S> {
    /// Asks for the scores of the next peers in the queue, and puts each at the back.
    pub(crate) fn tick(&mut self, actions: &mut Vec<Action<P>>) {
        if !self.config.scores() {
            return;
        }
        for _ in 0..self.checks_due() {
            let Some(key) = self.queue.rotate(&mut self.records) else {
                return;
            };
            if let Some(record) = self.records.get(key) {
                actions.push(Action::RequestScore { peer: record.peer.clone(), gone: false });
            }
        }
    }

    /// Handles a score. A number of low ones in a row ban, or one of a peer that is not here,
    /// unless something withholds it.
    pub(crate) fn score(&mut self, peer: &P, score: Score, actions: &mut Vec<Action<P>>) {
        if !self.config.scores() {
            return;
        }
        if score >= self.config.min_score() {
            self.score_is_fine(peer);
            return;
        }
        let key = self.find_or_create(peer);
        let Some(record) = self.records.get_mut(key) else {
            return;
        };
        if record.causes().contains(Cause::Score) {
            return;
        }
        let (now, here) = (self.now, record.is_connected());
        record.account.scored_low = here;
        let low_scores = record.low_scores(now, &self.config).saturating_add(1);
        // Of a peer that is gone there may be no second one.
        let is_enough = !here && self.incident.end.is_none();
        let complete = is_enough || low_scores >= self.config.confirmations().get();
        record.cold.change(|cold| {
            cold.low_scores = if complete { 0 } else { low_scores };
            cold.last_low = now;
        });
        if !complete {
            self.reindex(key);
            return;
        }
        if let Some(why) = self.withheld(key, Cause::Score, actions) {
            self.withhold_score(key, why, actions);
        } else {
            self.ban_by_score(key, score, actions);
        }
    }

    fn score_is_fine(&mut self, peer: &P) {
        let key = self.records.find(&self.hasher, peer);
        let Some((key, record)) = key.and_then(|key| Some((key, self.records.get_mut(key)?)))
        else {
            return;
        };
        if record.causes().contains(Cause::Score) {
            return;
        }
        record.account.scored_low = false;
        let counted = record.cold.get().is_some_and(|cold| cold.low_scores > 0);
        if counted || record.score_withheld() {
            record.cold.change(ColdFields::end_low_scores);
        }
        if counted {
            self.reindex(key);
        }
    }

    fn ban_by_score(&mut self, key: RecordKey, score: Score, actions: &mut Vec<Action<P>>) {
        let offence = self.count_offence(key);
        let Some(record) = self.records.get_mut(key) else {
            return;
        };
        record.cold.change(|cold| cold.score_withheld = false);
        let until = end_of_usual_ban(&self.config, record.account.offences(), self.now);
        self.ban_peer(key, Cause::Score, until, actions);
        if let Some(ban) = self.records.get_mut(key).and_then(|record| record.ban.as_mut()) {
            ban.score = Some(score);
        }
        if offence {
            self.count_in_places(key, actions);
        }
    }

    /// Returns how many peers this tick asks about: enough that each has its turn within a cycle.
    fn checks_due(&self) -> usize {
        let least = to_usize(self.config.checks_per_tick().get());
        let cycle = self.config.max_cycle_ticks();
        let share = cycle.map_or(0, |ticks| self.queue.len().div_ceil(to_usize(ticks.get())));
        least.max(share).min(self.queue.len())
    }
}

fn to_usize(count: u32) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}
