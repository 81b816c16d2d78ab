//! Votes: every statement that counts, by subject.

use std::collections::{BTreeMap, BTreeSet};

use peerwarden_core::{Cause, Subject};
use peerwarden_host::PeerName;

use crate::counts::Refused;
use crate::key::Author;
use crate::quorum::{Ballot, Voter};
use crate::roster::Roster;
use crate::rules::{MAX_VOTES, TOLERANCE};
use crate::signing::PublicKey;
use crate::statement::{Says, Statement};
use crate::unix_millis::UnixMillis;

/// Every statement that counts, and who may make one.
#[derive(Debug)]
pub(crate) struct Votes<P> {
    subjects: BTreeMap<Subject<P>, Vec<Vote>>,
    authors: Vec<AuthorEntry>,
    /// Where each author is among them.
    numbers: BTreeMap<Author, u32>,
    groups: Vec<String>,
    total: usize,
}

/// An author, as it is known.
#[derive(Clone, Debug)]
pub(crate) struct AuthorEntry {
    pub(crate) author: Author,
    /// The key that signs its statements; `None` once it is taken off the roster.
    pub(crate) id: Option<PublicKey>,
    pub(crate) group: Option<u32>,
    /// How many of its statements are remembered, and how many of them are not withdrawn.
    pub(crate) records: usize,
    pub(crate) live: usize,
    /// When its last statement was read.
    pub(crate) heard: Option<UnixMillis>,
}

/// A statement on a subject.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Vote {
    pub(crate) author: u32,
    pub(crate) says: Says,
    pub(crate) cause: Option<Cause>,
    pub(crate) issued: UnixMillis,
    pub(crate) seq: u64,
    /// When it ends, by this node's clock.
    pub(crate) end: UnixMillis,
}

impl<P: PeerName> Votes<P> {
    /// No votes yet; of authors, the operators alone.
    pub(crate) fn new(operators: &[PublicKey]) -> Self {
        let mut votes = Self {
            subjects: BTreeMap::new(),
            authors: Vec::new(),
            numbers: BTreeMap::new(),
            groups: Vec::new(),
            total: 0,
        };
        for key in operators {
            votes.author_of(&Author::Operator(*key), *key, None);
        }
        votes
    }

    /// Follows another roster. Returns the subjects on which votes went with their authors.
    pub(crate) fn follow(&mut self, roster: &Roster) -> Vec<Subject<P>> {
        let mut dropped = BTreeSet::new();
        for (at, entry) in (0_u32..).zip(&mut self.authors) {
            let Author::Member(name) = &entry.author else {
                continue;
            };
            let id = roster.get(name).map(|member| member.id);
            if id != entry.id {
                *entry =
                    AuthorEntry { id: None, records: 0, live: 0, heard: None, ..entry.clone() };
                dropped.insert(at);
            }
        }
        for member in roster.members() {
            let group = member.group.as_deref().map(|group| self.group(group));
            self.author_of(&Author::Member(member.name.clone()), member.id, group);
        }
        let mut subjects = Vec::new();
        for (subject, votes) in &mut self.subjects {
            let before = votes.len();
            votes.retain(|vote| !dropped.contains(&vote.author));
            if votes.len() < before {
                self.total = self.total.saturating_sub(before.saturating_sub(votes.len()));
                subjects.push(subject.clone());
            }
        }
        self.subjects.retain(|_, votes| !votes.is_empty());
        subjects
    }

    fn group(&mut self, name: &str) -> u32 {
        let known = self.groups.iter().position(|group| group == name);
        let at = known.unwrap_or_else(|| {
            self.groups.push(name.to_owned());
            self.groups.len().saturating_sub(1)
        });
        u32::try_from(at).unwrap_or(u32::MAX)
    }

    fn author_of(&mut self, author: &Author, id: PublicKey, group: Option<u32>) {
        let known = self.numbers.get(author).and_then(|number| usize::try_from(*number).ok());
        if let Some(entry) = known.and_then(|at| self.authors.get_mut(at)) {
            (entry.id, entry.group) = (Some(id), group);
            return;
        }
        let number = u32::try_from(self.authors.len()).unwrap_or(u32::MAX);
        self.numbers.insert(author.clone(), number);
        let author = author.clone();
        self.authors.push(AuthorEntry {
            author,
            id: Some(id),
            group,
            records: 0,
            live: 0,
            heard: None,
        });
    }

    /// An author that may make statements, by number.
    pub(crate) fn known(&self, author: &Author) -> Option<(u32, &AuthorEntry)> {
        let number = *self.numbers.get(author)?;
        let entry = self.author(number).filter(|entry| entry.id.is_some())?;
        Some((number, entry))
    }

    pub(crate) fn author(&self, number: u32) -> Option<&AuthorEntry> {
        self.authors.get(usize::try_from(number).ok()?)
    }

    pub(crate) fn authors(&self) -> impl Iterator<Item = &AuthorEntry> {
        self.authors.iter().filter(|entry| entry.id.is_some())
    }

    pub(crate) fn group_name(&self, number: u32) -> Option<&str> {
        self.groups.get(usize::try_from(number).ok()?).map(String::as_str)
    }

    /// What an author said last on a subject.
    pub(crate) fn get(&self, subject: &Subject<P>, author: u32) -> Option<&Vote> {
        self.subjects.get(subject)?.iter().find(|vote| vote.author == author)
    }

