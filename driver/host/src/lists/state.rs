//! All lists of a node.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use peerwarden_core::{Instant, IpNet, Subject};
use serde::Serialize;

use super::keeper::Keeper;
use super::list::{Claims, End, List};
use super::name::ListName;
use super::refusal::ListRefusal;
use super::watch::Watched;

/// The lists of a node, beside its engine. There are two locks, neither of them the engine's: one for those
/// who change something, who may take a while, and one for what there is, held for short.
#[derive(Debug)]
pub(crate) struct ListState<P> {
    changing: Mutex<Changing>,
    /// When the node was made: bans from before are older.
    pub(super) started: Instant,
    is_renewal_due: AtomicBool,
    inner: Mutex<Inner<P>>,
}

/// What belongs to the one who changes something.
#[derive(Debug, Default)]
pub(super) struct Changing {
    pub(super) watched: Vec<Watched>,
    /// When bans were renewed the last time.
    pub(super) renewed: Option<Instant>,
    /// Whether the bans of before the start that no list names were taken back.
    pub(super) is_settled: bool,
    pub(super) keeper: Option<Keeper>,
    /// Lists that are going to be loaded.
    pub(super) expected: BTreeSet<ListName>,
    /// Where lists are kept that are no file's.
    pub(super) directory: Option<PathBuf>,
}

/// What there is.
#[derive(Debug)]
pub(super) struct Inner<P> {
    pub(super) lists: BTreeMap<ListName, List<P>>,
    /// Subjects that some list names and that are not banned.
    pub(super) refused: BTreeSet<Subject<P>>,
    /// What is not banned by any list: what the program says, and where static peers are.
    pub(super) spared: Vec<IpNet>,
    pub(super) statics: Vec<IpNet>,
    /// How many refusals there have been, by reason.
    pub(super) refusals: BTreeMap<ListRefusal, u64>,
}

impl<P> ListState<P> {
    /// No lists yet, of a node that is made at this moment.
    pub(crate) fn new(started: Instant) -> Self {
        let inner = Inner {
            lists: BTreeMap::new(),
            refused: BTreeSet::new(),
            spared: Vec::new(),
            statics: Vec::new(),
            refusals: BTreeMap::new(),
        };
        Self {
            changing: Mutex::default(),
            started,
            is_renewal_due: AtomicBool::new(false),
            inner: Mutex::new(inner),
        }
    }

    /// What lists may ban has changed: bans are renewed at the next opportunity.
    pub(crate) fn renew_soon(&self) {
        self.is_renewal_due.store(true, Ordering::Release);
    }

    /// Returns whether that was said since this was asked last.
    pub(super) fn take_renewal(&self) -> bool {
        self.is_renewal_due.swap(false, Ordering::AcqRel)
    }
}

impl<P: Clone + Ord> ListState<P> {
    pub(super) fn changing(&self) -> MutexGuard<'_, Changing> {
        self.changing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn inner(&self) -> MutexGuard<'_, Inner<P>> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the names of the lists that name this subject at a moment of the wall clock.
    pub(crate) fn naming(&self, subject: &Subject<P>, wall: SystemTime) -> Vec<String> {
        let now = End::new(Some(wall));
        let inner = self.inner();
        let naming = inner
            .lists
            .iter()
            .filter(|(_, list)| list.claims.get(subject).is_some_and(|end| !end.is_over(now)));
        naming.map(|(name, _)| name.to_string()).collect()
    }

    /// How many subjects each list names, and how many refusals there have been.
    pub(crate) fn tallies(&self) -> ListTallies {
        let inner = self.inner();
        let entries = inner.lists.iter().map(|(name, list)| (name.clone(), list.entries()));
        let refusals =
            ListRefusal::ALL.map(|why| (why, inner.refusals.get(&why).copied().unwrap_or(0)));
        let failing = inner.lists.iter().map(|(name, list)| (name.clone(), list.error.is_some()));
        ListTallies {
            entries: entries.collect(),
            failing: failing.collect(),
            refusals: refusals.to_vec(),
        }
    }
}

/// Counts of lists: what [`Tallies`](crate::Tallies) has of them.
#[derive(Clone, Debug, Default, Serialize)]
#[non_exhaustive]
pub struct ListTallies {
    /// How many subjects each list names.
    pub entries: Vec<(ListName, usize)>,
    /// Whether each list could not be read the last time that this was tried.
    pub failing: Vec<(ListName, bool)>,
    /// How many entries were refused while lists were loaded, by reason; again with each loading.
    pub refusals: Vec<(ListRefusal, u64)>,
}

impl<P: Clone + Ord> Inner<P> {
    /// The IPs that no list can ban.
    pub(super) fn all_spared(&self) -> Vec<IpNet> {
        self.spared.iter().chain(&self.statics).copied().collect()
    }

    /// When the ban of a subject ends by all lists together; `None` if no list names it.
    pub(super) fn end_of(&self, subject: &Subject<P>, now: End) -> Option<End> {
        let ends = self.lists.values().filter_map(|list| list.claims.get(subject));
        ends.filter(|end| !end.is_over(now)).max()
    }

    /// What changes for a subject when one list, which said `old` of it, says `new`.
    pub(super) fn difference(
        &self,
        name: &ListName,
        subject: Subject<P>,
        old: Option<End>,
        new: Option<End>,
        now: End,
    ) -> Option<Difference<P>> {
        let valid = |end: Option<End>| end.filter(|end| !end.is_over(now));
        let others = self.lists.iter().filter(|(other, _)| *other != name);
        let others = others.filter_map(|(_, list)| valid(list.claims.get(&subject))).max();
        let kind = match (valid(old).max(others), valid(new).max(others)) {
            (None, None) => return None,
            (None, Some(_)) => DifferenceKind::New,
            (Some(_), None) => DifferenceKind::Gone,
            (Some(_), Some(_)) if self.refused.contains(&subject) => DifferenceKind::New,
            (Some(before), Some(after)) if is_same(before, after) => return None,
            (Some(_), Some(_)) => DifferenceKind::Changed,
        };
        Some(Difference { subject, end: valid(new).max(others), kind })
    }
}

/// What a list says newly of a subject.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Difference<P> {
    pub(super) subject: Subject<P>,
    /// When its ban ends by all lists together.
    pub(super) end: Option<End>,
    pub(super) kind: DifferenceKind,
}

/// What changes for a subject.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum DifferenceKind {
    /// Another end.
    Changed,
    /// No list names it any more.
    Gone,
    /// No list named it before.
    New,
}

/// What changes when `new` takes the place of what the list said, all lists together. What goes comes
/// first, so that it makes room. What was refused before is tried again.
pub(super) fn differences<P: Clone + Ord>(
    inner: &Inner<P>,
    name: &ListName,
    new: &Claims<P>,
    now: End,
) -> Vec<Difference<P>> {
    let empty = Claims::default();
    let old = inner.lists.get(name).map_or(&empty, |list| &list.claims);
    let left = old.after(None).filter(|(subject, _)| new.get(subject).is_none());
    let left =
        left.filter_map(|(subject, end)| inner.difference(name, subject, Some(end), None, now));
    let named = new.after(None).filter_map(|(subject, end)| {
        let before = old.get(&subject);
        inner.difference(name, subject, before, Some(end), now)
    });
    left.chain(named).collect()
}

/// Whether two ends are less than a second apart.
fn is_same(one: End, other: End) -> bool {
    one == other
        || one.left(other).is_some_and(|left| left.as_millis() < 1_000)
            && other.left(one).is_some_and(|left| left.as_millis() < 1_000)
}
