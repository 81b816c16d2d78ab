//! Peers in standing that are not connected, by the end of their standing.

use alloc::collections::BTreeSet;

use crate::state::record::RecordKey;
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
    entries: BTreeSet<(Instant, u64, RecordKey)>,
}

impl AwayPeers {
    pub(crate) fn insert(&mut self, away: Away, key: RecordKey) {
        self.entries.insert((away.until, away.left, key));
    }

    pub(crate) fn remove(&mut self, away: Away, key: RecordKey) {
        self.entries.remove(&(away.until, away.left, key));
    }

    /// Returns the peer that loses its standing first.
    pub(crate) fn first(&self) -> Option<RecordKey> {
        self.entries.first().map(|(_, _, key)| *key)
    }

    /// Returns a peer whose standing has ended at `now`, if there is one.
    pub(crate) fn first_over(&self, now: Instant) -> Option<RecordKey> {
        let (until, _, key) = self.entries.first()?;
        (*until <= now).then_some(*key)
    }

    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }
}
