//! Report of loading a list, or of a dry run of that.

use std::collections::BTreeMap;

use peerwarden_core::Subject;
use serde::Serialize;

use super::change::{ListChange, ListChangeKind};
use super::file::{LineFaults, ListEntry, ListFile, SkipReason};
use super::format::ListFormat;
use super::name::ListName;
use super::refusal::{ListRefusals, total};
use super::state::{Difference, DifferenceKind};
use crate::peer::PeerName;

/// What came of loading a list or, of a dry run, what would come of it.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(bound = "P: PeerName")]
#[non_exhaustive]
pub struct ListReport<P> {
    /// The name of the list.
    pub list: ListName,
    /// Whether it was tried out only.
    pub dry_run: bool,
    /// The format that it was read in; `None` if it was not read from a text.
    pub format: Option<ListFormat>,
    /// How many subjects the list names.
    pub entries: usize,
    /// Subjects that no list named before.
    pub new: Subjects<P>,
    /// Subjects whose bans have another end.
    pub changed: Subjects<P>,
    /// Subjects that no list names any more: their bans by lists are taken back.
    pub gone: Subjects<P>,
    /// Subjects that the list names and that are not banned.
    pub refused: ListRefusals<P>,
    /// Lines that are wrong.
    pub faults: LineFaults,
    /// Lines that were read otherwise than they are written.
    pub remarks: LineFaults,
    /// Entries that are not meant for this node, by reason.
    pub skipped: BTreeMap<SkipReason, usize>,
    /// Of a dry run, the connected and protected peers that are hit.
    pub hits: Option<Hits<P>>,
}

/// Subjects: how many, and the first of them.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(bound = "P: PeerName")]
#[non_exhaustive]
pub struct Subjects<P> {
    /// How many there are.
    pub total: usize,
    /// The first of them, [`MAX_KEPT`](Self::MAX_KEPT) at most.
    pub first: Vec<Subject<P>>,
}

impl<P> Subjects<P> {
    /// How many subjects are kept: 100.
    pub const MAX_KEPT: usize = 100;

    pub(super) fn push(&mut self, subject: Subject<P>) {
        self.total = self.total.saturating_add(1);
        if self.first.len() < Self::MAX_KEPT {
            self.first.push(subject);
        }
    }
}

impl<P> Default for Subjects<P> {
    fn default() -> Self {
        Self { total: 0, first: Vec::new() }
    }
}

/// Peers that a list hits: those that it names, and those that were last seen in a network that it names.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(bound = "P: PeerName")]
#[non_exhaustive]
pub struct Hits<P> {
    /// Connected peers, which are disconnected.
    pub connected: Subjects<P>,
    /// Protected peers, which are spared.
    pub protected: Subjects<P>,
}

impl<P> Default for Hits<P> {
    fn default() -> Self {
        Self { connected: Subjects::default(), protected: Subjects::default() }
    }
}

impl<P: PeerName> ListReport<P> {
    pub(super) fn new(list: ListName) -> Self {
        Self {
            list,
            dry_run: false,
            format: None,
            entries: 0,
            new: Subjects::default(),
            changed: Subjects::default(),
            gone: Subjects::default(),
            refused: ListRefusals::new(),
            faults: LineFaults::default(),
            remarks: LineFaults::default(),
            skipped: BTreeMap::new(),
            hits: None,
        }
    }

    /// What is known of a list that was read before the engine is told of it: `claims` are the subjects that it
    /// could ban, `refused` those that no list can.
    pub(super) fn of_file(
        list: ListName,
        file: &ListFile<P>,
        claims: usize,
        refused: ListRefusals<P>,
    ) -> Self {
        Self {
            format: Some(file.format),
            entries: claims.saturating_add(total(&refused)),
            refused,
            faults: file.faults.clone(),
            remarks: file.remarks.clone(),
            skipped: file.skipped.clone(),
            ..Self::new(list)
        }
    }

    /// Counts what changes for a subject.
    pub(super) fn count(&mut self, difference: &Difference<P>) {
        let subjects = match difference.kind {
            DifferenceKind::Changed => &mut self.changed,
            DifferenceKind::Gone => &mut self.gone,
            DifferenceKind::New => &mut self.new,
        };
        subjects.push(difference.subject.clone());
    }

    /// Says of refused entries on which lines they are.
    pub(super) fn name_lines(&mut self, entries: &[ListEntry<P>]) {
        let unknown = self.refused.values_mut().flat_map(|entries| &mut entries.first);
        let mut unknown: BTreeMap<_, _> = unknown
            .filter(|entry| entry.line.is_none())
            .map(|entry| (entry.subject.clone(), &mut entry.line))
            .collect();
        for entry in entries {
            if unknown.is_empty() {
                break;
            }
            if let Some(line) = unknown.remove(&entry.subject) {
                *line = Some(entry.line);
            }
        }
        drop(unknown);
        for entries in self.refused.values_mut() {
            entries.first.sort_by_key(|entry| entry.line);
        }
    }

    /// Returns the same in numbers.
    #[must_use]
    pub fn change(&self, kind: ListChangeKind) -> ListChange {
        ListChange {
            list: self.list.clone(),
            kind,
            entries: self.entries,
            new: self.new.total,
            changed: self.changed.total,
            gone: self.gone.total,
            refused: total(&self.refused),
            faults: self.faults.total,
        }
    }

    /// Returns whether something of the list was not taken over: a line is wrong, or an entry refused.
    #[must_use]
    pub fn is_partial(&self) -> bool {
        !self.faults.is_empty() || !self.refused.is_empty()
    }
}
