//! Scores: whose turn it is, and what follows from a low one.

use peerwarden_core::{Action, Cause, Instant, Score, Subject, Until, Withheld};

use super::debt::nanos;
use super::record::Ban;
use super::{Model, Peer};

impl Model {
    /// "Asks for the score of the next peers in the queue: `RequestScore`, each to the back."
    pub(crate) fn tick(&mut self) -> Vec<Action<Peer>> {
        let config = &self.config;
        if !config.scores() {
            return Vec::new();
        }
        // "`max(checks_per_tick, ceil(queue / max_cycle_ticks))`, never more than there are."
        let mut checks = config.checks_per_tick().get() as usize;
        if let Some(ticks) = config.max_cycle_ticks() {
            checks = checks.max(self.queue.len().div_ceil(ticks.get() as usize));
        }
        let mut actions = Vec::new();
        for _ in 0..checks.min(self.queue.len()) {
            let peer = self.queue.remove(0);
            self.queue.push(peer);
            actions.push(Action::RequestScore { peer, gone: false });
        }
        actions
    }

    pub(crate) fn score(&mut self, peer: Peer, score: Score) -> Vec<Action<Peer>> {
        if !self.config.scores() {
            return Vec::new();
        }
        // "Scores of peers banned by score are ignored."
        let known = self.find(peer);
        if known.is_some_and(|at| self.records[at].has(Cause::Score, self.now)) {
            return Vec::new();
        }
        // "Strictly less than `min_score` is low." "The count restarts at a score that is not low."
        if score >= self.config.min_score() {
            if let Some(at) = known {
                self.records[at].low_scores = 0;
                self.records[at].score_withheld = false;
            }
            return Vec::new();
        }
        let at = self.find_or_make(peer);
        let record = &mut self.records[at];
        record.low_scores += 1;
        if record.low_scores < self.config.confirmations().get() {
            return Vec::new();
        }
        // "... when complete".
        record.low_scores = 0;
        match self.withheld_from_peer(at, Cause::Score) {
            // "Once until one is not low, or a score ban or pardon comes between."
            Some(_) if self.records[at].score_withheld => Vec::new(),
            Some(why) => {
                self.records[at].score_withheld = true;
                vec![Action::Withhold { subject: Subject::Peer(peer), cause: Cause::Score, why }]
            }
            None => {
                self.records[at].score_withheld = false;
                self.records[at].banned_for = Some(score);
                self.ban_by_score(at)
            }
        }
    }

    /// "`confirmations` low ones in a row ban with cause `Score` for `ban_durations[offence]` (the
    /// last entry for all later)."
    fn ban_by_score(&mut self, at: usize) -> Vec<Action<Peer>> {
        let offences = self.offences_after_a_ban(at);
        let durations = self.config.ban_durations();
        let entry = (offences as usize).clamp(1, durations.len());
        let end = self.now.saturating_add(nanos(durations[entry - 1]));
        let until = Until::At(Instant::from_nanos(end));
        let mut actions = self.activate(at, Cause::Score, until, offences);
        actions.extend(self.judge_colocation(at));
        actions
    }

    /// "A ban by an automatic cause is one more offence unless another automatic cause is active
    /// already (then rates and durations use the count there is)."
    pub(crate) fn offences_after_a_ban(&self, at: usize) -> u32 {
        let record = &self.records[at];
        let offences = record.offences_at(self.now, &self.config);
        if record.banned_automatically(self.now) { offences } else { offences.saturating_add(1) }
    }

    /// What stands against an automatic ban of the peer: "the first that fits: `Limit`,
    /// `Protected`, `DryRun`, `Grace`, `Guard`."
    pub(crate) fn withheld_from_peer(&self, at: usize, cause: Cause) -> Option<Withheld> {
        let record = &self.records[at];
        if record.protected {
            Some(Withheld::Protected)
        } else if self.config.dry_run() {
            Some(Withheld::DryRun)
        } else if self.now < record.grace_until {
            Some(Withheld::Grace)
        } else if cause == Cause::Score && record.connected() && self.guard_refuses(1) {
            Some(Withheld::Guard)
        } else {
            None
        }
    }

    /// "Fewer than that many connected, unbanned peers would be left, and the ban would disconnect
    /// at least one."
    pub(crate) fn guard_refuses(&self, disconnected: usize) -> bool {
        let connected = self
            .records
            .iter()
            .filter(|record| record.connected() && !record.banned(self.now))
            .count();
        self.config
            .min_connected()
            .is_some_and(|least| disconnected > 0 && connected - disconnected < least.get())
    }

    /// "`Ban` is given when a cause becomes active." "`Disconnect` comes with the first `Ban` of a
    /// connected peer."
    pub(crate) fn activate(
        &mut self,
        at: usize,
        cause: Cause,
        until: Until,
        offences: u32,
    ) -> Vec<Action<Peer>> {
        let now = self.now;
        let serial = self.next_serial();
        let config = &self.config;
        let record = &mut self.records[at];
        let first = !record.banned(now);
        record.change(now, config, |record| {
            record.offences = offences;
            let dialled = record.up && record.dialled;
            let ban = record.ban.get_or_insert_with(|| Ban {
                began: now,
                serial,
                dialled,
                causes: Vec::new(),
            });
            ban.set(cause, until);
        });
        let mut actions = vec![Action::Ban { subject: Subject::Peer(record.peer), cause, until }];
        if first {
            actions.extend(self.tell_to_disconnect(at));
        }
        actions
    }
}
