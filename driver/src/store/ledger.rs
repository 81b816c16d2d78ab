//! What has yet to be written.

use std::hash::{BuildHasher, RandomState};

use hashbrown::HashSet;
use libp2p::PeerId;
use peerwarden_core::{
    Action, Cause, Event, Instant, IpNet, Offset, Saved, SavedDebt, Subject, Warden,
};

/// The subjects whose rows are out of date, and how urgent each of them is.
///
/// It lives beside the engine, under its lock, and knows names only: the state is looked up when it
/// is written, so that however often a subject changes, one row is. It holds no more subjects than
/// the engine and the store do together.
pub(crate) struct Ledger {
    /// Hashed with SipHash, like all that strangers choose.
    soon: HashSet<Subject<PeerId>, RandomState>,
    /// None of these is among those above.
    later: HashSet<Subject<PeerId>, RandomState>,
    /// Of each row that is in the store, or is being written to it, a hash of the subject.
    stored: HashSet<u64, RandomState>,
    hasher: RandomState,
    /// Whether every row there is has to be written anew, at the next checkpoint.
    renewal: bool,
    told: Option<Urgency>,
}

/// How long a row may wait to be written.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Urgency {
    /// Until the next checkpoint.
    Later,
    /// Until the writer has time.
    Soon,
}

/// A row to be written, and what it is replacing.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    pub(super) subject: Subject<PeerId>,
    /// The row; `None` if it is to go.
    pub(super) saved: Option<Saved<PeerId>>,
    was_stored: bool,
}

impl Ledger {
    pub(super) fn new() -> Self {
        Self {
            soon: HashSet::default(),
            later: HashSet::default(),
            stored: HashSet::default(),
            hasher: RandomState::new(),
            renewal: false,
            told: None,
        }
    }

    /// There is a row of `subject`.
    pub(super) fn found(&mut self, subject: &Subject<PeerId>) {
        self.stored.insert(self.hasher.hash_one(subject));
    }

    /// Takes note of what is about to be fed to `engine` at `now`. Not all that it changes can be
    /// told from the answer.
    pub(crate) fn note_event<S: BuildHasher>(
        &mut self,
        event: &Event<PeerId>,
        engine: &Warden<PeerId, S>,
        now: Instant,
    ) {
        match event {
            Event::Protect { subject, addr: _ } => {
                let subject = subject.clone().canonical();
                if let Subject::Addr(outer) = &subject {
                    // Of the bans inside it some causes end, about which there is nothing to say
                    // while others last.
                    let banned = engine.bans(now).map(|ban| ban.subject);
                    let inside = banned.filter(|subject| is_inside(subject, outer));
                    inside.for_each(|subject| self.soon(subject));
                }
                self.soon(subject);
            }
            Event::Ban { subject, .. }
            | Event::Unban { subject, .. }
            | Event::Unprotect { subject } => self.soon(subject.clone().canonical()),
            Event::Report { peer, .. } | Event::Waive { peer, .. } => {
                self.later(Subject::Peer(*peer));
            }
            // By another policy debts fall at other rates, and offences are forgiven at other times.
            Event::Reconfigure { .. } => self.renewal = true,
            // What these change shows in the answer or is not kept.
            Event::Connected { .. }
            | Event::Disconnected { .. }
            | Event::Heartbeat
            | Event::Score { .. }
            | Event::ScoreUnavailable { .. }
            | Event::Tick
            | _ => {}
        }
    }

    /// Takes note of what the engine answered.
    pub(crate) fn note_action(&mut self, action: &Action<PeerId>) {
        match action {
            // A peer that is reported without end has its ban lengthened without end.
            Action::Amend { subject, cause: Cause::Penalty, .. }
            | Action::Withhold { subject, .. } => self.later(subject.clone()),
            Action::Amend { subject, .. }
            | Action::Ban { subject, .. }
            | Action::Unban { subject, .. } => self.soon(subject.clone()),
            Action::Forget { peer } => self.forgotten(Subject::Peer(*peer)),
            Action::Dial { .. }
            | Action::Disconnect { .. }
            | Action::Incident { .. }
            | Action::RequestScore { .. }
            | Action::Warn { .. } => {}
        }
    }

    pub(crate) fn soon(&mut self, subject: Subject<PeerId>) {
        self.later.remove(&subject);
        self.soon.insert(subject);
    }

    fn later(&mut self, subject: Subject<PeerId>) {
        if !self.soon.contains(&subject) {
            self.later.insert(subject);
        }
    }

