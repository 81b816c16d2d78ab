//! Time first: ends bans and drops records before each event.

use alloc::vec::Vec;
use core::hash::{BuildHasher, Hash};
use core::num::NonZeroUsize;

use crate::action::Action;
use crate::state::deadlines::SubjectKey;
use crate::state::network::NetworkKey;
use crate::state::record::{ConnectionState, RecordKey};
use crate::subject::{Cause, Subject};
use crate::time::Instant;
use crate::warden::Warden;

impl<P: Clone + Eq + Hash, S: BuildHasher> Warden<P, S> {
    /// Lets time pass up to `now`. With nothing due this looks at six numbers.
    #[inline]
    pub(crate) fn let_time_pass(&mut self, now: Instant, actions: &mut Vec<Action<P>>) {
        self.now = self.now.max(now);
        if self.is_anything_due_at(self.now) {
            self.end_what_is_due(actions);
        }
    }

    /// Returns the moment up to which to let time pass first, so that no single input ends and forgets
    /// much more than `most` things of a kind; `None` if no more than that are due at `now`.
    ///
    /// For callers that hold a lock around the engine: a [`Heartbeat`](crate::Event::Heartbeat) at this
    /// moment, which is before `now`, does a part of the work, and extra heartbeats change nothing. Things
    /// that are due at the same moment, to the nanosecond, cannot be parted.
    #[must_use]
    pub fn slice(&self, most: NonZeroUsize, now: Instant) -> Option<Instant> {
        let now = now.max(self.now);
        if !self.is_anything_due_at(now) {
            return None;
        }
        let (last, one_more) = (most.get() - 1, most.get());
        let nth = |n| {
            let ends = [self.deadlines.nth_due(n, now), self.away.nth_over(n, now)];
            ends.into_iter().chain([self.places.nth_empty(n, now)]).flatten().min()
        };
        nth(one_more).and_then(|_| nth(last)).filter(|until| *until < now)
    }

    #[inline]
    fn is_anything_due_at(&self, now: Instant) -> bool {
        self.is_ban_or_review_due_at(now) || self.away.any_over(now) || self.places.any_empty(now)
    }

    #[inline]
    fn is_ban_or_review_due_at(&self, now: Instant) -> bool {
        self.deadlines.any_due(now) || self.incident.end.is_some_and(|end| end <= now)
    }

    /// Ends each ban whose last cause is over, in order of its end, ties in the order in which the
    /// bans began, an incident last of a tie; then drops each record with nothing left in it, in order
    /// of creation. Places with nothing left to answer for go in silence.
    #[cold]
    #[inline(never)]
    fn end_what_is_due(&mut self, actions: &mut Vec<Action<P>>) {
        if self.is_ban_or_review_due_at(self.now) {
            let empty = self.end_bans(actions);
            self.review(empty, actions);
        }
        // Nothing else looks at the record of a protected peer.
        while self.away.any_over(self.now)
            && let Some(key) = self.away.first()
        {
            self.take_away(key);
            self.reindex(key);
        }
        if self.places.any_empty(self.now) {
            self.places.drop_empty(&self.hasher, self.now);
        }
    }

    /// Ends the bans that are over; gives the records in which nothing is left after that.
    fn end_bans(&mut self, actions: &mut Vec<Action<P>>) -> Vec<(u64, RecordKey)> {
        let mut empty = Vec::new();
        let mut due = Vec::new();
        while let Some(subject) = self.deadlines.pop_end(self.now) {
            due.push(subject);
        }
        let mut ended = Vec::new();
        for subject in due {
            ended.extend(match subject {
                SubjectKey::Network(key) => self.expire_network(key),
                SubjectKey::Peer(key) => self.expire_peer(key, &mut empty),
            });
        }
        ended.sort_unstable_by_key(|ended| (ended.end, ended.order));
        let calm = self.incident.end.take_if(|end| *end <= self.now);
        let before = calm.map_or(0, |calm| ended.partition_point(|ended| ended.end <= calm));
        let after = ended.split_off(before);
        self.announce_ended(ended, actions);
        actions.extend(calm.map(|_| Action::Incident { on: false }));
        self.announce_ended(after, actions);
        empty
    }

