//! Displacement: what goes when there is too much.

use alloc::vec::Vec;
use core::hash::{BuildHasher, Hash};

use crate::action::Action;
use crate::event::Event;
use crate::state::record::RecordKey;
use crate::subject::{Cause, Subject};
use crate::warden::Warden;

impl<P: Clone + Eq + Hash, S: BuildHasher> Warden<P, S> {
    /// Brings what is held back to its bounds. The record of the peer that the event was about
    /// stays.
    pub(crate) fn displace(&mut self, event: &Event<P>, actions: &mut Vec<Action<P>>) {
        if self.ranks.len() > self.config.max_records().get() {
            let about = about(event).and_then(|peer| self.records.find(&self.hasher, peer));
            self.displace_records(about, actions);
        }
        while self.address_ends.len() > self.config.max_addr_bans().get()
            && let Some((_, _, key)) = self.address_ends.first().copied()
        {
            self.end_network_cause(key, Cause::Address, actions);
        }
    }

    fn displace_records(&mut self, about: Option<RecordKey>, actions: &mut Vec<Action<P>>) {
        let mut spared = None;
        while self.ranks.len() + usize::from(spared.is_some()) > self.config.max_records().get()
            && let Some((entered, key)) = self.ranks.first()
        {
            self.rerank(key);
            if self.ranks.first() != Some((entered, key)) {
                continue;
            }
            if about == Some(key) {
                self.ranks.enter(key, Some(entered), None);
                spared = Some((entered, key));
                continue;
            }
            self.displace_record(key, actions);
        }
        if let Some((rank, key)) = spared {
            self.ranks.enter(key, None, Some(rank));
        }
    }

    /// Enters the record at its true rank, and the moment at which that falls again: nobody else
    /// looked for it when a report raised the rank.
    fn rerank(&mut self, key: RecordKey) {
        let Some(record) = self.records.get_mut(key) else {
            return;
        };
        record.aside.change(|aside| aside.rank = self.ranks.enter(key, aside.rank, None));
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

/// The peer that the event is about, if it is about one.
fn about<P>(event: &Event<P>) -> Option<&P> {
    match event {
        Event::Ban { subject, .. }
        | Event::Protect { subject, .. }
        | Event::Unban { subject, .. }
        | Event::Unprotect { subject } => match subject {
            Subject::Peer(peer) => Some(peer),
            Subject::Addr(_) => None,
        },
        Event::Connected { peer, .. }
        | Event::Disconnected { peer }
        | Event::Expel { peer, .. }
        | Event::Report { peer, .. }
        | Event::Score { peer, .. }
        | Event::ScoreUnavailable { peer }
        | Event::Valid { peer, .. }
        | Event::Waive { peer, .. } => Some(peer),
        Event::Heartbeat | Event::Reconfigure { .. } | Event::Tick => None,
    }
}
