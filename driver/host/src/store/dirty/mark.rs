//! Rows that an input puts out of date.

use std::net::IpAddr;

use peerwarden_core::{Action, Cause, Event, Instant, Saved, Subject};

use super::{DirtyRows, LONGEST_LOOK, Urgency};
use crate::engine::{Engine, EngineKey};
use crate::peer::PeerName;

/// A subject whose row an input may put out of date, whatever the engine answers.
#[derive(Clone, Debug)]
pub(crate) struct Mark<P> {
    subject: Subject<P>,
    urgency: Urgency,
    /// Others, which can wait. Most often none, which does not allocate.
    others: Vec<Subject<P>>,
}

impl<P: PeerName> DirtyRows<P> {
    /// What `event`, which is about to be fed to `engine`, may change that cannot be told from the
    /// answer. To be given to [`note_input`](Self::note_input) after that.
    pub(crate) fn note_event<K: EngineKey<P>>(
        &mut self,
        event: &Event<P>,
        engine: &Engine<P, K>,
        now: Instant,
    ) -> Option<Mark<P>> {
        let mark = |subject: Subject<P>, urgency| {
            Some(Mark { subject: subject.canonical(), urgency, others: Vec::new() })
        };
        match event {
            Event::Protect { subject, addr: _ } => {
                if let Subject::Addr(outer) = subject {
                    // Of the bans inside it some causes end, about which there is nothing to say
                    // while others last.
                    for net in engine.banned_within(*outer) {
                        self.mark_urgent(Subject::Addr(net));
                    }
                }
                mark(subject.clone(), Urgency::Urgent)
            }
            Event::Ban { subject, .. }
            | Event::Unban { subject, .. }
            | Event::Unprotect { subject } => mark(subject.clone(), Urgency::Urgent),
            Event::Report { peer, via: None, .. } | Event::Waive { peer, .. } => {
                mark(Subject::Peer(peer.clone()), Urgency::Checkpoint)
            }
            // Either may be the one that is charged.
            Event::Report { peer, via: Some(via), .. } => Some(Mark {
                subject: Subject::Peer(peer.clone()),
                urgency: Urgency::Checkpoint,
                others: vec![Subject::Peer(via.clone())],
            }),
            // It lowers what is kept, and is no reason to keep anything.
            Event::Valid { peer, .. } => {
                let subject = Subject::Peer(peer.clone());
                let is_kept = self.may_be_stored(self.hash(&subject), &subject);
                is_kept.then_some(subject).and_then(|subject| mark(subject, Urgency::Checkpoint))
            }
            // What it leaves unpaid goes to its places, and its standing counts from here.
            Event::Disconnected { peer } => {
                let subject = Subject::Peer(peer.clone());
                self.reminders.remove(&subject);
                self.earned.remove(self.hash(&subject));
                let others = engine.places_of(peer).into_iter().map(Subject::Addr).collect();
                Some(Mark { subject, urgency: Urgency::Checkpoint, others })
            }
            Event::Connected { peer, addr, .. } => {
                // Under another policy there may be standing.
                let after = engine.config().standing_after().unwrap_or(LONGEST_LOOK);
                self.reminders.set(Subject::Peer(peer.clone()), now.saturating_add(after));
                let addr = (*addr)?;
                self.mark_of_place(Subject::Peer(peer.clone()), addr, engine, now)
            }
            // By another policy debts fall at other rates, and offences are forgiven at other times.
            Event::Reconfigure { .. } => {
                self.rewrite_all = true;
                self.look_at_all = true;
                None
            }
            // A ban that it moves shows in the answer; that it was done once more does not.
            Event::Expel { peer, .. } => mark(Subject::Peer(peer.clone()), Urgency::Checkpoint),
            // What these change shows in the answer or is not kept.
            Event::Heartbeat
            | Event::Score { .. }
            | Event::ScoreUnavailable { .. }
            | Event::Tick
            | _ => None,
        }
    }

