//! Eviction order of records, least important first.

use alloc::collections::BTreeSet;

use crate::state::record::RecordKey;
use crate::time::Instant;

/// Rank of a record: the lowest is displaced (evicted) first.
///
/// The order of the fields is the order in which they count.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct EvictionRank {
    pub(crate) offences: u32,
    pub(crate) banned: bool,
    /// When the ban is over, or else the last number is zero; the origin if that is past.
    pub(crate) over: Instant,
    pub(crate) created: u64,
}

/// The records that can be displaced, least important first.
///
/// An entry may be below the record's true rank, because reports do not move it, and is never
/// above. Recompute the rank of the first entry before displacing it.
#[derive(Clone, Debug, Default)]
pub(crate) struct EvictionOrder {
    entries: BTreeSet<(EvictionRank, RecordKey)>,
}

impl EvictionOrder {
    /// Enters the record as `new`, unless `old`, its entry so far, is low enough. Gives the entry
    /// that it has from here on.
    pub(crate) fn enter(
        &mut self,
        key: RecordKey,
        old: Option<EvictionRank>,
        new: Option<EvictionRank>,
    ) -> Option<EvictionRank> {
        if old.is_some() && new.is_some() && old <= new {
            return old;
        }
        if let Some(old) = old {
            self.entries.remove(&(old, key));
        }
        if let Some(new) = new {
            self.entries.insert((new, key));
        }
        new
    }

    /// Returns the least important record.
    pub(crate) fn first(&self) -> Option<(EvictionRank, RecordKey)> {
        self.entries.first().copied()
    }

    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }
}
