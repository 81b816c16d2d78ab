//! Whose score is checked next.

use alloc::collections::BTreeMap;

use crate::state::record::RecordKey;

/// The connected peers, whoever was asked about longest ago first.
///
/// A ticket says where in the queue a peer is. Tickets only grow, so a new one is the last.
///
/// Neighbours in the queue share an entry. That, and addresses that are no longer than they have to
/// be, is 68 bytes less for each idle peer (benches, `memory`).
#[derive(Clone, Debug, Default)]
pub(crate) struct Queue {
    /// Those whose tickets begin alike; none is entered with nobody in it.
    groups: BTreeMap<u64, Group>,
    next_ticket: u64,
    len: usize,
}

type Group = [Option<RecordKey>; GROUP];

impl Queue {
    /// Adds a peer at the back, and gives its ticket.
    pub(crate) fn push(&mut self, key: RecordKey) -> u64 {
        let ticket = self.next_ticket;
        self.next_ticket += 1;
        let (number, at) = place(ticket);
        if let Some(slot) = self.groups.entry(number).or_default().get_mut(at) {
            *slot = Some(key);
            self.len += 1;
        }
        ticket
    }

    /// Takes the peer with this ticket out.
    pub(crate) fn remove(&mut self, ticket: u64) {
        let (number, at) = place(ticket);
        let Some(group) = self.groups.get_mut(&number) else {
            return;
        };
        if group.get_mut(at).and_then(Option::take).is_some() {
            self.len -= 1;
        }
        if group.iter().all(Option::is_none) {
            self.groups.remove(&number);
        }
    }

    /// Moves the peer at the front to the back, and gives it with its new ticket.
    pub(crate) fn rotate(&mut self) -> Option<(RecordKey, u64)> {
        let mut front = self.groups.first_entry()?;
        let key = front.get_mut().iter_mut().find_map(Option::take)?;
        if front.get().iter().all(Option::is_none) {
            front.remove();
        }
        self.len -= 1;
        Some((key, self.push(key)))
    }

    /// The peers in the queue.
    pub(crate) fn keys(&self) -> impl Iterator<Item = RecordKey> {
        self.groups.values().flatten().flatten().copied()
    }

    pub(crate) fn len(&self) -> usize {
        self.len
    }
}

/// The group of this ticket, and where in it the peer is.
fn place(ticket: u64) -> (u64, usize) {
    let [.., last] = ticket.to_be_bytes();
    (ticket / GROUP as u64, usize::from(last) % GROUP)
}

/// How many share a place.
const GROUP: usize = 16;