    pub(crate) fn on(&self, subject: &Subject<P>) -> &[Vote] {
        self.subjects.get(subject).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&Subject<P>, &Vote)> {
        self.subjects
            .iter()
            .flat_map(|(subject, votes)| votes.iter().map(move |vote| (subject, vote)))
    }

    pub(crate) const fn len(&self) -> usize {
        self.total
    }

    /// Whether there is room for a statement of this author, before it is looked at in full.
    pub(crate) fn has_room(
        &self,
        subject: &Subject<P>,
        author: u32,
        says: Says,
        most: usize,
    ) -> Result<(), Refused> {
        let old = self.get(subject, author);
        let was_live = old.is_some_and(|vote| vote.says != Says::Withdrawn);
        let Some(entry) = self.author(author) else {
            return Err(Refused::Member);
        };
        let is_operator = matches!(entry.author, Author::Operator(_));
        let is_full = !is_operator
            && (says != Says::Withdrawn && !was_live && entry.live >= most
                || old.is_none() && entry.records >= most.saturating_mul(2));
        if is_full || old.is_none() && self.total >= MAX_VOTES {
            return Err(Refused::Limit);
        }
        Ok(())
    }

    /// Remembers a statement in the place of the author's last one on the subject.
    pub(crate) fn insert(&mut self, subject: &Subject<P>, vote: Vote, now: UnixMillis) {
        let votes = self.subjects.entry(subject.clone()).or_default();
        let old = votes.iter_mut().find(|old| old.author == vote.author);
        let (was_known, was_live) =
            old.as_ref().map_or((false, false), |old| (true, old.says != Says::Withdrawn));
        match old {
            Some(old) => *old = vote,
            None => {
                votes.push(vote);
                self.total = self.total.saturating_add(1);
            }
        }
        let at = usize::try_from(vote.author).ok();
        if let Some(entry) = at.and_then(|at| self.authors.get_mut(at)) {
            entry.heard = entry.heard.max(Some(now));
            entry.records = entry.records.saturating_add(usize::from(!was_known));
            entry.live = entry
                .live
                .saturating_sub(usize::from(was_live))
                .saturating_add(usize::from(vote.says != Says::Withdrawn));
        }
    }

    /// Has a statement end no later than it is known to by now.
    pub(crate) fn shorten(&mut self, subject: &Subject<P>, author: u32, end: UnixMillis) -> bool {
        let votes = self.subjects.get_mut(subject).into_iter().flatten();
        let Some(vote) = votes.filter(|vote| vote.author == author).find(|vote| vote.end > end)
        else {
            return false;
        };
        vote.end = end;
        true
    }

    /// Forgets what has been over for so long that it cannot come back. Returns the subjects on which pardons
    /// ended, for other votes count again there.
    pub(crate) fn sweep(&mut self, since: UnixMillis, now: UnixMillis) -> Vec<Subject<P>> {
        let mut changed = Vec::new();
        let (authors, total) = (&mut self.authors, &mut self.total);
        self.subjects.retain(|subject, votes| {
            let ended = |vote: &Vote| vote.end > since && vote.end <= now;
            if votes.iter().any(|vote| vote.says == Says::Pardon && ended(vote)) {
                changed.push(subject.clone());
            }
            votes.retain(|vote| {
                // A clock of an author that is ahead lets a replay count for as much longer.
                let is_kept = vote.end.later(TOLERANCE).later(TOLERANCE) > now;
                let at = usize::try_from(vote.author).ok();
                if let Some(entry) = at.and_then(|at| authors.get_mut(at)).filter(|_| !is_kept) {
                    entry.records = entry.records.saturating_sub(1);
                    let was_live = usize::from(vote.says != Says::Withdrawn);
                    entry.live = entry.live.saturating_sub(was_live);
                    *total = total.saturating_sub(1);
                }
                is_kept
            });
            !votes.is_empty()
        });
        changed
    }

    /// The votes on a subject, as the quorum counts them.
    pub(crate) fn ballots(&self, subject: &Subject<P>, myself: Option<u32>) -> Vec<Ballot> {
        let votes = self.on(subject).iter();
        votes
            .filter_map(|vote| {
                let entry = self.author(vote.author)?;
                let voter = match &entry.author {
                    Author::Operator(_) => Voter::Operator(vote.author),
                    Author::Member(_) if myself == Some(vote.author) => {
                        Voter::Myself { group: entry.group }
                    }
                    Author::Member(_) => Voter::Member { member: vote.author, group: entry.group },
                };
                Some(Ballot { voter, says: vote.says, issued: vote.issued, end: vote.end })
            })
            .collect()
    }
}

impl Vote {
    /// What a statement comes to when it has lain in the bucket for `age`: so much of it is left as both
    /// the server's clock and its author's allow.
    pub(crate) fn new<P>(
        author: u32,
        statement: &Statement<P>,
        age: std::time::Duration,
        now: UnixMillis,
    ) -> Result<Self, Refused> {
        if statement.issued > now.later(TOLERANCE) {
            return Err(Refused::Future);
        }
        let by_server = now.later(statement.lasts).earlier(age);
        let by_author = statement.issued.later(statement.lasts).later(TOLERANCE);
        let end = by_server.min(by_author);
        if end <= now {
            return Err(Refused::Stale);
        }
        let Statement { says, cause, issued, seq, .. } = *statement;
        Ok(Self { author, says, cause, issued, seq, end })
    }
}
