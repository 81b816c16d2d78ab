//! Set of subjects whose stored rows are out of date.

mod mark;

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

use peerwarden_core::{Config, Instant, Subject};

use super::names::{Hashes, Names};
use super::reminders::Reminders;
use super::row_state::RowState;
use crate::engine::{Engine, EngineKey};
use crate::note::BanNotes;
use crate::peer::PeerName;

/// The subjects whose rows are out of date, and how urgent each of them is.
///
/// It lives beside the engine, under its lock, and knows names only: the state is looked up when it
/// is written, so that however often a subject changes, one row is. Nothing it does under that lock
/// takes longer the more names there are.
///
/// It holds no more subjects than the engine and the store do together, whatever the store is doing:
/// a name is noted only while the engine remembers it or there is a row of it.
pub(crate) struct DirtyRows<P> {
    urgent: Names<P>,
    /// None of these is among those above.
    at_checkpoint: Names<P>,
    stored: Hashes,
    /// Of these nobody knows whether there is a row: the write that should have made it failed, and
    /// may have done so after it was made. No more than one group.
    perhaps: HashSet<Subject<P>, RandomState>,
    /// Subjects of whose changes the engine says nothing.
    reminders: Reminders<P>,
    /// Peers that are connected and in standing, and of which a row says so.
    earned: Hashes,
    /// Whether all peers with a reminder are to be looked at.
    look_at_all: bool,
    hasher: RandomState,
    /// The number of the last change.
    number: u64,
    /// Whether every row there is has to be written anew, at the next checkpoint.
    rewrite_all: bool,
    told: Option<Urgency>,
}

/// How long a row may wait to be written.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Urgency {
    /// Until the next checkpoint.
    Checkpoint,
    /// Until the writer has time.
    Urgent,
}

/// What is to be written from here on.
pub(super) struct Due<P> {
    /// What is urgent, each with the number of its last change.
    pub(super) urgent: Names<P>,
    /// What has waited for a checkpoint.
    pub(super) at_checkpoint: Names<P>,
}

/// A row to be written, and what it is replacing.
#[derive(Clone, Debug)]
pub(super) struct PendingRow<P> {
    pub(super) subject: Subject<P>,
    /// The row; `None` if it is to go.
    pub(super) kept: Option<RowState<P>>,
    pub(super) notes: BanNotes,
    was_stored: bool,
}

/// What was known of rows that are lost.
pub(super) struct Lost<P> {
    _stored: Hashes,
    _perhaps: HashSet<Subject<P>, RandomState>,
}

impl<P: PeerName> DirtyRows<P> {
    pub(super) fn new() -> Self {
        Self {
            urgent: Names::new(),
            at_checkpoint: Names::new(),
            stored: Hashes::new(),
            perhaps: HashSet::default(),
            reminders: Reminders::default(),
            earned: Hashes::new(),
            look_at_all: false,
            hasher: RandomState::new(),
            number: 0,
            rewrite_all: false,
            told: None,
        }
    }

    /// The hash of `subject` in all of the sets. SipHash, as for everything that strangers choose.
    fn hash(&self, subject: &Subject<P>) -> u64 {
        self.hasher.hash_one(subject)
    }

    /// There is a row of `subject`, which is to be looked at then, if that is known.
    pub(super) fn mark_stored(&mut self, subject: &Subject<P>, look_again: Option<Instant>) {
        let hash = self.hash(subject);
        self.stored.insert(hash);
        if let Some(at) = look_again {
            self.reminders.set(subject.clone(), at);
        }
    }

    pub(crate) fn mark_urgent(&mut self, subject: Subject<P>) {
        let hash = self.hash(&subject);
        self.note_urgent(hash, subject);
    }

    fn note_urgent(&mut self, hash: u64, subject: Subject<P>) {
        self.number += 1;
        if !self.at_checkpoint.is_empty() {
            self.at_checkpoint.remove(hash, &subject);
        }
        self.urgent.insert(hash, subject, self.number);
    }

    fn note_for_checkpoint(&mut self, hash: u64, subject: Subject<P>) {
        if !self.urgent.contains(hash, &subject) {
            self.number += 1;
            self.at_checkpoint.insert(hash, subject, self.number);
        }
    }

    /// Whether there is a row of `subject`, or may be.
    fn may_be_stored(&self, hash: u64, subject: &Subject<P>) -> bool {
        self.stored.contains(hash) || (!self.perhaps.is_empty() && self.perhaps.contains(subject))
    }

    /// Whether there is a row of `subject`.
    pub(super) fn is_stored(&self, subject: &Subject<P>) -> bool {
        self.stored.contains(self.hash(subject))
    }

    /// Nothing is left of `subject`: its row goes if there is one. Those who come and go in great
    /// numbers have none, and so are gone from here too. What may be stored is tried again anyway, and
    /// removed then.
    fn forgotten(&mut self, hash: u64, subject: Subject<P>) {
        if self.stored.contains(hash) {
            self.note_for_checkpoint(hash, subject);
        } else {
            self.urgent.remove(hash, &subject);
            self.at_checkpoint.remove(hash, &subject);
        }
    }

    /// How urgent it is that the writer be told, if that is more than it knows already.
    pub(crate) fn take_urgency(&mut self) -> Option<Urgency> {
        let urgency = if !self.urgent.is_empty() {
            Urgency::Urgent
        } else if self.waits_for_checkpoint() {
            Urgency::Checkpoint
        } else {
            return None;
        };
        (self.told < Some(urgency)).then(|| {
            self.told = Some(urgency);
            urgency
        })
    }

    fn waits_for_checkpoint(&self) -> bool {
        self.rewrite_all || !self.at_checkpoint.is_empty()
    }

