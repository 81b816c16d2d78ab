//! Peers in standing that are not connected, by the end of their standing.

use crate::state::record::RecordKey;
use crate::state::time_index::TimeIndex;
use crate::time::Instant;

/// The standing of a peer that is not here.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Away {
    /// When it ends.
    pub(crate) until: Instant,
    /// Where in the order of those that left the peer stands.
    pub(crate) left: u64,
}

/// The peers in standing that are not here, those first whose standing ends first, of these those
/// that left first.
///
/// Standing that has ended is taken out when the record is looked at again, or else when time passes.
#[derive(Clone, Debug, Default)]
pub(crate) struct AwayPeers {
    entries: TimeIndex<(u64, RecordKey)>,
}

impl AwayPeers {
    pub(crate) fn insert(&mut self, away: Away, key: RecordKey) {
        self.entries.insert(away.until, (away.left, key));
    }

    pub(crate) fn remove(&mut self, away: Away, key: RecordKey) {
        self.entries.remove(away.until, (away.left, key));
    }

    /// Returns the peer that loses its standing first.
    pub(crate) fn first(&self) -> Option<RecordKey> {
        self.entries.first().map(|(_, key)| key)
    }

    /// Returns whether the standing of one of them has ended at `now`.
    #[inline]
    pub(crate) fn any_over(&self, now: Instant) -> bool {
        self.entries.is_due(now)
    }

    /// Returns when the standing of the peer with this number ended, if it has at `now`.
    pub(crate) fn nth_over(&self, n: usize, now: Instant) -> Option<Instant> {
        self.entries.nth_due(n, now)
    }

    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }
}
