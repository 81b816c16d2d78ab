//! Queue of peers that wait to be dialled.

use std::collections::BTreeSet;

use libp2p::PeerId;
use peerwarden_core::Instant;

/// Peers by the moment at which they are to be dialled, each of them once.
#[derive(Debug, Default)]
pub(crate) struct Queue {
    kept: BTreeSet<(Instant, u64, PeerId)>,
    released: BTreeSet<(Instant, u64, PeerId)>,
    next_order: u64,
}

/// Why a peer is dialled.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Class {
    /// It is to be connected at all times.
    Kept,
    /// Its ban is over.
    Released,
}

/// Where in the queue a peer stands.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct QueuePosition {
    class: Class,
    at: Instant,
    /// Of those due at the same moment the one that came first goes first.
    order: u64,
}

impl Queue {
    /// Dial `peer` at this moment.
    pub(crate) fn push(&mut self, class: Class, at: Instant, peer: PeerId) -> QueuePosition {
        let order = self.next_order;
        self.next_order = order.wrapping_add(1);
        self.of(class).insert((at, order, peer));
        QueuePosition { class, at, order }
    }

    pub(crate) fn remove(&mut self, position: &QueuePosition, peer: PeerId) {
        self.of(position.class).remove(&(position.at, position.order, peer));
    }

    /// When the first of them is to be dialled.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        let first = self.kept.first().into_iter().chain(self.released.first());
        first.map(|(at, ..)| *at).min()
    }

    /// Who is to be dialled by now: kept peers before others, so that nobody waits behind thousands
    /// whose bans ended together.
    pub(crate) fn due(&self, now: Instant) -> Option<PeerId> {
        let due = |queue: &BTreeSet<(Instant, u64, PeerId)>| {
            queue.first().filter(|(at, ..)| *at <= now).map(|(.., peer)| *peer)
        };
        due(&self.kept).or_else(|| due(&self.released))
    }

    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.kept.len() + self.released.len()
    }

    #[cfg(test)]
    pub(crate) fn contains(&self, position: &QueuePosition, peer: PeerId) -> bool {
        let queue = match position.class {
            Class::Kept => &self.kept,
            Class::Released => &self.released,
        };
        queue.contains(&(position.at, position.order, peer))
    }

    fn of(&mut self, class: Class) -> &mut BTreeSet<(Instant, u64, PeerId)> {
        match class {
            Class::Kept => &mut self.kept,
            Class::Released => &mut self.released,
        }
    }
}