    /// Whether every row there is has to be written anew. From here on they count as being so.
    pub(super) fn take_rewrite_all(&mut self) -> bool {
        std::mem::take(&mut self.rewrite_all)
    }

    /// How many rows are out of date.
    pub(crate) fn waiting(&self) -> usize {
        self.urgent.len().saturating_add(self.at_checkpoint.len())
    }

    /// How many rows there are.
    pub(crate) fn rows(&self) -> usize {
        self.stored.len()
    }

    /// Whose rows are to be written from here on: those that are urgent or, at a checkpoint, all
    /// that are out of date.
    pub(super) fn take(&mut self, checkpoint: bool) -> Due<P> {
        let mut at_checkpoint = Names::new();
        if checkpoint {
            std::mem::swap(&mut self.at_checkpoint, &mut at_checkpoint);
        }
        let urgent = std::mem::replace(&mut self.urgent, Names::new());
        self.told = self.waits_for_checkpoint().then_some(Urgency::Checkpoint);
        Due { urgent, at_checkpoint }
    }

    /// Notes the rows of at most so many subjects that are to be looked at again by `now`; whether there
    /// may be more.
    pub(super) fn look_again<K: EngineKey<P>>(
        &mut self,
        engine: &Engine<P, K>,
        now: Instant,
        at_most: usize,
    ) -> bool {
        for _ in 0..at_most {
            let Some(subject) = self.reminders.pop(now) else {
                return false;
            };
            if let Subject::Peer(peer) = &subject
                && let Some(status) = engine.status(peer, now).filter(|status| status.connected)
            {
                let earns = engine.config().standing_after().is_some() && !status.standing;
                let pause = if earns { WHILE_EARNING } else { between_looks(engine.config()) };
                self.reminders.set(subject.clone(), now.saturating_add(pause));
                if !status.standing {
                    continue;
                }
            }
            let hash = self.hash(&subject);
            if self.is_to_be_noted(hash, &subject, engine) {
                self.note_for_checkpoint(hash, subject);
            }
        }
        true
    }

    /// Notes the rows of peers that are connected and have come to be in standing since they were looked
    /// at, of a few peers after `after`. The last of these; `None` if there are no more.
    pub(super) fn look_ahead<K: EngineKey<P>>(
        &mut self,
        engine: &Engine<P, K>,
        now: Instant,
        after: Option<&Subject<P>>,
        at_most: usize,
    ) -> Option<Subject<P>> {
        let page = self.reminders.page(after, at_most);
        for subject in &page {
            let hash = self.hash(subject);
            if let Subject::Peer(peer) = subject
                && !self.earned.contains(hash)
                && engine.status(peer, now).is_some_and(|it| it.connected && it.standing)
            {
                self.note_for_checkpoint(hash, subject.clone());
            }
        }
        page.into_iter().last()
    }

    /// Whether all peers are to be looked at that have a reminder. From here on they count as such.
    pub(super) fn take_look_at_all(&mut self) -> bool {
        std::mem::take(&mut self.look_at_all)
    }

    /// What to write of `subject`, of which `kept` is to be kept as of `now`; `None` if there is
    /// nothing to write. From here on it counts as written. It may earn standing if it is a peer that is
    /// connected, under a policy that knows of standing.
    pub(super) fn draft(
        &mut self,
        subject: Subject<P>,
        kept: Option<RowState<P>>,
        notes: BanNotes,
        may_earn: bool,
        now: Instant,
    ) -> Option<PendingRow<P>> {
        if let Some(left) = kept.as_ref().and_then(RowState::look_again) {
            self.reminders.set(subject.clone(), now.saturating_add(left));
        }
        let hash = self.hash(&subject);
        if may_earn && kept.as_ref().is_some_and(RowState::is_in_standing) {
            self.earned.insert(hash);
        } else {
            self.earned.remove(hash);
            if may_earn {
                self.reminders.set(subject.clone(), now.saturating_add(WHILE_EARNING));
            }
        }
        let was_stored =
            if kept.is_some() { !self.stored.insert(hash) } else { self.stored.remove(hash) };
        let may_be_stored = was_stored || self.perhaps.contains(&subject);
        (kept.is_some() || may_be_stored).then_some(PendingRow { subject, kept, notes, was_stored })
    }

    /// What was drafted is written.
    pub(super) fn written(&mut self, rows: &[PendingRow<P>]) {
        if !self.perhaps.is_empty() {
            for draft in rows {
                self.perhaps.remove(&draft.subject);
            }
        }
    }

    /// What was drafted could not be written, as far as one can tell.
    pub(super) fn requeue(&mut self, rows: &[PendingRow<P>]) {
        for draft in rows {
            let hash = self.hash(&draft.subject);
            if draft.was_stored {
                self.stored.insert(hash);
            } else {
                self.stored.remove(hash);
                self.perhaps.insert(draft.subject.clone());
            }
        }
    }

    /// Whatever rows there were are not there any more. To be dropped under no lock.
    pub(super) fn lost(&mut self) -> Lost<P> {
        Lost {
            _stored: std::mem::replace(&mut self.stored, Hashes::new()),
            _perhaps: std::mem::take(&mut self.perhaps),
        }
    }
}

/// How often the row of a connected peer is looked at, for the sake of its standing: a row says how long
/// that lasts from when it was written.
fn between_looks(config: &Config) -> Duration {
    (config.standing_for() / 2).clamp(SHORTEST_LOOK, LONGEST_LOOK)
}

/// How often a connected peer is looked at that is not in standing and may come to be: with the pauses of
/// the writer and the wait for a checkpoint that makes a minute.
const WHILE_EARNING: Duration = Duration::from_secs(30);

const SHORTEST_LOOK: Duration = Duration::from_secs(60);
const LONGEST_LOOK: Duration = Duration::from_secs(3_600);