    /// Nothing is left of `subject`: its row goes if there is one. Those who come and go in great
    /// numbers have none, and so are gone from here too.
    fn forgotten(&mut self, subject: Subject<PeerId>) {
        if self.stored.contains(&self.hasher.hash_one(&subject)) {
            self.later(subject);
        } else {
            self.soon.remove(&subject);
            self.later.remove(&subject);
        }
    }

    /// How urgent it is that the writer be told, if that is more than it knows already.
    pub(crate) fn news(&mut self) -> Option<Urgency> {
        let urgency = if !self.soon.is_empty() {
            Urgency::Soon
        } else if self.waits_for_checkpoint() {
            Urgency::Later
        } else {
            return None;
        };
        (self.told < Some(urgency)).then(|| {
            self.told = Some(urgency);
            urgency
        })
    }

    fn waits_for_checkpoint(&self) -> bool {
        self.renewal || !self.later.is_empty()
    }

    /// Whether every row there is has to be written anew.
    pub(super) fn wants_renewal(&self) -> bool {
        self.renewal
    }

    /// Every row there is counts as out of date from here on.
    pub(super) fn renewed(&mut self) {
        self.renewal = false;
    }

    /// How many rows are out of date.
    pub(crate) fn waiting(&self) -> usize {
        self.soon.len().saturating_add(self.later.len())
    }

    /// How many rows there are.
    pub(crate) fn rows(&self) -> usize {
        self.stored.len()
    }

    /// Whose rows are to be written from here on: those that are urgent or, at a checkpoint, all
    /// that are out of date.
    pub(super) fn take(&mut self, checkpoint: bool) -> Vec<Subject<PeerId>> {
        let later = if checkpoint { std::mem::take(&mut self.later) } else { HashSet::default() };
        self.told = self.waits_for_checkpoint().then_some(Urgency::Later);
        std::mem::take(&mut self.soon).into_iter().chain(later).collect()
    }

    /// What to write of `subject`, of which the engine remembers `saved`; `None` if there is
    /// nothing to write. From here on it counts as written.
    pub(super) fn draft(
        &mut self,
        subject: Subject<PeerId>,
        saved: Option<Saved<PeerId>>,
    ) -> Option<Draft> {
        let saved = saved.filter(is_worth_a_row).map(without_the_passing);
        let hash = self.hasher.hash_one(&subject);
        let was_stored =
            if saved.is_some() { !self.stored.insert(hash) } else { self.stored.remove(&hash) };
        (saved.is_some() || was_stored).then_some(Draft { subject, saved, was_stored })
    }

    /// What was drafted could not be written: it is due again.
    pub(super) fn take_back(&mut self, drafts: Vec<Draft>) {
        for draft in drafts {
            let hash = self.hasher.hash_one(&draft.subject);
            if draft.was_stored {
                self.stored.insert(hash);
            } else {
                self.stored.remove(&hash);
            }
            self.soon(draft.subject);
        }
    }
}

fn is_inside(subject: &Subject<PeerId>, outer: &IpNet) -> bool {
    match subject {
        Subject::Addr(net) => outer.contains(net),
        Subject::Peer(_) => false,
    }
}

/// Whether there is something in it that is to be kept.
fn is_worth_a_row(saved: &Saved<PeerId>) -> bool {
    match saved {
        Saved::Place(_) => false,
        Saved::Network(network) => {
            network.ban.is_some() || network.protected || is_ahead(network.grace)
        }
        Saved::Peer(peer) => {
            peer.ban.is_some()
                || peer.protected
                || peer.offences > 0
                || owes(&peer.debt)
                || is_ahead(peer.grace)
        }
    }
}

/// Whether it is not paid yet. A single report mostly is before the next checkpoint.
fn owes(debt: &SavedDebt) -> bool {
    let elapsed = u128::from(debt.at.0.min(0).unsigned_abs());
    let fallen = u128::from(debt.rate.as_micros_per_second()) * elapsed / NANOS_PER_SEC;
    u128::from(debt.points.as_micros()) > fallen
}

/// The same without what does not outlive the node: a connection, and scores that were low, of
/// which nobody says so when a good one follows.
fn without_the_passing(mut saved: Saved<PeerId>) -> Saved<PeerId> {
    if let Saved::Peer(peer) = &mut saved {
        peer.low_scores = 0;
    }
    saved
}

fn is_ahead(moment: Option<Offset>) -> bool {
    moment.is_some_and(|moment| moment > Offset(0))
}

const NANOS_PER_SEC: u128 = 1_000_000_000;
