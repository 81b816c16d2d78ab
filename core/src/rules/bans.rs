//! Bans by operator and remote list, and what all bans of peers share.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::hash::{BuildHasher, Hash};

use crate::action::{Action, Withheld};
use crate::causes::Causes;
use crate::event::BanDuration;
use crate::state::deadlines::SubjectKey;
use crate::state::record::{ConnectionState, PeerBan, RecordKey};
use crate::subject::{Cause, Origin, Subject};
use crate::time::{Instant, Until};
use crate::warden::Warden;

impl<P: Clone + Eq + Hash, S: BuildHasher> Warden<P, S> {
    /// Bans on the word of the operator or a remote list. The newest word of each counts.
    pub(crate) fn order_ban(
        &mut self,
        subject: &Subject<P>,
        duration: Option<BanDuration>,
        origin: Origin,
        actions: &mut Vec<Action<P>>,
    ) {
        let until = self.end_of_order(duration, origin);
        match subject {
            Subject::Peer(peer) => self.order_peer_ban(peer, until, origin.into(), actions),
            Subject::Addr(net) => self.order_network_ban(*net, until, origin.into(), actions),
        }
    }

    fn order_peer_ban(
        &mut self,
        peer: &P,
        until: Until,
        cause: Cause,
        actions: &mut Vec<Action<P>>,
    ) {
        if cause == Cause::Remote
            && let Some(why) = self.remote_peer_withheld(peer)
        {
            let subject = Subject::Peer(peer.clone());
            actions.push(Action::Withhold { subject, cause, why });
            return;
        }
        let key = self.find_or_create(peer);
        let Some(record) = self.records.get_mut(key) else {
            return;
        };
        let active = record.ban.as_mut().filter(|ban| ban.causes.contains(cause));
        let Some(ban) = active else {
            self.ban_peer(key, cause, until, actions);
            return;
        };
        if ban.causes.replace(cause, Some(until)) != Some(until) {
            let subject = Subject::Peer(record.peer.clone());
            actions.push(Action::Amend { subject, cause, until });
            self.reindex(key);
        }
    }

    /// Returns what stands against a remote list's ban of this peer: the first reason that fits.
    fn remote_peer_withheld(&self, peer: &P) -> Option<Withheld> {
        let known = self.records.find(&self.hasher, peer);
        let is_new = known
            .and_then(|key| self.records.get(key))
            .is_none_or(|record| !record.causes().contains(Cause::Remote));
        if is_new && self.remote_bans_are_full() {
            return Some(Withheld::Limit);
        }
        let record = known.and_then(|key| self.records.get(key));
        record.is_some_and(|record| record.protected).then_some(Withheld::Protected)
    }

    /// Returns whether there is no room for one more ban by a remote list.
    pub(crate) fn remote_bans_are_full(&self) -> bool {
        self.counts.bans(Cause::Remote) >= self.config.max_remote_bans()
    }

    /// Returns when a ban asked for now is over. A remote list's has a longest duration.
    fn end_of_order(&self, duration: Option<BanDuration>, origin: Origin) -> Until {
        let longest = match origin {
            Origin::Operator => None,
            Origin::Remote => Some(self.config.max_remote_ban()),
        };
        let duration = duration.map(BanDuration::get).into_iter().chain(longest).min();
        duration.map_or(Until::Forever, |duration| Until::At(self.now.saturating_add(duration)))
    }

    /// Counts an offence before an automatic cause becomes active, unless another one is. Returns
    /// whether it did.
    pub(crate) fn count_offence(&mut self, key: RecordKey) -> bool {
        let now = self.now;
        let Some(record) = self.records.get_mut(key) else {
            return false;
        };
        record.advance(now, &self.config);
        let causes = record.causes();
        let offence = !causes.any_automatic();
        if offence {
            record.account.offend(now, &self.config);
        }
        // The ban lasts until the points are zero: where these are rounded again, its end moves
        // too.
        let by_penalty = causes.contains(Cause::Penalty);
        record.account.settle(now, by_penalty, &self.config);
        if let Some(ban) = record.ban.as_mut().filter(|_| by_penalty) {
            let end = record.account.sentence_over();
            ban.causes.replace(Cause::Penalty, Some(Until::At(end)));
        }
        offence
    }

    /// Makes a cause active for a peer, which loses its standing and is disconnected if it is here.
    pub(crate) fn ban_peer(
        &mut self,
        key: RecordKey,
        cause: Cause,
        until: Until,
        actions: &mut Vec<Action<P>>,
    ) {
        let (now, order) = (self.now, self.take_order());
        let Some(record) = self.records.get_mut(key) else {
            return;
        };
        record.advance(now, &self.config);
        let (redial, direction) = (record.dialled, record.direction());
        let ban = record.ban.get_or_insert_with(|| {
            self.banned.insert(order, SubjectKey::Peer(key));
            Box::new(PeerBan {
                order,
                began: now,
                causes: Causes::default(),
                announced: now,
                score: None,
                redial,
                direction,
            })
        });
        ban.causes.replace(cause, Some(until));
        self.counts.add(cause);
        actions.push(Action::Ban { subject: Subject::Peer(record.peer.clone()), cause, until });
        self.take_away(key);
        self.disconnect(key, actions);
        self.reindex(key);
    }

    /// Tells a peer to disconnect that is here.
    pub(crate) fn disconnect(&mut self, key: RecordKey, actions: &mut Vec<Action<P>>) {
        if self.records.get(key).is_none_or(|record| !record.is_connected()) {
            return;
        }
        self.queue.remove(key, &mut self.records);
        self.end_stay(key);
        if let Some(record) = self.records.get_mut(key) {
            record.connection = ConnectionState::Leaving;
            actions.push(Action::Disconnect { peer: record.peer.clone() });
        }
        self.reindex(key);
    }

    /// Ends one cause of a peer's ban before its time. With the last one, the ban is over.
    ///
    /// The penalty points stay, and decay as those of a peer that is not banned for them.
    pub(crate) fn end_cause(&mut self, key: RecordKey, cause: Cause, actions: &mut Vec<Action<P>>) {
        let now = self.now;
        let Some(record) = self.records.get_mut(key) else {
            return;
        };
        record.advance(now, &self.config);
        let Some(ban) = record.ban.as_mut().filter(|ban| ban.causes.contains(cause)) else {
            return;
        };
        let before = ban.causes;
        ban.causes.replace(cause, None);
        self.counts.end_missing(&before, &ban.causes);
        let over = ban.causes.is_empty();
        if cause == Cause::Penalty {
            record.account.resume_accrual(now, &self.config);
        }
        let left = record.connection == ConnectionState::Absent;
        if over && let Some(ban) = self.take_ban(key) {
            if let Some(record) = self.records.get_mut(key) {
                record.account.come_clean(now);
            }
            self.announce_unban(key, cause, ban.redial && left, actions);
        }
        self.reindex(key);
    }

    /// Returns the moment at which a grace that starts now is over, if there is any.
    pub(crate) fn end_of_grace(&self) -> Option<Instant> {
        self.config.unban_grace().map(|grace| self.now.saturating_add(grace))
    }
}
