//! Index of things by the time at which they are due.

use alloc::collections::BTreeSet;

use crate::time::Instant;

/// Things in order of time, ties in their own order, and the time of the first: to ask whether
/// something is due, which every input does, reads one number.
#[derive(Clone, Debug)]
pub(crate) struct TimeIndex<T> {
    entries: BTreeSet<(Instant, T)>,
    first: Option<Instant>,
}

impl<T: Copy + Ord> TimeIndex<T> {
    /// Returns when the first is due.
    #[inline]
    pub(crate) fn first_due(&self) -> Option<Instant> {
        self.first
    }

    /// Returns whether something is due at `now`.
    #[inline]
    pub(crate) fn is_due(&self, now: Instant) -> bool {
        self.first.is_some_and(|first| first <= now)
    }

    /// Returns when the entry with this number, from zero on, is due, if it is at `now`. Looks at the
    /// entries before it.
    pub(crate) fn nth_due(&self, n: usize, now: Instant) -> Option<Instant> {
        if !self.is_due(now) {
            return None;
        }
        let mut due = self.entries.iter().map(|(at, _)| *at).take_while(|at| *at <= now);
        due.nth(n)
    }

    /// Returns the first.
    pub(crate) fn first(&self) -> Option<T> {
        self.entries.first().map(|(_, thing)| *thing)
    }

    pub(crate) fn insert(&mut self, at: Instant, thing: T) {
        self.entries.insert((at, thing));
        self.first = Some(self.first.map_or(at, |first| first.min(at)));
    }

    pub(crate) fn remove(&mut self, at: Instant, thing: T) {
        self.entries.remove(&(at, thing));
        if self.first == Some(at) {
            self.read_first();
        }
    }

    /// Takes out the first, with its time.
    pub(crate) fn pop(&mut self) -> Option<(Instant, T)> {
        let entry = self.entries.pop_first()?;
        self.read_first();
        Some(entry)
    }

    /// Takes out the first if it is due at `now`.
    pub(crate) fn pop_due(&mut self, now: Instant) -> Option<(Instant, T)> {
        if self.is_due(now) { self.pop() } else { None }
    }

    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    fn read_first(&mut self) {
        self.first = self.entries.first().map(|(at, _)| *at);
    }
}

impl<T> Default for TimeIndex<T> {
    fn default() -> Self {
        Self { entries: BTreeSet::new(), first: None }
    }
}
