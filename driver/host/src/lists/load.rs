//! Loads, edits and deletes lists.

use std::path::PathBuf;
use std::time::SystemTime;

use peerwarden_core::{BanDuration, IpNet, Subject};

use super::change::ListChangeKind;
use super::file::{ListEntry, ListFile};
use super::list::{Claims, End, List, ListSource};
use super::name::ListName;
use super::read::ReadOptions;
use super::refusal::{ListRefusal, ListRefusals, refuse, total};
use super::remote_lists::RemoteLists;
use super::report::ListReport;
use super::state::{Difference, DifferenceKind, differences};
use crate::closed::Closed;
use crate::driver::Driver;
use crate::log;
use crate::notice::NoticeKind;
use crate::one_line::OneLine;
use crate::peer::PeerName;
use crate::shared::{RemoteAnswer, RemoteWord, Shared};

/// Why a list was not changed.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ListError {
    /// The node was shut down.
    #[error(transparent)]
    Closed(#[from] Closed),
    /// The list is a file's.
    #[error("the list {name} is kept in the file {}: change that", OneLine(.path.display()))]
    File {
        /// The name of the list.
        name: ListName,
        /// The file.
        path: PathBuf,
    },
    /// The list was changed, but that cannot be kept: it will not outlive the node.
    #[error("the list {name} was changed, but will not outlive the node: {error}")]
    NotKept {
        /// The name of the list.
        name: ListName,
        /// Why not, with the file.
        error: String,
    },
    /// There are as many lists as there can be.
    #[error("there are {} lists, and there can be no more", RemoteLists::<String>::MAX_LISTS)]
    TooMany,
}

impl<P: PeerName, D: Driver<P>> RemoteLists<P, D> {
    /// How many lists there are, at most: 64.
    pub const MAX_LISTS: usize = 64;

    /// Returns options to read a list that is written right now, by the node's wall clock.
    ///
    /// # Errors
    ///
    /// [`Closed`] if the node was shut down.
    pub fn read_options(&self) -> Result<ReadOptions, Closed> {
        Ok(ReadOptions::new(self.shared()?.clocks().0))
    }

    /// Replaces what a list says by what was read from a file, or makes the list. What left it is taken
    /// back, unless another list names it.
    ///
    /// A subject whose ban the operator lifted stays lifted for as long as a list goes on naming it.
    ///
    /// # Errors
    ///
    /// [`ListError`] if the list is kept in a file, there are too many, or the node was shut down.
    pub fn replace(&self, name: &ListName, file: &ListFile<P>) -> Result<ListReport<P>, ListError> {
        let shared = self.shared()?;
        let changing = shared.lists.changing();
        shared.may_change(name)?;
        let report = shared.load(name, file, self.source())?;
        self.keep_list(&shared, &changing, name)?;
        Ok(report)
    }

    /// Takes a list away, and what no other list names with it. `None` if there is none of this name.
    ///
    /// # Errors
    ///
    /// [`ListError`] if the list is kept in a file, or the node was shut down.
    pub fn delete(&self, name: &ListName) -> Result<Option<ListReport<P>>, ListError> {
        let shared = self.shared()?;
        let changing = shared.lists.changing();
        if !shared.lists.inner().lists.contains_key(name) {
            return Ok(None);
        }
        shared.may_change(name)?;
        let report = shared.remove_list(name)?;
        self.keep_list(&shared, &changing, name)?;
        Ok(Some(report))
    }

    /// Puts a subject on a list, until a moment of the wall clock or for as long as the list has it; makes
    /// the list if there is none. What the list said of the subject before is replaced.
    ///
    /// # Errors
    ///
    /// As [`replace`](Self::replace).
    pub fn put(
        &self,
        name: &ListName,
        subject: Subject<P>,
        until: Option<SystemTime>,
    ) -> Result<ListReport<P>, ListError> {
        let shared = self.shared()?;
        let changing = shared.lists.changing();
        shared.may_change(name)?;
        let edits = [(subject.canonical(), Some(End::new(until)))];
        let report = shared.edit(name, edits, self.source())?;
        self.keep_list(&shared, &changing, name)?;
        Ok(report)
    }

