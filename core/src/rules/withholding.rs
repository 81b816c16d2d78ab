//! Reasons to withhold a ban: protection, dry run, grace, guard.

use alloc::vec::Vec;
use core::hash::{BuildHasher, Hash};

use crate::action::{Action, Withheld};
use crate::penalty::{Penalty, Points};
use crate::state::record::RecordKey;
use crate::subject::{Cause, Subject};
use crate::warden::Warden;

impl<P: Clone + Eq + Hash, S: BuildHasher> Warden<P, S> {
    /// Returns what stands against a ban of this peer by an automatic cause that is due: the first
    /// reason that fits. An incident can begin with it, and its budget is used up.
    pub(crate) fn withheld(
        &mut self,
        key: RecordKey,
        cause: Cause,
        actions: &mut Vec<Action<P>>,
    ) -> Option<Withheld> {
        let record = self.records.get(key)?;
        if record.protected {
            return Some(Withheld::Protected);
        }
        if self.config.dry_run() {
            return Some(Withheld::DryRun);
        }
        if record.is_in_grace(self.now) {
            return Some(Withheld::Grace);
        }
        if cause == Cause::Application {
            return None;
        }
        let here = record.is_connected();
        if self.is_withheld_as_incident(key, cause, actions) {
            return Some(Withheld::Incident);
        }
        (here && self.too_few_without(1)).then_some(Withheld::Guard)
    }

    /// Returns whether fewer peers would be left here than must be, with so many gone.
    pub(crate) fn too_few_without(&self, gone: usize) -> bool {
        let left = self.queue.len().saturating_sub(gone);
        self.config.min_connected().is_some_and(|least| left < least.get())
    }

    /// Withholds a ban by penalty: says so once, and keeps the debt from growing meanwhile, so that
    /// the end of whatever stood against the ban does not find a mountain. `owed` is what the peer
    /// would owe, `before` what it did before the report.
    pub(crate) fn withhold_penalty(
        &mut self,
        key: RecordKey,
        (before, owed): (Points, Points),
        penalty: Penalty,
        why: Withheld,
        actions: &mut Vec<Action<P>>,
    ) {
        let (now, config) = (self.now, &self.config);
        let Some(record) = self.records.get_mut(key) else {
            return;
        };
        let ceiling = config.threshold().saturating_add(penalty.into());
        record.account.owe(owed.min(ceiling).max(before), now, false, config);
        if !record.account.withheld {
            record.account.withheld = true;
            let subject = Subject::Peer(record.peer.clone());
            actions.push(Action::Withhold { subject, cause: Cause::Penalty, why });
        }
        self.reindex(key);
    }

    /// Withholds a ban by score, and says so once.
    pub(crate) fn withhold_score(
        &mut self,
        key: RecordKey,
        why: Withheld,
        actions: &mut Vec<Action<P>>,
    ) {
        let Some(record) = self.records.get_mut(key) else {
            return;
        };
        if !record.score_withheld() {
            record.cold.change(|cold| cold.score_withheld = true);
            let subject = Subject::Peer(record.peer.clone());
            actions.push(Action::Withhold { subject, cause: Cause::Score, why });
        }
        self.reindex(key);
    }
}
