//! `Waive`: penalty points taken back.

use alloc::vec::Vec;
use core::hash::{BuildHasher, Hash};

use crate::action::Action;
use crate::penalty::Points;
use crate::rules::LEAST_AMENDMENT;
use crate::state::record::RecordKey;
use crate::subject::{Cause, Subject};
use crate::time::Until;
use crate::warden::Warden;

impl<P: Clone + Eq + Hash, S: BuildHasher> Warden<P, S> {
    /// Takes so much off what a known peer owes. A ban for it ends earlier, or at once.
    pub(crate) fn waive(&mut self, peer: &P, points: Points, actions: &mut Vec<Action<P>>) {
        if !self.config.penalties() {
            return;
        }
        let Some(key) = self.records.find(&self.hasher, peer) else {
            return;
        };
        let (now, config) = (self.now, &self.config);
        let Some(record) = self.records.get_mut(key) else {
            return;
        };
        record.advance(now, config);
        record.part_heat(now, config);
        let banned = record.causes().contains(Cause::Penalty);
        let left = record.account.owed(now).saturating_sub(points);
        record.account.owe(left, now, banned, config);
        if !banned {
            self.reindex(key);
        } else if left == Points::ZERO {
            self.lift_cause(key, Cause::Penalty, actions);
        } else {
            self.shorten(key, actions);
        }
    }

    /// Moves the end of the ban by penalty to earlier.
    fn shorten(&mut self, key: RecordKey, actions: &mut Vec<Action<P>>) {
        let Some(record) = self.records.get_mut(key) else {
            return;
        };
        let end = record.account.sentence_over();
        let Some(ban) = &mut record.ban else {
            return;
        };
        let until = Until::At(end);
        ban.causes.replace(Cause::Penalty, Some(until));
        if ban.announced.saturating_duration_since(end) >= LEAST_AMENDMENT {
            ban.announced = end;
            let subject = Subject::Peer(record.peer.clone());
            actions.push(Action::Amend { subject, cause: Cause::Penalty, until });
        }
        self.reindex(key);
    }
}
