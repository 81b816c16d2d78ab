//! Scores, and bans for low ones.

use peerwarden_core::{Action, Cause, Instant, Score, Subject, Until};

use super::withholding::withhold;
use super::{Model, Peer};

impl Model {
    pub(crate) fn score(&mut self, peer: Peer, score: Score) -> Vec<Action<Peer>> {
        if !self.config.scores() {
            return Vec::new();
        }
        // "Scores of peers banned by score are ignored."
        let known = self.find(peer);
        if known.is_some_and(|at| self.records[at].has(Cause::Score, self.now)) {
            return Vec::new();
        }
        // "Strictly less than `min_score` (-100) is low."
        let low = score < self.config.min_score();
        let record = known.map(|at| &mut self.records[at]);
        if let Some(record) = record {
            if let Some(here) = &mut record.here {
                here.scored_low = low;
            }
            // "The count restarts at a score that is not low".
            if !low {
                record.low_scores = 0;
                record.score_withheld = false;
            }
        }
        if low { self.low_score(peer, score) } else { Vec::new() }
    }

    fn low_score(&mut self, peer: Peer, score: Score) -> Vec<Action<Peer>> {
        let (now, on) = (self.now, self.incident.on);
        let at = self.find_or_make(peer);
        let record = &mut self.records[at];
        record.low_scores = record.running_count(now, &self.config) + 1;
        record.last_low_score = now;
        // "`confirmations` (2) low ones in a row, or one while the peer is not here and no incident
        // on".
        let confirmed = record.low_scores >= self.config.confirmations().get();
        if !confirmed && (record.is_here() || on) {
            return Vec::new();
        }
        // "... when complete".
        record.low_scores = 0;
        let withholding = self.withheld_from_peer(at, Cause::Score);
        let mut actions = withholding.begins;
        let record = &mut self.records[at];
        match withholding.why {
            // "Once until one is not low, or a score ban or pardon comes between."
            Some(_) if record.score_withheld => {}
            Some(why) => {
                record.score_withheld = true;
                actions.push(withhold(Subject::Peer(peer), Cause::Score, why));
            }
            None => {
                record.score_withheld = false;
                record.banned_for = Some(score);
                actions.extend(self.ban_by_score(at));
            }
        }
        actions
    }

    /// "Ban with cause `Score` for `ban_durations[offence]` (the last entry for all later)".
    fn ban_by_score(&mut self, at: usize) -> Vec<Action<Peer>> {
        let lasts = self.ban_duration(self.offences_after_a_ban(at));
        let until = Until::At(Instant::from_nanos(self.now.saturating_add(lasts)));
        self.ban_automatically(at, Cause::Score, until)
    }
}
