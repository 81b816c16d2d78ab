//! Queue of rows that can wait for urgent ones.

use std::collections::BTreeSet;

use peerwarden_core::{IpNet, Slot, Subject};

use super::dirty::DirtyRows;
use crate::engine::{Engine, EngineKey};
use crate::peer::PeerName;

/// Rows that are written when nothing is urgent: those of a checkpoint or a renewal, and what is left
/// of more urgent ones than one group holds.
///
/// In the order of their keys: neighbours share pages of the store, so that a group of them is
/// written several times faster than one of as many from everywhere. It belongs to the thread that
/// writes and is filled a little at a time, so that neither the engine's lock nor anything urgent
/// waits for it.
pub(super) struct Backlog<P> {
    names: BTreeSet<Name<P>>,
    /// Names that are yet to be put in order, and how many.
    unsorted: Vec<Box<dyn Iterator<Item = Subject<P>> + Send>>,
    unsorted_len: usize,
    walk: Option<Walk>,
}

/// A walk over everything the engine remembers.
#[derive(Clone, Copy)]
struct Walk {
    next: Slot,
    /// Whether subjects without a row are passed over.
    only_stored: bool,
}

/// A subject, in order.
#[derive(Clone, Eq, Ord, PartialEq, PartialOrd)]
enum Name<P> {
    Addr(IpNet),
    Peer(P),
}

impl<P: PeerName> Backlog<P> {
    pub(super) fn is_empty(&self) -> bool {
        self.names.is_empty() && self.unsorted.is_empty() && self.walk.is_none()
    }

    /// How many rows it is known to hold. Those that are yet to be walked past do not count.
    pub(super) fn len(&self) -> usize {
        self.names.len().saturating_add(self.unsorted_len)
    }

    /// Adds so many subjects.
    pub(super) fn add(
        &mut self,
        len: usize,
        subjects: impl Iterator<Item = Subject<P>> + Send + 'static,
    ) {
        if len > 0 {
            self.unsorted_len = self.unsorted_len.saturating_add(len);
            self.unsorted.push(Box::new(subjects));
        }
    }

    /// Adds every row there is; with `all`, what has no row yet too.
    pub(super) fn add_everything(&mut self, all: bool) {
        // One that is under way has not seen what changed behind it.
        let only_stored = !all && self.walk.is_none_or(|walk| walk.only_stored);
        self.walk = Some(Walk { next: Slot::default(), only_stored });
    }

    /// Adds all of `other`.
    pub(super) fn append(&mut self, mut other: Self) {
        self.names.append(&mut other.names);
        self.unsorted.append(&mut other.unsorted);
        self.unsorted_len = self.unsorted_len.saturating_add(other.unsorted_len);
        if let Some(walk) = other.walk {
            self.add_everything(!walk.only_stored);
        }
    }

    /// Puts the next few names in order.
    pub(super) fn sort_some(&mut self) {
        let mut room = SORTED_AT_ONCE;
        while room > 0
            && let Some(names) = self.unsorted.last_mut()
        {
            if let Some(subject) = names.next() {
                self.names.insert(Name::from(subject));
                self.unsorted_len = self.unsorted_len.saturating_sub(1);
                room -= 1;
            } else {
                self.unsorted.pop();
            }
        }
    }

    pub(super) fn is_walking(&self) -> bool {
        self.walk.is_some()
    }

    /// Walks on, past a few subjects.
    pub(super) fn walk_on<K: EngineKey<P>>(&mut self, engine: &Engine<P, K>, dirty: &DirtyRows<P>) {
        let Some(Walk { next, only_stored }) = self.walk else {
            return;
        };
        let (page, next) = engine.remembered(next, SLOTS);
        let wanted = |each: &Subject<P>| !only_stored || dirty.is_stored(each);
        self.names.extend(page.into_iter().filter(wanted).map(Name::from));
        self.walk = next.map(|next| Walk { next, only_stored });
    }

    /// The next few, in the order of their keys.
    pub(super) fn take(&mut self, at_most: usize) -> Vec<Subject<P>> {
        let next = |_| self.names.pop_first().map(Subject::from);
        (0..at_most).map_while(next).collect()
    }

    /// These are written before their turn.
    pub(super) fn remove(&mut self, subject: &Subject<P>) {
        if !self.names.is_empty() {
            self.names.remove(&Name::from(subject.clone()));
        }
    }
}

impl<P: PeerName> From<Subject<P>> for Name<P> {
    fn from(subject: Subject<P>) -> Self {
        match subject {
            Subject::Addr(net) => Self::Addr(net),
            Subject::Peer(peer) => Self::Peer(peer),
        }
    }
}

impl<P: PeerName> From<Name<P>> for Subject<P> {
    fn from(name: Name<P>) -> Self {
        match name {
            Name::Addr(net) => Self::Addr(net),
            Name::Peer(peer) => Self::Peer(peer),
        }
    }
}

impl<P> Default for Backlog<P> {
    fn default() -> Self {
        Self { names: BTreeSet::new(), unsorted: Vec::new(), unsorted_len: 0, walk: None }
    }
}

/// How many slots of the engine's are looked at under one lock.
const SLOTS: usize = 64;

/// How many names are put in order at once, which takes a few milliseconds.
const SORTED_AT_ONCE: usize = 8_192;