    /// Takes a subject off a list. `None` if it is not on it.
    ///
    /// # Errors
    ///
    /// As [`delete`](Self::delete).
    pub fn remove(
        &self,
        name: &ListName,
        subject: Subject<P>,
    ) -> Result<Option<ListReport<P>>, ListError> {
        let shared = self.shared()?;
        let changing = shared.lists.changing();
        let subject = subject.canonical();
        let inner = shared.lists.inner();
        let is_named =
            inner.lists.get(name).is_some_and(|list| list.claims.get(&subject).is_some());
        drop(inner);
        if !is_named {
            return Ok(None);
        }
        shared.may_change(name)?;
        let report = shared.edit(name, [(subject, None)], self.source())?;
        self.keep_list(&shared, &changing, name)?;
        Ok(Some(report))
    }

    /// Puts subjects on a list, each until a moment of the wall clock, and takes those without one off it; makes
    /// the list if there is none. As [`put`](Self::put) and [`remove`](Self::remove), with one report, one line
    /// in the log and one notice for all of them: for a program that feeds a list by and by.
    ///
    /// # Errors
    ///
    /// As [`replace`](Self::replace).
    pub fn edit(
        &self,
        name: &ListName,
        edits: impl IntoIterator<Item = (Subject<P>, Option<SystemTime>)>,
    ) -> Result<ListReport<P>, ListError> {
        let shared = self.shared()?;
        let changing = shared.lists.changing();
        shared.may_change(name)?;
        let edits = edits.into_iter();
        let edits = edits.map(|(subject, until)| {
            (subject.canonical(), until.map(|until| End::new(Some(until))))
        });
        let report = shared.edit(name, edits, self.source())?;
        self.keep_list(&shared, &changing, name)?;
        Ok(report)
    }

    fn source(&self) -> ListSource {
        if self.is_kept { ListSource::Given } else { ListSource::Fed }
    }
}

/// Entries that a list can ban at all, and those that are refused at first sight.
pub(super) fn sorted<P: PeerName>(
    entries: &[ListEntry<P>],
    spared: &[IpNet],
) -> (Claims<P>, ListRefusals<P>) {
    let mut refused = ListRefusals::new();
    let claims = Claims::new(entries.iter().filter(|entry| {
        let why = refusal(&entry.subject, spared);
        if let Some(why) = why {
            refuse(&mut refused, why, &entry.subject, Some(entry.line));
        }
        why.is_none()
    }));
    (claims, refused)
}

/// Why no list can ban a subject, whatever the policy is.
fn refusal<P>(subject: &Subject<P>, spared: &[IpNet]) -> Option<ListRefusal> {
    let Subject::Addr(net) = subject else {
        return None;
    };
    let narrowest_wide = if net.max_prefix_len() == 32 { 16 } else { 32 };
    if net.prefix_len() < narrowest_wide {
        return Some(ListRefusal::Wide);
    }
    spared.iter().any(|ip| net.contains(ip)).then_some(ListRefusal::Spared)
}

impl<P: PeerName, D: Driver<P>> Shared<P, D> {
    /// Whether a list of this name can be changed by a call.
    fn may_change(&self, name: &ListName) -> Result<(), ListError> {
        let inner = self.lists.inner();
        match inner.lists.get(name).map(|list| &list.source) {
            Some(ListSource::File(path)) => {
                Err(ListError::File { name: name.clone(), path: path.clone() })
            }
            Some(ListSource::Fed | ListSource::Given) => Ok(()),
            None if inner.lists.len() >= RemoteLists::<P, D>::MAX_LISTS => Err(ListError::TooMany),
            None => Ok(()),
        }
    }

    /// Has a list say what was read.
    pub(super) fn load(
        &self,
        name: &ListName,
        file: &ListFile<P>,
        source: ListSource,
    ) -> Result<ListReport<P>, Closed> {
        let wall = self.clocks().0;
        let now = End::new(Some(wall));
        let mut inner = self.lists.inner();
        let (claims, refused) = sorted(&file.entries, &inner.all_spared());
        let differences = differences(&inner, name, &claims, now);
        let turned_away = total(&refused);
        let mut report = ListReport::of_file(name.clone(), file, claims.len(), refused);
        let (format, loaded) = (Some(file.format), Some(wall));
        let list = List { claims, turned_away, source, format, loaded, error: None };
        let before = inner.lists.insert(name.clone(), list);
        drop(inner);
        drop(before);
        self.apply(&differences, now, &mut report)?;
        report.name_lines(&file.entries);
        self.tell_of_list(&report, ListChangeKind::Loaded);
        Ok(report)
    }

