//! Restarts: the part of the state that a snapshot holds.

use peerwarden_core::Instant;

use super::Model;
use super::incident::Incident;

impl Model {
    /// The engine stops now and is back at `back` on its clock so far, which from then on is `ahead` of
    /// that.
    ///
    /// "A snapshot holds records, networks, protection, grace and places, and takes who is in
    /// standing here for one that left at that moment; it does not hold connections, heat, the
    /// incident, its budget, or that there was a `Valid`."
    pub(crate) fn restart(&mut self, back: Instant, ahead: i64) {
        // The design does not say who of them left first: who came first.
        let mut peers: Vec<_> = self.records.iter().map(|each| (each.joined, each.peer)).collect();
        peers.sort_unstable();
        for (_, peer) in peers {
            let serial = self.next_serial();
            let at = self.find(peer).expect("it was just seen");
            let record = &mut self.records[at];
            record.leave_standing(self.now, &self.config, serial);
            record.here = None;
            record.up = false;
            record.dialled = false;
        }
        self.queue.clear();
        self.incident = Incident::default();
        self.valid_seen = false;
        self.first_connected = None;
        self.displaced = 0;
        self.bound_standing();
        // Meanwhile time passes, and what it ends is told at the next input.
        self.now = self.now.max(back.as_nanos());
        self.move_clock(ahead);
    }
}
