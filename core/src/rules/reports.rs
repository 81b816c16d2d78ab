//! Reports: penalties, and bans above the threshold.

use alloc::vec::Vec;
use core::hash::{BuildHasher, Hash};
use core::time::Duration;

use crate::action::Action;
use crate::config::Config;
use crate::misbehavior::Misbehavior;
use crate::penalty::{Penalty, Points};
use crate::state::listed::Listed;
use crate::state::record::{Record, RecordKey};
use crate::subject::{Cause, Subject};
use crate::time::{Instant, Until};
use crate::warden::Warden;

/// Where a report comes from.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Word {
    /// The peer itself handed over what it is reported for.
    Own,
    /// Another peer did.
    Heard,
}

impl<P: Clone + Eq + Hash, S: BuildHasher> Warden<P, S> {
    /// Handles a report: adds its penalty, unless it is hearsay above its bounds.
    pub(crate) fn report(
        &mut self,
        peer: &P,
        misbehavior: &Misbehavior,
        penalty: Penalty,
        via: Option<&P>,
        actions: &mut Vec<Action<P>>,
    ) {
        if !self.config.penalties() {
            return;
        }
        match via.filter(|via| *via != peer && self.config.hearsay()) {
            Some(via) => self.hear(peer, misbehavior, penalty, via, actions),
            None => self.accuse(peer, misbehavior, penalty, Word::Own, actions),
        }
    }

    /// Adds a penalty to the peer's points. Above the threshold that bans, unless something
    /// withholds it.
    pub(crate) fn accuse(
        &mut self,
        peer: &P,
        misbehavior: &Misbehavior,
        penalty: Penalty,
        word: Word,
        actions: &mut Vec<Action<P>>,
    ) {
        let key = self.find_or_create(peer);
        let now = self.now;
        let Some(record) = self.records.get_mut(key) else {
            return;
        };
        record.note(misbehavior, now, &mut self.misbehaviors);
        record.advance(now, &self.config);
        if word == Word::Own {
            record.reported = record.reported.saturating_add(penalty.into());
        }
        if record.is_banned_for(Cause::Penalty) {
            self.lengthen(key, penalty, actions);
            return;
        }
        let counted = word == Word::Own && self.valid_seen;
        let overdrawn = counted && record.overdraws(penalty, now, &self.incident, &self.config);
        let threshold = self.config.threshold();
        let before = record.account.owed(now);
        if before <= threshold {
            record.account.withheld = false;
        }
        let mut owed = before.saturating_add(penalty.into());
        if overdrawn {
            owed = owed.max(threshold.saturating_add(Points::from_points(1)));
        }
        let as_usual = word == Word::Own && !overdrawn && owed <= threshold;
        record.heat_up(penalty, word, as_usual, now, &self.config);
        if owed <= threshold {
            record.account.owe(owed, now, false, &self.config);
            record.warn(before, owed, &self.config, actions);
            // A record that was there before has an entry, and this only moves it to later.
            let unlisted = !record.is_connected() && !record.listed.contains(Listed::Due);
            let spoils = word == Word::Own && spoils_standing(owed, threshold);
            if spoils && (record.is_connected() || record.has_been_in_standing()) {
                self.fall_from_standing(key);
            }
            if unlisted {
                self.reindex(key);
            }
            return;
        }
        if word == Word::Own {
            self.fall_from_standing(key);
        }
        if let Some(why) = self.withheld(key, Cause::Penalty, actions) {
            self.withhold_penalty(key, (before, owed), penalty, why, actions);
        } else {
            self.ban_by_penalty(key, owed, actions);
        }
    }

    /// Lengthens the ban of a peer that is banned by penalty already.
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
        if until.saturating_duration_since(ban.announced) >= LEAST_AMENDMENT {
            ban.announced = until;
            actions.push(Action::Amend {
                subject: Subject::Peer(record.peer.clone()),
                cause: Cause::Penalty,
                until: Until::At(until),
            });
        }
    }

    fn ban_by_penalty(&mut self, key: RecordKey, owed: Points, actions: &mut Vec<Action<P>>) {
        let offence = self.count_offence(key);
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
        if offence {
            self.count_in_places(key, actions);
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

    /// Adds a report to the peer's heat, hearsay aside. `as_usual` says whether its penalty points
    /// rise by the same.
    #[inline]
    fn heat_up(
        &mut self,
        penalty: Penalty,
        word: Word,
        as_usual: bool,
        now: Instant,
        config: &Config,
    ) {
        let own_heat = self.account.own_heat;
        if self.is_connected() && (own_heat || !as_usual) {
            self.heat_up_apart(penalty, word, as_usual, now, config);
        }
    }

    /// Adds a report to a heat that is kept apart from the penalty points.
    fn heat_up_apart(
        &mut self,
        penalty: Penalty,
        word: Word,
        as_usual: bool,
        now: Instant,
        config: &Config,
    ) {
        self.part_heat(now, config);
        if word == Word::Heard {
            return;
        }
        let fall = config.heat_fall();
        let none_owed = as_usual && self.account.is_debt_free(now);
        let together = none_owed && self.account.falls_like_heat(config);
        if together && self.numbers().heat.value(now, fall) == 0 {
            self.account.own_heat = false;
            return;
        }
        self.cold.change(|cold| {
            cold.numbers
                .change(now, config, |numbers| numbers.heat.add(penalty.as_micros(), now, fall))
        });
    }
}

/// Returns whether a peer that owes so much cannot be in standing: a tenth of the threshold or
/// more.
fn spoils_standing(owed: Points, threshold: Points) -> bool {
    owed.as_micros() >= threshold.as_micros().div_ceil(10)
}

/// By how much the end of a ban has to move for it to be announced: Flow's heartbeat.
pub(crate) const LEAST_AMENDMENT: Duration = Duration::from_secs(1);
