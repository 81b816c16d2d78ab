//! Restarts: the part of the state that a snapshot holds.

use super::Model;
use super::incident::Incident;

impl Model {
    /// "A snapshot holds records, networks, protection, grace and places, and takes who is in
    /// standing here for one that left at that moment; it does not hold connections, heat, the
    /// incident, its budget, or that there was a `Valid`."
    pub(crate) fn restart(&mut self) {
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
    }
}
