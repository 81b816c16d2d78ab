//! Restarts: what a snapshot holds, and what it does not.

use super::incident::Incident;
use super::{Model, Peer};

impl Model {
    /// "A snapshot holds records, networks, protection, grace and places, and takes who is in
    /// standing here for one that left at that moment; it does not hold connections, heat, the
    /// incident, its budget, or that there was a `Valid`."
    pub(crate) fn restart(&mut self) {
        let peers: Vec<Peer> = self.records.iter().map(|record| record.peer).collect();
        for peer in peers {
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
    }
}
