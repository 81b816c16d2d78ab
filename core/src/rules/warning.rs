//! Warnings before a ban by penalty.

use alloc::vec::Vec;
use core::hash::{BuildHasher, Hash};

use crate::action::Action;
use crate::penalty::Points;
use crate::state::record::RecordKey;
use crate::warden::Warden;

impl<P: Clone + Eq + Hash, S: BuildHasher> Warden<P, S> {
    /// Warns if a report that does not ban raised the peer's points from `before` to `owed` across
    /// the limit.
    pub(crate) fn warn(
        &self,
        key: RecordKey,
        before: Points,
        owed: Points,
        actions: &mut Vec<Action<P>>,
    ) {
        let crosses = |warning: Points| before <= warning && owed > warning;
        let crosses = self.config.warning().is_some_and(crosses);
        let record = self.records.get(key).filter(|record| crosses && record.ban.is_none());
        actions.extend(record.map(|record| Action::Warn { peer: record.peer.clone() }));
    }
}