    /// Has no list of this name.
    pub(super) fn remove_list(&self, name: &ListName) -> Result<ListReport<P>, Closed> {
        let now = End::new(Some(self.clocks().0));
        let mut inner = self.lists.inner();
        let differences = differences(&inner, name, &Claims::default(), now);
        let list = inner.lists.remove(name);
        drop(inner);
        drop(list);
        let mut report = ListReport::new(name.clone());
        self.apply(&differences, now, &mut report)?;
        self.tell_of_list(&report, ListChangeKind::Deleted);
        Ok(report)
    }

    /// Has a list say something else of these subjects.
    fn edit(
        &self,
        name: &ListName,
        edits: impl IntoIterator<Item = (Subject<P>, Option<End>)>,
        source: ListSource,
    ) -> Result<ListReport<P>, Closed> {
        let wall = self.clocks().0;
        let now = End::new(Some(wall));
        let mut report = ListReport::new(name.clone());
        let mut differences = Vec::new();
        let mut inner = self.lists.inner();
        let spared = inner.all_spared();
        inner.lists.entry(name.clone()).or_insert_with(|| List::new(source));
        for (subject, end) in edits {
            let end = end.filter(|end| !end.is_over(now));
            let why = refusal(&subject, &spared).filter(|_| end.is_some());
            if let Some(why) = why {
                refuse(&mut report.refused, why, &subject, None);
            }
            let end = end.filter(|_| why.is_none());
            let claims = inner.lists.get_mut(name).map(|list| &mut list.claims);
            let old = claims.and_then(|claims| match end {
                Some(end) => claims.insert(&subject, end),
                None => claims.remove(&subject),
            });
            differences.extend(inner.difference(name, subject, old, end, now));
        }
        if let Some(list) = inner.lists.get_mut(name) {
            list.loaded = Some(wall);
            report.entries = list.entries();
        }
        drop(inner);
        self.apply(&differences, now, &mut report)?;
        self.tell_of_list(&report, ListChangeKind::Edited);
        Ok(report)
    }

    /// Tells the engine what is different, and counts what comes of it.
    fn apply(
        &self,
        differences: &[Difference<P>],
        now: End,
        report: &mut ListReport<P>,
    ) -> Result<(), Closed> {
        let inner = self.lists.inner();
        let was_refused: Vec<_> =
            differences.iter().map(|each| inner.refused.contains(&each.subject)).collect();
        drop(inner);
        let words = differences.iter().zip(&was_refused).map(|(each, was_refused)| {
            let left = each.end.and_then(|end| end.left(now));
            let left = left.and_then(|left| BanDuration::try_from(left).ok());
            let word = match each.kind {
                DifferenceKind::New => RemoteWord::Ban(left),
                DifferenceKind::Changed if *was_refused => RemoteWord::Ban(left),
                DifferenceKind::Changed => RemoteWord::Move(left),
                DifferenceKind::Gone => RemoteWord::TakeBack,
            };
            (each.subject.clone(), word)
        });
        let (mut now_refused, mut now_banned) = (Vec::new(), Vec::new());
        let mut told = differences.iter().zip(&was_refused);
        self.tell_remote(words, |subject, answer| {
            let Some((difference, was_refused)) = told.next() else {
                return;
            };
            match answer {
                RemoteAnswer::Refused(why) => {
                    refuse(&mut report.refused, why, &subject, None);
                    now_refused.push(subject);
                }
                RemoteAnswer::Done => report.count(difference),
                RemoteAnswer::Left => {}
            }
            if *was_refused && !matches!(answer, RemoteAnswer::Refused(_)) {
                now_banned.push(difference.subject.clone());
            }
        })?;
        let mut inner = self.lists.inner();
        inner.refused.extend(now_refused);
        for subject in &now_banned {
            inner.refused.remove(subject);
        }
        for (why, entries) in &report.refused {
            let count = inner.refusals.entry(*why).or_default();
            *count = count.saturating_add(u64::try_from(entries.total).unwrap_or(u64::MAX));
        }
        Ok(())
    }

    /// Logs a change of a list, and tells subscribers.
    fn tell_of_list(&self, report: &ListReport<P>, kind: ListChangeKind) {
        let change = report.change(kind);
        self.notify(NoticeKind::List(change.clone()));
        log::list(&change, report);
    }
}
