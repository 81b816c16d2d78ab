//! Eviction order of records, least important first.

use alloc::collections::BTreeSet;

use crate::state::record::RecordKey;
use crate::time::Instant;

/// How important a record is: the least is displaced first.
///
/// The order of the fields is the order in which they count.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct EvictionRank {
    pub(crate) offences: u32,
    pub(crate) banned: bool,
    /// When the ban, or else the debt, is over; the origin if it is over already.
    pub(crate) over: Instant,
    pub(crate) created: u64,
}

/// The records that can be displaced, least important first.
///
/// A record may be entered below its true rank: reports raise it and do not look for the entry.
/// Whoever takes one out has to look at it anew. It is never entered above.
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

    /// The least important record.
    pub(crate) fn first(&self) -> Option<(EvictionRank, RecordKey)> {
        self.entries.first().copied()
    }

    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }
}
