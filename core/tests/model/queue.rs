//! Queue of score checks.

use peerwarden_core::Action;

use super::{Model, Peer};

impl Model {
    /// "Asks for the score of the next peers in the queue: `RequestScore`, each to the back."
    pub(crate) fn tick(&mut self) -> Vec<Action<Peer>> {
        let config = &self.config;
        if !config.scores() {
            return Vec::new();
        }
        // "`max(checks_per_tick, ceil(queue / max_cycle_ticks))`, never more than there are."
        let mut checks = config.checks_per_tick().get() as usize;
        if let Some(ticks) = config.max_cycle_ticks() {
            checks = checks.max(self.queue.len().div_ceil(ticks.get() as usize));
        }
        let mut actions = Vec::new();
        for _ in 0..checks.min(self.queue.len()) {
            let peer = self.queue.remove(0);
            self.queue.push(peer);
            actions.push(Action::RequestScore { peer, gone: false });
        }
        actions
    }

    /// "With `check_on_leave`, `Disconnected` of a peer in the queue answers `RequestScore` too, so
    /// that nobody escapes by leaving before its turn."
    pub(crate) fn ask_on_leave(&self, peer: Peer) -> Vec<Action<Peer>> {
        let asks = self.config.check_on_leave() && self.config.scores();
        if asks && self.queue.contains(&peer) {
            vec![Action::RequestScore { peer, gone: true }]
        } else {
            Vec::new()
        }
    }
}
