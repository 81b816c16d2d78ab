//! Admission of what handlers deliver, and scores of leaving peers, for a guard.

use libp2p::PeerId;
use libp2p::swarm::ConnectionId;
use peerwarden_core::Score;

use super::Behaviour;
use peerwarden_host::Timer;
use peerwarden_host::driver::Close;

impl<T: Timer> Behaviour<T> {
    /// Whether events from this connection's handler may reach other behaviours: the connection is
    /// not being closed, and neither its peer nor, by order, its IP is banned.
    ///
    /// Networks with cause `Address` do not count: such a ban spares most connections that are up,
    /// and those that it does not spare are told to close.
    ///
    /// A connection that was refused once closes, even if the ban is lifted before its turn comes: see
    /// [`Incomplete`](crate::incomplete::Incomplete).
    pub(crate) fn delivers(&mut self, peer: &PeerId, id: ConnectionId) -> bool {
        let Some(connection) = self.connections.get(id) else {
            return false;
        };
        if connection.closing || self.incomplete.contains(id) {
            return false;
        }
        let now = self.timer.now();
        let verdict = self.shared().lock().engine.check_peer(peer, connection.ip, now);
        let is_refused = Close::REVIEW.covers(connection, verdict);
        if is_refused {
            self.incomplete.insert(id, now);
        }
        !is_refused
    }

    /// Whether the policy wants to know the scores of peers that leave.
    pub(crate) fn checks_on_leave(&self) -> bool {
        let state = self.shared().lock();
        let config = state.engine.config();
        config.scores() && config.check_on_leave()
    }

    /// Takes note of the score of a peer that is about to leave. Without one, the last one that was
    /// given counts.
    pub(crate) fn leaves_with(&self, peer: PeerId, score: Option<Score>) {
        if let Some(score) = score {
            self.shared().lock().scores.leaves_with(&peer, score);
        }
    }
}
