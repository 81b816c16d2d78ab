//! Orders of the lists of peers that are being read page by page.

use std::cmp::{Ordering, Reverse};
use std::collections::VecDeque;

use crate::listing::Peer;

/// What a list of peers is sorted by.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum PeerOrder {
    /// The highest penalty first.
    Penalty,
    /// The lowest last score first; those without one at the end.
    Score,
    /// Those longest connected first; those that are not at the end.
    Since,
}

impl PeerOrder {
    pub(super) const WORDS: [(&str, Self); 3] =
        [("penalty", Self::Penalty), ("score", Self::Score), ("since", Self::Since)];

    /// Which of two comes first; peers that are alike go by their names.
    pub(super) fn compare<P: Ord>(self, one: &Peer<P>, other: &Peer<P>) -> Ordering {
        let by = match self {
            Self::Penalty => other.status.penalty.cmp(&one.status.penalty),
            Self::Score => {
                let score = |peer: &Peer<P>| peer.last_score.map(f64::from);
                match (score(one), score(other)) {
                    (Some(one), Some(other)) => one.total_cmp(&other),
                    (one, other) => Reverse(one.is_some()).cmp(&Reverse(other.is_some())),
                }
            }
            Self::Since => {
                let since = |peer: &Peer<P>| peer.status.connected_since;
                match (since(one), since(other)) {
                    (Some(one), Some(other)) => one.cmp(&other),
                    (one, other) => Reverse(one.is_some()).cmp(&Reverse(other.is_some())),
                }
            }
        };
        by.then_with(|| one.peer.cmp(&other.peer))
    }
}

/// Names of peers in the order in which they are read: penalties and scores change while a list is read, so
/// the order is that of its first page. The lists read last are kept, a few of them.
#[derive(Debug)]
pub(super) struct SortedLists<P> {
    lists: VecDeque<(u64, Vec<P>)>,
    next: u64,
}

impl<P: Clone> SortedLists<P> {
    /// How many are kept.
    const MOST: usize = 8;

    /// Keeps a list, and returns its number.
    pub(super) fn keep(&mut self, names: Vec<P>) -> u64 {
        let id = self.next;
        self.next = self.next.saturating_add(1);
        if self.lists.len() >= Self::MOST {
            self.lists.pop_front();
        }
        self.lists.push_back((id, names));
        id
    }

    /// Returns up to `room` names of a list from a place on, and how many it has; `None` if it is not kept any
    /// more.
    pub(super) fn page(&self, id: u64, from: usize, room: usize) -> Option<(Vec<P>, usize)> {
        let (_, names) = self.lists.iter().find(|(each, _)| *each == id)?;
        let end = from.saturating_add(room).min(names.len());
        Some((names.get(from..end).unwrap_or_default().to_vec(), names.len()))
    }
}

impl<P> Default for SortedLists<P> {
    fn default() -> Self {
        Self { lists: VecDeque::new(), next: 0 }
    }
}
