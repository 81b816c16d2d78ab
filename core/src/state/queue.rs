//! Whose score is checked next.

use alloc::collections::BTreeMap;

use crate::state::record::RecordKey;

/// The connected peers, whoever was asked about longest ago first.
///
/// A ticket says where in the queue a peer is. Tickets only grow, so a new one is the last.
#[derive(Clone, Debug, Default)]
pub(crate) struct Queue {
    waiting: BTreeMap<u64, RecordKey>,
    next_ticket: u64,
}

impl Queue {
    /// Adds a peer at the back, and gives its ticket.
    pub(crate) fn push(&mut self, key: RecordKey) -> u64 {
        let ticket = self.next_ticket;
        self.next_ticket += 1;
        self.waiting.insert(ticket, key);
        ticket
    }

    /// Takes the peer with this ticket out.
    pub(crate) fn remove(&mut self, ticket: u64) {
        self.waiting.remove(&ticket);
    }

    /// Moves the peer at the front to the back, and gives it with its new ticket.
    pub(crate) fn rotate(&mut self) -> Option<(RecordKey, u64)> {
        let (_, key) = self.waiting.pop_first()?;
        Some((key, self.push(key)))
    }

    pub(crate) fn len(&self) -> usize {
        self.waiting.len()
    }
}
