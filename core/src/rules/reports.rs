//! Reports: penalties add up, fall with time, and ban above the threshold.

use alloc::vec::Vec;
use core::hash::{BuildHasher, Hash};
use core::time::Duration;

use crate::action::Action;
use crate::config::Config;
use crate::misbehavior::Misbehavior;
use crate::penalty::{Penalty, Points};
use crate::state::record::{Record, RecordKey};
use crate::subject::{Cause, Subject};
use crate::time::{Instant, Until};
use crate::warden::Warden;

impl<P: Clone + Eq + Hash, S: BuildHasher> Warden<P, S> {
    /// The peer owes so much more. Over the threshold that bans, unless something withholds it.
    pub(crate) fn report(
        &mut self,
        peer: &P,
        misbehavior: &Misbehavior,
        penalty: Penalty,
        actions: &mut Vec<Action<P>>,
    ) {
        if !self.config.penalties() {
            return;
        }
        let key = self.find_or_create(peer);
        let now = self.now;
        let Some(record) = self.records.get_mut(key) else {
            return;
        };
        record.note(misbehavior, now, &mut self.kinds);
        record.advance(now, &self.config);
        if record.causes().contains(Cause::Penalty) {
            self.lengthen(key, penalty, actions);
            return;
        }
        let threshold = self.config.threshold();
        let before = record.account.owed(now);
        if before <= threshold {
            record.account.withheld = false;
        }
        let owed = before.saturating_add(penalty.into());
        if owed <= threshold {
            record.account.owe(owed, now, false, &self.config);
            // A record that was there before has an entry, and this only moves it to later.
            if !record.is_connected() && !record.listed.due {
                self.reindex(key);
            }
            return;
        }
        if let Some(why) = self.withheld(key, Cause::Penalty) {
            self.withhold_penalty(key, before, penalty, why, actions);
        } else {
            self.ban_by_penalty(key, owed, actions);
        }
    }

    /// More of the same from a peer that is banned by penalty already.
    fn lengthen(&mut self, key: RecordKey, penalty: Penalty, actions: &mut Vec<Action<P>>) {
        let (now, config) = (self.now, &self.config);
        let Some(record) = self.records.get_mut(key) else {
            return;
        };
        let owed = record.account.owed(now).saturating_add(penalty.into());
        let until = record.owe_in_ban(owed, now, config);
        let Some(ban) = &mut record.ban else {
            return;
        };
        ban.causes.replace(Cause::Penalty, Some(Until::At(until)));
        if until.saturating_duration_since(ban.announced) >= WORTH_A_WORD {
            ban.announced = until;
            actions.push(Action::Amend {
                subject: Subject::Peer(record.peer.clone()),
                cause: Cause::Penalty,
                until: Until::At(until),
            });
        }
    }

    fn ban_by_penalty(&mut self, key: RecordKey, owed: Points, actions: &mut Vec<Action<P>>) {
        self.count_offence(key);
        let now = self.now;
        let Some(record) = self.records.get_mut(key) else {
            return;
        };
        record.account.withheld = false;
        let until = record.owe_in_ban(owed, now, &self.config);
        self.ban_peer(key, Cause::Penalty, Until::At(until), actions);
        if let Some(ban) = self.records.get_mut(key).and_then(|record| record.ban.as_mut()) {
            ban.announced = until;
        }
    }
}

impl<P> Record<P> {
    /// Enters what a peer banned by penalty owes, capped by the longest sentence, and gives the
    /// moment at which it is paid.
    fn owe_in_ban(&mut self, owed: Points, now: Instant, config: &Config) -> Instant {
        let owed = owed.min(self.account.most_owed_in_ban(config));
        self.account.owe(owed, now, true, config);
        self.account.sentence_over()
    }
}

/// By how much the end of a ban has to move for it to be announced: Flow's heartbeat.
const WORTH_A_WORD: Duration = Duration::from_secs(1);
