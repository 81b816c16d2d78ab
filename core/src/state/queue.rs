//! Round-robin queue of score checks.

use core::iter;

use crate::state::record::{Record, RecordKey};
use crate::state::table::Table;

/// The peers here, those first that were asked about longest ago.
///
/// A list that runs through the records: each knows who is before and after it. That takes 8 bytes
/// for each peer; entries of an index of their own, sixteen to a node, took 18 (benches, `memory`).
#[derive(Clone, Debug, Default)]
pub(crate) struct Queue {
    first: Option<RecordKey>,
    last: Option<RecordKey>,
    len: usize,
}

/// The neighbours of a peer in the queue.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Queued {
    before: Option<RecordKey>,
    after: Option<RecordKey>,
}

type Records<P> = Table<RecordKey, Record<P>>;

impl Queue {
    /// Adds a peer at the back that is not in the queue.
    pub(crate) fn push<P: Eq + core::hash::Hash>(
        &mut self,
        key: RecordKey,
        records: &mut Records<P>,
    ) {
        let before = self.last.replace(key);
        if let Some(record) = records.get_mut(key) {
            record.queued = Queued { before, after: None };
        }
        match before.and_then(|before| records.get_mut(before)) {
            Some(record) => record.queued.after = Some(key),
            None => self.first = Some(key),
        }
        self.len += 1;
    }

    /// Takes a peer out that is in the queue.
    pub(crate) fn remove<P: Eq + core::hash::Hash>(
        &mut self,
        key: RecordKey,
        records: &mut Records<P>,
    ) {
        let Some(record) = records.get_mut(key) else {
            return;
        };
        let Queued { before, after } = core::mem::take(&mut record.queued);
        match before.and_then(|before| records.get_mut(before)) {
            Some(record) => record.queued.after = after,
            None => self.first = after,
        }
        match after.and_then(|after| records.get_mut(after)) {
            Some(record) => record.queued.before = before,
            None => self.last = before,
        }
        self.len -= 1;
    }

    /// Moves the peer at the front to the back, and gives it.
    pub(crate) fn rotate<P: Eq + core::hash::Hash>(
        &mut self,
        records: &mut Records<P>,
    ) -> Option<RecordKey> {
        let key = self.first?;
        self.remove(key, records);
        self.push(key, records);
        Some(key)
    }

    /// Returns the peers in the queue, from the front on.
    pub(crate) fn keys<P: Eq + core::hash::Hash>(
        &self,
        records: &Records<P>,
    ) -> impl Iterator<Item = RecordKey> {
        iter::successors(self.first, |key| records.get(*key)?.queued.after)
    }

    pub(crate) fn len(&self) -> usize {
        self.len
    }
}