    /// Takes note of an input that `engine` has taken in: what was marked before, if there is
    /// anything to write of it.
    pub(crate) fn note_input<K: EngineKey<P>>(
        &mut self,
        mark: Option<Mark<P>>,
        engine: &Engine<P, K>,
    ) {
        let Some(Mark { subject, urgency, others }) = mark else {
            return;
        };
        for other in others {
            self.note_if_remembered(other, engine);
        }
        let hash = self.hash(&subject);
        match urgency {
            // Of a peer that is reported without end nothing more is asked.
            Urgency::Checkpoint if self.at_checkpoint.contains(hash, &subject) => {}
            _ if !self.is_to_be_noted(hash, &subject, engine) => {}
            Urgency::Checkpoint => self.note_for_checkpoint(hash, subject),
            Urgency::Urgent => self.note_urgent(hash, subject),
        }
    }

    /// Takes note of what `engine` answered.
    pub(crate) fn note_action<K: EngineKey<P>>(
        &mut self,
        action: &Action<P>,
        engine: &Engine<P, K>,
    ) {
        match action {
            // A peer that is reported without end has its ban lengthened without end.
            Action::Amend { subject, cause: Cause::Penalty, .. }
            | Action::Withhold { subject, .. } => {
                let hash = self.hash(subject);
                if self.is_to_be_noted(hash, subject, engine) {
                    self.note_for_checkpoint(hash, subject.clone());
                }
            }
            Action::Ban { subject: Subject::Peer(peer), cause, .. } if cause.is_automatic() => {
                // An offence counts for the crowds of its places as well.
                for net in engine.places_of(peer) {
                    self.note_if_remembered(Subject::Addr(net), engine);
                }
                self.mark_urgent(Subject::Peer(peer.clone()));
            }
            Action::Amend { subject, .. } | Action::Ban { subject, .. } => {
                self.mark_urgent(subject.clone());
            }
            Action::Unban { subject, .. } => {
                let hash = self.hash(subject);
                if self.is_to_be_noted(hash, subject, engine) {
                    self.note_urgent(hash, subject.clone());
                } else {
                    self.forgotten(hash, subject.clone());
                }
            }
            Action::Forget { peer } => {
                let subject = Subject::Peer(peer.clone());
                self.forgotten(self.hash(&subject), subject);
            }
            Action::Dial { .. }
            | Action::Disconnect { .. }
            | Action::Incident { .. }
            | Action::RequestScore { .. }
            | Action::Warn { .. } => {}
        }
    }

    /// A peer comes from `addr`: that is news where there is a row and it says something else, and where
    /// it is protected, whoever does that.
    fn mark_of_place<K: EngineKey<P>>(
        &self,
        subject: Subject<P>,
        addr: IpAddr,
        engine: &Engine<P, K>,
        now: Instant,
    ) -> Option<Mark<P>> {
        let Some(Saved::Peer(saved)) = engine.save(&subject, now) else {
            return None;
        };
        if saved.addr == Some(addr.to_canonical()) {
            return None;
        }
        if !saved.protected && !self.may_be_stored(self.hash(&subject), &subject) {
            return None;
        }
        // A protected peer opens the gate for strangers where it was last seen.
        let urgency = if saved.protected { Urgency::Urgent } else { Urgency::Checkpoint };
        Some(Mark { subject, urgency, others: Vec::new() })
    }

    /// Notes a subject that can wait, if there is something to write of it.
    fn note_if_remembered<K: EngineKey<P>>(&mut self, subject: Subject<P>, engine: &Engine<P, K>) {
        let hash = self.hash(&subject);
        if self.is_to_be_noted(hash, &subject, engine) {
            self.note_for_checkpoint(hash, subject);
        }
    }

    /// Whether there is something to write of `subject`, or to remove.
    pub(in crate::store) fn is_of_use<K: EngineKey<P>>(
        &self,
        subject: &Subject<P>,
        engine: &Engine<P, K>,
    ) -> bool {
        self.is_to_be_noted(self.hash(subject), subject, engine)
    }

    /// Whether there is something to write of `subject`, or to remove. Of others nobody would ever
    /// say that they are gone.
    pub(super) fn is_to_be_noted<K: EngineKey<P>>(
        &self,
        hash: u64,
        subject: &Subject<P>,
        engine: &Engine<P, K>,
    ) -> bool {
        self.stored.contains(hash) || engine.remembers(subject)
    }
}
