//! Queue of events that are still to happen.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

use peerwarden_core::Instant;

/// Events in the order of their times; those of the same time in the order they were put in.
#[derive(Debug)]
pub(crate) struct Queue<T> {
    heap: BinaryHeap<Reverse<Entry<T>>>,
    next: u64,
}

impl<T> Queue<T> {
    /// An empty queue.
    pub(crate) fn new() -> Self {
        Self { heap: BinaryHeap::new(), next: 0 }
    }

    /// Puts in an event that happens at this time.
    pub(crate) fn push(&mut self, at: Instant, event: T) {
        self.heap.push(Reverse(Entry { at, order: self.next, event }));
        self.next += 1;
    }

    /// Takes out the earliest event.
    pub(crate) fn pop(&mut self) -> Option<(Instant, T)> {
        self.heap.pop().map(|Reverse(entry)| (entry.at, entry.event))
    }
}

#[derive(Debug)]
struct Entry<T> {
    at: Instant,
    order: u64,
    event: T,
}

impl<T> Entry<T> {
    fn key(&self) -> (Instant, u64) {
        (self.at, self.order)
    }
}

impl<T> PartialEq for Entry<T> {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl<T> Eq for Entry<T> {}

impl<T> Ord for Entry<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key().cmp(&other.key())
    }
}

impl<T> PartialOrd for Entry<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_come_out_by_time_and_ties_in_the_order_they_went_in() {
        let mut queue = Queue::new();
        for (at, event) in [(5, 'd'), (1, 'a'), (5, 'e'), (3, 'c'), (1, 'b')] {
            queue.push(Instant::from_secs(at), event);
        }
        let out: String = std::iter::from_fn(|| queue.pop()).map(|(_, event)| event).collect();
        assert_eq!(out, "abcde");
    }

    #[test]
    fn an_event_put_in_while_others_are_taken_out_keeps_its_place() {
        let mut queue = Queue::new();
        queue.push(Instant::from_secs(1), 'a');
        queue.push(Instant::from_secs(3), 'c');
        assert_eq!(queue.pop(), Some((Instant::from_secs(1), 'a')));
        queue.push(Instant::from_secs(3), 'd');
        queue.push(Instant::from_secs(2), 'b');
        let out: String = std::iter::from_fn(|| queue.pop()).map(|(_, event)| event).collect();
        assert_eq!(out, "bcd");
    }
}