    fn announce_ended(&mut self, ended: Vec<Ended>, actions: &mut Vec<Action<P>>) {
        actions.reserve(ended.len());
        for Ended { subject, cause, dial, .. } in ended {
            match subject {
                SubjectKey::Network(key) => {
                    self.announce_network_unban(key, cause, actions);
                    self.reindex_network(key);
                }
                SubjectKey::Peer(key) => self.announce_unban(key, cause, dial, actions),
            }
        }
    }

    /// Drops the causes of a peer's ban that are over; gives the ban if that was the last of them.
    ///
    /// A record in which nothing is left joins `empty`, and no index: when many bans end at once, that
    /// halves what each costs.
    fn expire_peer(&mut self, key: RecordKey, empty: &mut Vec<(u64, RecordKey)>) -> Option<Ended> {
        let record = self.records.get_mut(key)?;
        record.set_due(None);
        let mut ended = None;
        if let Some(ban) = &mut record.ban {
            let before = ban.causes;
            let end = record.account.advance(&mut ban.causes, self.now, &self.config);
            self.counts.end_missing(&before, &ban.causes);
            let left = record.connection == ConnectionState::Absent;
            if let (Some(end), Some(last)) = (end, before.longest())
                && let Some(ban) = self.take_ban(key)
            {
                ended = Some(Ended {
                    end,
                    order: ban.order,
                    subject: SubjectKey::Peer(key),
                    cause: last.cause,
                    dial: ban.redial && left,
                });
            }
        }
        match self.records.get(key) {
            Some(record) if record.is_empty(self.now, &self.config) => {
                empty.push((record.created, key));
            }
            _ => self.reindex(key),
        }
        ended
    }

    /// Does the same as [`expire_peer`](Self::expire_peer), for a network.
    fn expire_network(&mut self, key: NetworkKey) -> Option<Ended> {
        let network = self.networks.table.get_mut(key)?;
        network.due = None;
        let Some(ban) = &mut network.ban else {
            self.reindex_network(key);
            return None;
        };
        let (before, order) = (ban.causes, ban.order);
        let end = ban.causes.expire(self.now);
        let over = ban.causes.is_empty();
        self.settle_network(key, &before);
        if !over {
            self.reindex_network(key);
            return None;
        }
        // What is over is announced in its turn, and the network dropped after that.
        let (end, cause) = (end?, before.longest()?.cause);
        Some(Ended { end, order, subject: SubjectKey::Network(key), cause, dial: false })
    }

    /// Says that the peer's ban is over and, if that is due and wanted, that it be dialled.
    pub(crate) fn announce_unban(
        &self,
        key: RecordKey,
        cause: Cause,
        dial: bool,
        actions: &mut Vec<Action<P>>,
    ) {
        let Some(record) = self.records.get(key) else {
            return;
        };
        actions.push(Action::Unban { subject: Subject::Peer(record.peer.clone()), cause });
        if dial && self.config.redial() {
            actions.push(Action::Dial { peer: record.peer.clone() });
        }
    }

    /// Drops the `empty` records, and looks again at those whose time for that has come.
    fn review(&mut self, mut empty: Vec<(u64, RecordKey)>, actions: &mut Vec<Action<P>>) {
        let mut due = Vec::new();
        while let Some(subject) = self.deadlines.pop_review(self.now) {
            due.push(subject);
        }
        for subject in due {
            match subject {
                SubjectKey::Network(key) => {
                    if let Some(network) = self.networks.table.get_mut(key) {
                        network.due = None;
                    }
                    self.reindex_network(key);
                }
                SubjectKey::Peer(key) => empty.extend(self.review_peer(key)),
            }
        }
        empty.sort_unstable();
        for (_, key) in empty {
            self.drop_record(key, actions);
        }
    }

    /// Looks at a record again; gives its place in the order of creation if nothing is left in it.
    fn review_peer(&mut self, key: RecordKey) -> Option<(u64, RecordKey)> {
        let record = self.records.get_mut(key)?;
        record.set_due(None);
        record.advance(self.now, &self.config);
        record.lapse(self.now, &self.config);
        let standing_ended = record.has_been_in_standing() && record.away(self.now).is_none();
        if record.is_empty(self.now, &self.config) {
            return Some((record.created, key));
        }
        if standing_ended {
            self.take_away(key);
        }
        self.reindex(key);
        None
    }
}

/// A ban that is over.
struct Ended {
    end: Instant,
    order: u64,
    subject: SubjectKey,
    /// The last of its causes to end.
    cause: Cause,
    /// Whether the peer may be dialled again: it is gone, and we had dialled it.
    dial: bool,
}
