//! Waivers: reports taken back.

use peerwarden_core::{Action, Cause, Instant, Subject, Until};

use super::falling::SECOND;
use super::{Model, Peer};

impl Model {
    /// "Takes so much off `p` of a known peer, not below zero."
    pub(crate) fn waive(&mut self, peer: Peer, points: u64) -> Vec<Action<Peer>> {
        let Some(at) = self.find(peer).filter(|_| self.config.penalties()) else {
            return Vec::new();
        };
        let (now, config) = (self.now, &self.config);
        let record = &mut self.records[at];
        record.settle(now, config);
        record.set_owed(record.owes(now, config).saturating_sub(points), now);
        if !record.has(Cause::Penalty, now) {
            return Vec::new();
        }
        // "Banned by penalty, its end moves: at zero that cause ends, as with `Unban { cause }`;
        // else `Amend` if the end is a second or more earlier than the one last announced."
        if record.owed == 0 {
            return self.lift_from_peer(at, |cause| cause == Cause::Penalty);
        }
        let end = record.move_end(now, config);
        if record.announced.saturating_sub(end) < SECOND {
            return Vec::new();
        }
        record.announced = end;
        let (subject, cause) = (Subject::Peer(peer), Cause::Penalty);
        vec![Action::Amend { subject, cause, until: Until::At(Instant::from_nanos(end)) }]
    }
}
