//! When something is to be let go of.

use alloc::collections::BTreeSet;

use crate::state::network::NetworkKey;
use crate::state::record::RecordKey;
use crate::time::Instant;

/// Who has a ban, or waits for something.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Owner {
    Network(NetworkKey),
    Peer(RecordKey),
}

/// What an owner waits for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Due {
    /// The end of a cause.
    End(Instant),
    /// That less is left of a record, or nothing.
    Review(Instant),
}

/// The owners that wait for something, each with one entry, by when it is due.
///
/// An entry may be early: what it stands for can have moved to later since, and is looked at anew
/// when the entry comes up. That spares a report about a banned peer the search for the entry. It
/// is never late.
#[derive(Clone, Debug, Default)]
pub(crate) struct Deadlines {
    ends: Agenda,
    reviews: Agenda,
}

/// Entries in order of time, and the time of the first, so that asking for it costs nothing.
#[derive(Clone, Debug, Default)]
struct Agenda {
    entries: BTreeSet<(Instant, Owner)>,
    first: Option<Instant>,
}

impl Deadlines {
    /// When the next entry comes up; for one that is only a review, the full second after, so that
    /// many are served together.
    pub(crate) fn next(&self) -> Option<Instant> {
        let review = self.reviews.first.map(Instant::ceil_to_second);
        self.ends.first.into_iter().chain(review).min()
    }

    /// Whether an entry has come up.
    pub(crate) fn any_due(&self, now: Instant) -> bool {
        self.ends.is_due(now) || self.reviews.is_due(now)
    }

    /// Enters the owner as `new`, unless `old`, its entry so far, comes up in time. Gives the entry
    /// that it has from here on.
    pub(crate) fn enter(
        &mut self,
        owner: Owner,
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
        self.remove(owner, old);
        match new {
            Some(Due::End(at)) => self.ends.insert(at, owner),
            Some(Due::Review(at)) => self.reviews.insert(at, owner),
            None => {}
        }
        new
    }

    /// Takes the owner's entry out.
    pub(crate) fn remove(&mut self, owner: Owner, entry: Option<Due>) {
        match entry {
            Some(Due::End(at)) => self.ends.remove(at, owner),
            Some(Due::Review(at)) => self.reviews.remove(at, owner),
            None => {}
        }
    }

    /// How many entries there are.
    pub(crate) fn len(&self) -> usize {
        self.ends.entries.len() + self.reviews.entries.len()
    }

    /// Takes out the first owner one of whose causes may have ended.
    pub(crate) fn pop_end(&mut self, now: Instant) -> Option<Owner> {
        self.ends.pop(now)
    }

    /// Takes out the first owner that is to be looked at again.
    pub(crate) fn pop_review(&mut self, now: Instant) -> Option<Owner> {
        self.reviews.pop(now)
    }
}

impl Agenda {
    fn is_due(&self, now: Instant) -> bool {
        self.first.is_some_and(|first| first <= now)
    }

    fn insert(&mut self, at: Instant, owner: Owner) {
        self.entries.insert((at, owner));
        self.first = Some(self.first.map_or(at, |first| first.min(at)));
    }

    fn remove(&mut self, at: Instant, owner: Owner) {
        self.entries.remove(&(at, owner));
        if self.first == Some(at) {
            self.read_first();
        }
    }

    fn pop(&mut self, now: Instant) -> Option<Owner> {
        if !self.is_due(now) {
            return None;
        }
        let (_, owner) = self.entries.pop_first()?;
        self.read_first();
        Some(owner)
    }

    fn read_first(&mut self) {
        self.first = self.entries.first().map(|(at, _)| *at);
    }
}
