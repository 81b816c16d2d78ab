//! Subjects ordered by the time at which they need attention.

use crate::state::network::NetworkKey;
use crate::state::record::RecordKey;
use crate::state::time_index::TimeIndex;
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
    ends: TimeIndex<SubjectKey>,
    reviews: TimeIndex<SubjectKey>,
}

impl Deadlines {
    /// Returns when the next entry comes up; for one that is only a review, the full second after,
    /// so that many are served together.
    pub(crate) fn next(&self) -> Option<Instant> {
        let review = self.reviews.first_due().map(Instant::ceil_to_second);
        self.ends.first_due().into_iter().chain(review).min()
    }

    /// Returns whether an entry has come up.
    #[inline]
    pub(crate) fn any_due(&self, now: Instant) -> bool {
        self.ends.is_due(now) || self.reviews.is_due(now)
    }

    /// Returns when the entry with this number has come up, of the ends or of the reviews, whichever is
    /// first, if it has at `now`.
    pub(crate) fn nth_due(&self, n: usize, now: Instant) -> Option<Instant> {
        let [end, review] = [&self.ends, &self.reviews].map(|index| index.nth_due(n, now));
        end.into_iter().chain(review).min()
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
        self.ends.len() + self.reviews.len()
    }

    /// Takes out the first subject one of whose causes may have ended.
    pub(crate) fn pop_end(&mut self, now: Instant) -> Option<SubjectKey> {
        self.ends.pop_due(now).map(|(_, subject)| subject)
    }

    /// Takes out the first subject that is to be looked at again.
    pub(crate) fn pop_review(&mut self, now: Instant) -> Option<SubjectKey> {
        self.reviews.pop_due(now).map(|(_, subject)| subject)
    }
}
