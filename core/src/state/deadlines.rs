//! Subjects ordered by the time at which they need attention.

use alloc::collections::BTreeSet;

use crate::state::network::NetworkKey;
use crate::state::record::RecordKey;
use crate::time::Instant;

/// The key of a subject: of a peer's record, or of a network.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum SubjectKey {
    Network(NetworkKey),
    Peer(RecordKey),
}

/// What a subject waits for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Due {
    /// The end of a cause.
    End(Instant),
    /// That less is left of a record, or nothing.
    Review(Instant),
}

/// The subjects that wait for something, each with one entry, by when it is due.
///
/// An entry may be early: what it stands for can have moved to later since, and is looked at again
/// when the entry comes up. That spares a report about a banned peer the search for the entry. It
/// is never late.
#[derive(Clone, Debug, Default)]
pub(crate) struct Deadlines {
    ends: TimeIndex,
    reviews: TimeIndex,
}

/// Entries in order of time, and the time of the first, so that asking for it costs nothing.
#[derive(Clone, Debug, Default)]
struct TimeIndex {
    entries: BTreeSet<(Instant, SubjectKey)>,
    first: Option<Instant>,
}

impl Deadlines {
    /// Returns when the next entry comes up; for one that is only a review, the full second after,
    /// so that many are served together.
    pub(crate) fn next(&self) -> Option<Instant> {
        let review = self.reviews.first.map(Instant::ceil_to_second);
        self.ends.first.into_iter().chain(review).min()
    }

    /// Returns whether an entry has come up.
    pub(crate) fn any_due(&self, now: Instant) -> bool {
        self.ends.is_due(now) || self.reviews.is_due(now)
    }

    /// Enters the subject as `new`, unless `old`, its entry so far, comes up in time. Gives the entry
    /// that it has from here on.
    pub(crate) fn enter(
        &mut self,
        subject: SubjectKey,
        old: Option<Due>,
        new: Option<Due>,
    ) -> Option<Due> {
        let keep = match (old, new) {
            (Some(Due::End(old)), Some(Due::End(new) | Due::Review(new)))
            | (Some(Due::Review(old)), Some(Due::Review(new))) => old <= new,
            // A review comes up late by up to a second.
            (Some(Due::Review(_)), Some(Due::End(_))) | (None, Some(_)) => false,
            (_, None) => true,
        };
        if keep {
            return old;
        }
        self.remove(subject, old);
        match new {
            Some(Due::End(at)) => self.ends.insert(at, subject),
            Some(Due::Review(at)) => self.reviews.insert(at, subject),
            None => {}
        }
        new
    }

    /// Takes the subject's entry out.
    pub(crate) fn remove(&mut self, subject: SubjectKey, entry: Option<Due>) {
        match entry {
            Some(Due::End(at)) => self.ends.remove(at, subject),
            Some(Due::Review(at)) => self.reviews.remove(at, subject),
            None => {}
        }
    }

    /// Returns how many entries there are.
    pub(crate) fn len(&self) -> usize {
        self.ends.entries.len() + self.reviews.entries.len()
    }

    /// Takes out the first subject one of whose causes may have ended.
    pub(crate) fn pop_end(&mut self, now: Instant) -> Option<SubjectKey> {
        self.ends.pop(now)
    }

    /// Takes out the first subject that is to be looked at again.
    pub(crate) fn pop_review(&mut self, now: Instant) -> Option<SubjectKey> {
        self.reviews.pop(now)
    }
}

impl TimeIndex {
    fn is_due(&self, now: Instant) -> bool {
        self.first.is_some_and(|first| first <= now)
    }

    fn insert(&mut self, at: Instant, subject: SubjectKey) {
        self.entries.insert((at, subject));
        self.first = Some(self.first.map_or(at, |first| first.min(at)));
    }

    fn remove(&mut self, at: Instant, subject: SubjectKey) {
        self.entries.remove(&(at, subject));
        if self.first == Some(at) {
            self.read_first();
        }
    }

    fn pop(&mut self, now: Instant) -> Option<SubjectKey> {
        if !self.is_due(now) {
            return None;
        }
        let (_, subject) = self.entries.pop_first()?;
        self.read_first();
        Some(subject)
    }

    fn read_first(&mut self) {
        self.first = self.entries.first().map(|(at, _)| *at);
    }
}
