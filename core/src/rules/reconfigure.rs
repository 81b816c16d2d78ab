//! Reconfigure: another policy for the same memory.

use alloc::vec::Vec;
use core::hash::{BuildHasher, Hash};
use core::mem;

use crate::action::Action;
use crate::config::Config;
use crate::state::deadlines::Owner;
use crate::state::record::RecordKey;
use crate::subject::{Cause, Subject};
use crate::time::Until;
use crate::warden::Warden;

impl<P: Clone + Eq + Hash, S: BuildHasher> Warden<P, S> {
    /// From here on `config` is the policy. What was decided stands; a debt is what it is, and from
    /// here on falls as the new policy says.
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
        self.config.clone_from(config);
        for key in &keys {
            if let Some(record) = self.records.get_mut(*key) {
                record.account.reconfigure(self.now, &record.causes(), &self.config);
            }
        }
        if !keys.is_empty() {
            self.move_sentences(actions);
        }
        for key in keys {
            self.reindex(key);
        }
    }

    /// Says of each ban by penalty that ends at another time than before, in the order in which
    /// they began.
    fn move_sentences(&mut self, actions: &mut Vec<Action<P>>) {
        let banned = mem::take(&mut self.banned);
        for owner in banned.values() {
            if let Owner::Peer(key) = owner {
                actions.extend(self.move_sentence(*key));
            }
        }
        self.banned = banned;
    }

    fn move_sentence(&mut self, key: RecordKey) -> Option<Action<P>> {
        let record = self.records.get_mut(key)?;
        let ban = record.ban.as_mut()?;
        let before = ban.causes.end_of(Cause::Penalty)?;
        record.account.cap(self.now, &self.config);
        let end = record.account.sentence_over();
        let until = Until::At(end);
        if until == before {
            return None;
        }
        ban.causes.replace(Cause::Penalty, Some(until));
        ban.announced = end;
        let subject = Subject::Peer(record.peer.clone());
        Some(Action::Amend { subject, cause: Cause::Penalty, until })
    }
}
