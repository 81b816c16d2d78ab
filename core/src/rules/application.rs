//! `Expel`: bans on the application's word.

use alloc::vec::Vec;
use core::hash::{BuildHasher, Hash};

use crate::action::Action;
use crate::event::BanDuration;
use crate::misbehavior::Misbehavior;
use crate::state::account::end_of_usual_ban;
use crate::state::record::RecordKey;
use crate::subject::{Cause, Subject};
use crate::time::Until;
use crate::warden::Warden;

impl<P: Clone + Eq + Hash, S: BuildHasher> Warden<P, S> {
    /// Bans the peer, unless something withholds it. While such a ban is active its end moves, and
    /// only to later.
    pub(crate) fn expel(
        &mut self,
        peer: &P,
        misbehavior: &Misbehavior,
        duration: Option<BanDuration>,
        actions: &mut Vec<Action<P>>,
    ) {
        let key = self.find_or_create(peer);
        let Some(record) = self.records.get_mut(key) else {
            return;
        };
        record.note(misbehavior, self.now, &mut self.misbehaviors);
        record.advance(self.now, &self.config);
        if record.causes().contains(Cause::Application) {
            let until = self.end_of_expulsion(key, duration);
            self.lengthen_expulsion(key, until, actions);
        } else if let Some(why) = self.withheld(key, Cause::Application, actions) {
            let subject = Subject::Peer(peer.clone());
            actions.push(Action::Withhold { subject, cause: Cause::Application, why });
            self.reindex(key);
        } else {
            let offence = self.count_offence(key);
            let until = self.end_of_expulsion(key, duration);
            self.ban_peer(key, Cause::Application, until, actions);
            if offence {
                self.count_in_places(key, actions);
            }
        }
    }

    fn lengthen_expulsion(&mut self, key: RecordKey, until: Until, actions: &mut Vec<Action<P>>) {
        let Some(record) = self.records.get_mut(key) else {
            return;
        };
        let Some(ban) = &mut record.ban else {
            return;
        };
        if ban.causes.end_of(Cause::Application) < Some(until) {
            ban.causes.replace(Cause::Application, Some(until));
            let subject = Subject::Peer(record.peer.clone());
            actions.push(Action::Amend { subject, cause: Cause::Application, until });
            self.reindex(key);
        }
    }

    /// Returns when an expulsion of the peer ends that begins now.
    fn end_of_expulsion(&self, key: RecordKey, duration: Option<BanDuration>) -> Until {
        let offences = self.records.get(key).map_or(0, |record| record.account.offences());
        match duration {
            Some(duration) => Until::At(self.now.saturating_add(duration.get())),
            None => end_of_usual_ban(&self.config, offences, self.now),
        }
    }
}
