//! Displacement: eviction of records, network bans and standing above their bounds.

use alloc::vec::Vec;
use core::hash::{BuildHasher, Hash};

use crate::action::Action;
use crate::event::Event;
use crate::state::record::RecordKey;
use crate::subject::{Cause, Subject};
use crate::warden::Warden;

impl<P: Clone + Eq + Hash, S: BuildHasher> Warden<P, S> {
    /// Brings what is held back to its bounds. The records of the peers that the event was about stay.
    #[inline]
    pub(crate) fn displace(&mut self, event: &Event<P>, actions: &mut Vec<Action<P>>) {
        if self.is_anything_above_its_bound() {
            self.displace_what_is_above(event, actions);
        }
    }

    #[inline]
    fn is_anything_above_its_bound(&self) -> bool {
        self.standing_away() > self.config.max_standing()
            || self.eviction_order.len() > self.config.max_records().get()
            || self.address_ends.len() > self.config.max_addr_bans().get()
            || self.places.table.len() > self.config.max_places()
    }

    #[cold]
    #[inline(never)]
    fn displace_what_is_above(&mut self, event: &Event<P>, actions: &mut Vec<Action<P>>) {
        self.displace_standing();
        let only_time_passed = matches!(event, Event::Heartbeat);
        if self.eviction_order.len() > self.config.max_records().get() && !only_time_passed {
            let find = |peer| self.records.find(&self.hasher, peer);
            let about = about(event, self.config.hearsay()).map(|peer| peer.and_then(find));
            self.displace_records(about, actions);
        }
        while self.address_ends.len() > self.config.max_addr_bans().get()
            && let Some((_, _, key)) = self.address_ends.first().copied()
        {
            self.end_network_cause(key, Cause::Address, actions);
        }
        if !only_time_passed {
            self.places.displace(&self.hasher, self.config.max_places());
        }
    }

    fn displace_records(&mut self, about: [Option<RecordKey>; 2], actions: &mut Vec<Action<P>>) {
        let mut spared = Vec::new();
        while self.eviction_order.len() + spared.len() > self.config.max_records().get()
            && let Some((entered, key)) = self.eviction_order.first()
        {
            self.rerank(key);
            if self.eviction_order.first() != Some((entered, key)) {
                continue;
            }
            if about.contains(&Some(key)) {
                self.eviction_order.enter(key, Some(entered), None);
                spared.push((entered, key));
                continue;
            }
            self.displace_record(key, actions);
        }
        for (rank, key) in spared {
            self.eviction_order.enter(key, None, Some(rank));
        }
    }

    /// Enters the record at its true rank, and the moment at which that falls again, because
    /// reports raise the rank and leave the entry.
    fn rerank(&mut self, key: RecordKey) {
        let Some(record) = self.records.get_mut(key) else {
            return;
        };
        record.cold.change(|cold| cold.rank = self.eviction_order.enter(key, cold.rank, None));
        self.reindex(key);
    }

    /// Drops the record; not in silence, if its peer was banned.
    fn displace_record(&mut self, key: RecordKey, actions: &mut Vec<Action<P>>) {
        if let Some(record) = self.records.get(key)
            && let Some(last) = record.causes().longest()
        {
            let subject = Subject::Peer(record.peer.clone());
            actions.push(Action::Unban { subject, cause: last.cause });
        }
        self.counts.displaced = self.counts.displaced.saturating_add(1);
        self.drop_record(key, actions);
    }
}

/// Returns the peers that the event is about: of hearsay two, of other events one at most.
fn about<P>(event: &Event<P>, hearsay: bool) -> [Option<&P>; 2] {
    match event {
        Event::Report { peer, via, .. } => [Some(peer), via.as_ref().filter(|_| hearsay)],
        Event::Ban { subject, .. }
        | Event::Protect { subject, .. }
        | Event::Unban { subject, .. }
        | Event::Unprotect { subject } => match subject {
            Subject::Peer(peer) => [Some(peer), None],
            Subject::Addr(_) => [None, None],
        },
        Event::Connected { peer, .. }
        | Event::Disconnected { peer }
        | Event::Expel { peer, .. }
        | Event::Score { peer, .. }
        | Event::ScoreUnavailable { peer }
        | Event::Valid { peer, .. }
        | Event::Waive { peer, .. } => [Some(peer), None],
        Event::Heartbeat | Event::Reconfigure { .. } | Event::Tick => [None, None],
    }
}
