//! Warnings before a ban by penalty.

use alloc::vec::Vec;

use crate::action::Action;
use crate::config::Config;
use crate::penalty::Points;
use crate::state::record::Record;

impl<P: Clone> Record<P> {
    /// Warns if a report made the peer's penalty points, `before` it, pass the warning, and nothing has
    /// the peer banned.
    #[inline]
    pub(crate) fn warn(
        &self,
        before: Points,
        owed: Points,
        config: &Config,
        actions: &mut Vec<Action<P>>,
    ) {
        let crosses = |warning: Points| before <= warning && owed > warning;
        if config.warning().is_some_and(crosses) && self.ban.is_none() {
            actions.push(Action::Warn { peer: self.peer.clone() });
        }
    }
}
