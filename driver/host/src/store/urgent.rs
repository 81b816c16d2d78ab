//! Queue of urgent rows that one group does not hold.

use std::collections::{HashSet, VecDeque};
use std::hash::RandomState;

use crate::peer::PeerName;
use peerwarden_core::Subject;

/// Urgent rows, oldest first.
///
/// Of more than one group holds, three in four are the newest: who was banned last may be at the door
/// now, and of a flood before it no part matters more than another. The fourth is the oldest, so that
/// nothing waits for ever while a flood goes on.
#[derive(Debug)]
pub(super) struct Urgent<P> {
    names: VecDeque<Subject<P>>,
    /// How many were of use when that was looked at last.
    pruned: usize,
}

impl<P: PeerName> Urgent<P> {
    pub(super) fn new() -> Self {
        Self { names: VecDeque::new(), pruned: 0 }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    pub(super) fn len(&self) -> usize {
        self.names.len()
    }

    /// Adds subjects with the numbers of their last changes, which came after all that are here.
    pub(super) fn add(&mut self, mut newer: Vec<(Subject<P>, u64)>) {
        // To sort a hundred thousand would hold up the newest of them.
        let unsorted = newer.len().saturating_sub(SORTED);
        if unsorted > 0 {
            newer.select_nth_unstable_by_key(unsorted, |(_, number)| *number);
        }
        if let Some(newest) = newer.get_mut(unsorted..) {
            newest.sort_unstable_by_key(|(_, number)| *number);
        }
        self.names.extend(newer.into_iter().map(|(subject, _)| subject));
    }

    /// The next group.
    pub(super) fn take(&mut self, at_most: usize) -> Vec<Subject<P>> {
        let all = self.names.len();
        let oldest = if all > at_most { at_most / 4 } else { 0 };
        let newest = self.names.split_off(all.saturating_sub(at_most.saturating_sub(oldest)));
        let mut group: Vec<_> = self.names.drain(..oldest).collect();
        group.extend(newest);
        if self.names.is_empty() {
            *self = Self::new();
        }
        group
    }

    /// Puts back what was taken last.
    pub(super) fn put_back(&mut self, group: Vec<Subject<P>>) {
        self.names.extend(group);
    }

    /// All of them.
    pub(super) fn take_all(&mut self) -> Vec<Subject<P>> {
        self.take(usize::MAX)
    }

    /// Whether [`prune`](Self::prune) is due: there are more than the `known` that could be of use.
    pub(super) fn is_crowded(&self, known: usize) -> bool {
        self.names.len() > known.max(self.pruned.saturating_mul(2)).max(CROWDED)
    }

    /// Drops subjects that are here twice, and those for which `is_of_use`, which is given a few at a
    /// time, says no: of a flood of fresh ids most are forgotten before their turn.
    pub(super) fn prune(&mut self, mut is_of_use: impl FnMut(&[Subject<P>]) -> Vec<bool>) {
        let mut seen: HashSet<_, RandomState> = HashSet::default();
        let mut kept = VecDeque::new();
        let all: Vec<_> = std::mem::take(&mut self.names).into();
        for few in all.rchunks(A_FEW) {
            let verdicts = is_of_use(few);
            for (subject, is_of_use) in few.iter().zip(verdicts).rev() {
                if is_of_use && seen.insert(subject.clone()) {
                    kept.push_front(subject.clone());
                }
            }
        }
        self.pruned = kept.len();
        self.names = kept;
    }
}

/// How many are looked up under one lock.
const A_FEW: usize = 64;

/// Fewer are not worth the look.
const CROWDED: usize = 4_096;

/// How many of the newest are put in order.
const SORTED: usize = 1_024;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_peer::Peer;

    fn subjects(count: usize) -> Vec<Subject<Peer>> {
        (0..count).map(|_| Subject::Peer(Peer::random())).collect()
    }

    fn numbered(subjects: &[Subject<Peer>]) -> Vec<(Subject<Peer>, u64)> {
        let mut numbered: Vec<_> = subjects.iter().cloned().zip(1..).collect();
        numbered.reverse();
        numbered
    }

    #[test]
    fn a_group_that_holds_them_all_is_all_of_them() {
        let all = subjects(10);
        let mut urgent = Urgent::new();
        urgent.add(numbered(&all));

        assert_eq!(urgent.take(10), all);
        assert!(urgent.is_empty());
    }

    #[test]
    fn of_more_than_a_group_holds_the_newest_come_first_and_the_oldest_with_them() {
        let all = subjects(20);
        let mut urgent = Urgent::new();
        urgent.add(numbered(&all[..12]));
        urgent.add(numbered(&all[12..]));

        assert_eq!(urgent.take(8), [&all[..2], &all[14..]].concat());
        assert_eq!(urgent.take(8), [&all[2..4], &all[8..14]].concat());
        assert_eq!((urgent.len(), urgent.take_all()), (4, all[4..8].to_vec()));
    }

    #[test]
    fn what_is_of_no_use_and_what_is_there_twice_goes() {
        let all = subjects(200);
        let mut urgent = Urgent::new();
        urgent.add(numbered(&all));
        urgent.add(numbered(&all[..50]));
        assert!(!urgent.is_crowded(0));

        urgent.prune(|few| few.iter().map(|subject| *subject != all[60]).collect());

        let left = [&all[50..60], &all[61..], &all[..50]].concat();
        assert_eq!(urgent.take_all(), left);
    }
}
