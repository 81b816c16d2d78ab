//! Connections that delivered something which other behaviours did not get, until they are closed.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

use libp2p::swarm::ConnectionId;
use peerwarden_core::Instant;

/// Connections of which something was dropped. Each of them closes, even if the ban is lifted meanwhile:
/// other behaviours wait for what they missed until then.
///
/// That is not before the farewell is over, or what a banned peer sends would cut it short.
#[derive(Debug, Default)]
pub(crate) struct Incomplete {
    farewell: Duration,
    /// When each of them is to be closed.
    due: BTreeMap<ConnectionId, Instant>,
    /// Those of `due` that wait, in the order of their times.
    waiting: BTreeSet<(Instant, ConnectionId)>,
    /// The others.
    ready: VecDeque<ConnectionId>,
}

impl Incomplete {
    /// Closes connections so much later from here on.
    pub(crate) fn set_farewell(&mut self, farewell: Duration) {
        self.farewell = farewell;
    }

    /// Something that this connection delivered was dropped, for the first time.
    pub(crate) fn insert(&mut self, id: ConnectionId, now: Instant) {
        let due = now.saturating_add(self.farewell);
        self.due.insert(id, due);
        self.waiting.insert((due, id));
    }

    /// Whether something that this connection delivered was dropped, and it was not told to close since.
    pub(crate) fn contains(&self, id: ConnectionId) -> bool {
        self.due.contains_key(&id)
    }

    /// The connection is closed.
    pub(crate) fn remove(&mut self, id: ConnectionId) {
        if let Some(due) = self.due.remove(&id)
            && !self.waiting.remove(&(due, id))
        {
            self.ready.retain(|each| *each != id);
        }
    }

    /// When [`release`](Self::release) has something to do.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        self.waiting.first().map(|(due, _)| *due)
    }

    /// Hands out what has come due from here on.
    pub(crate) fn release(&mut self, now: Instant) {
        while let Some((_, id)) = self.waiting.first().filter(|(due, _)| *due <= now).copied() {
            self.waiting.pop_first();
            self.ready.push_back(id);
        }
    }

    /// Returns the next connection to close.
    pub(crate) fn pop(&mut self) -> Option<ConnectionId> {
        let id = self.ready.pop_front()?;
        self.due.remove(&id);
        Some(id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_left_of_a_connection_that_is_closed_before_its_turn_or_in_it() {
        let mut incomplete = Incomplete::default();
        incomplete.set_farewell(Duration::from_secs(5));
        let [one, two, three] = [1, 2, 3].map(ConnectionId::new_unchecked);
        incomplete.insert(one, Instant::ORIGIN);
        incomplete.insert(two, Instant::ORIGIN);
        incomplete.insert(three, Instant::from_secs(1));
        assert_eq!(incomplete.deadline(), Some(Instant::from_secs(5)));

        incomplete.remove(one);
        incomplete.release(Instant::from_secs(5));
        incomplete.remove(two);

        assert_eq!((incomplete.pop(), incomplete.deadline()), (None, Some(Instant::from_secs(6))));
        incomplete.release(Instant::from_secs(6));
        assert!(incomplete.contains(three));
        assert_eq!(incomplete.pop(), Some(three));
        assert!(!incomplete.contains(three) && incomplete.due.is_empty());
        assert!(incomplete.ready.is_empty() && incomplete.waiting.is_empty());
    }
}
