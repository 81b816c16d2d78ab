//! Which rows an input puts out of date.

use std::hash::BuildHasher;
use std::net::IpAddr;

use libp2p::PeerId;
use peerwarden_core::{Action, Cause, Event, Instant, Saved, Subject, Warden};

use super::{Ledger, Urgency};

/// A subject whose row an input may put out of date, whatever the engine answers.
#[derive(Clone, Debug)]
pub(crate) struct Mark {
    subject: Subject<PeerId>,
    urgency: Urgency,
}

impl Ledger {
    /// What `event`, which is about to be fed to `engine`, may change that cannot be told from the
    /// answer. To be given to [`note_input`](Self::note_input) after that.
    pub(crate) fn note_event<S: BuildHasher>(
        &mut self,
        event: &Event<PeerId>,
        engine: &Warden<PeerId, S>,
        now: Instant,
    ) -> Option<Mark> {
        let mark = |subject: Subject<PeerId>, urgency| {
            Some(Mark { subject: subject.canonical(), urgency })
        };
        match event {
            Event::Protect { subject } => {
                if let Subject::Addr(outer) = subject {
                    // Of the bans inside it some causes end, about which there is nothing to say
                    // while others last.
                    for net in engine.banned_within(*outer) {
                        self.soon(Subject::Addr(net));
                    }
                }
                mark(subject.clone(), Urgency::Soon)
            }
            Event::Ban { subject, .. }
            | Event::Unban { subject, .. }
            | Event::Unprotect { subject } => mark(subject.clone(), Urgency::Soon),
            Event::Report { peer, .. } => mark(Subject::Peer(*peer), Urgency::Later),
            Event::Connected { peer, addr: Some(addr), .. } => {
                self.mark_of_place(Subject::Peer(*peer), *addr, engine, now)
            }
            // By another policy debts fall at other rates, and offences are forgiven at other times.
            Event::Reconfigure { .. } => {
                self.renewal = true;
                None
            }
            // What these change shows in the answer or is not kept.
            Event::Connected { addr: None, .. }
            | Event::Disconnected { .. }
            | Event::Heartbeat
            | Event::Score { .. }
            | Event::ScoreUnavailable { .. }
            | Event::Tick
            | _ => None,
        }
    }

    /// Takes note of an input that `engine` has taken in: what was marked before, if there is
    /// anything to write of it.
    pub(crate) fn note_input<S: BuildHasher>(
        &mut self,
        mark: Option<Mark>,
        engine: &Warden<PeerId, S>,
    ) {
        let Some(Mark { subject, urgency }) = mark else {
            return;
        };
        let hash = self.hash(&subject);
        match urgency {
            // Of a peer that is reported without end nothing more is asked.
            Urgency::Later if self.later.contains(hash, &subject) => {}
            _ if !self.is_to_be_noted(hash, &subject, engine) => {}
            Urgency::Later => self.note_later(hash, subject),
            Urgency::Soon => self.note_soon(hash, subject),
        }
    }

    /// Takes note of what `engine` answered.
    pub(crate) fn note_action<S: BuildHasher>(
        &mut self,
        action: &Action<PeerId>,
        engine: &Warden<PeerId, S>,
    ) {
        match action {
            // A peer that is reported without end has its ban lengthened without end.
            Action::Amend { subject, cause: Cause::Penalty, .. }
            | Action::Withhold { subject, .. } => {
                let hash = self.hash(subject);
                if self.is_to_be_noted(hash, subject, engine) {
                    self.note_later(hash, subject.clone());
                }
            }
            Action::Amend { subject, .. } | Action::Ban { subject, .. } => {
                self.soon(subject.clone());
            }
            Action::Unban { subject, .. } => {
                let hash = self.hash(subject);
                if self.is_to_be_noted(hash, subject, engine) {
                    self.note_soon(hash, subject.clone());
                } else {
                    self.forgotten(hash, subject.clone());
                }
            }
            Action::Forget { peer } => {
                let subject = Subject::Peer(*peer);
                self.forgotten(self.hash(&subject), subject);
            }
            Action::Dial { .. } | Action::Disconnect { .. } | Action::RequestScore { .. } => {}
        }
    }

    /// A peer comes from `addr`: that is news where there is a row and it says something else.
    fn mark_of_place<S: BuildHasher>(
        &self,
        subject: Subject<PeerId>,
        addr: IpAddr,
        engine: &Warden<PeerId, S>,
        now: Instant,
    ) -> Option<Mark> {
        if !self.may_be_stored(self.hash(&subject), &subject) {
            return None;
        }
        let Some(Saved::Peer(saved)) = engine.save(&subject, now) else {
            return None;
        };
        let place = |addr: IpAddr| Subject::<PeerId>::Addr(addr.into()).canonical();
        if saved.addr.map(place) == Some(place(addr)) {
            return None;
        }
        // A protected peer opens the gate for strangers where it was last seen.
        let urgency = if saved.protected { Urgency::Soon } else { Urgency::Later };
        Some(Mark { subject, urgency })
    }

    /// Whether there is something to write of `subject`, or to remove.
    pub(in crate::store) fn is_of_use<S: BuildHasher>(
        &self,
        subject: &Subject<PeerId>,
        engine: &Warden<PeerId, S>,
    ) -> bool {
        self.is_to_be_noted(self.hash(subject), subject, engine)
    }

    /// Whether there is something to write of `subject`, or to remove. Of others nobody would ever
    /// say that they are gone.
    fn is_to_be_noted<S: BuildHasher>(
        &self,
        hash: u64,
        subject: &Subject<PeerId>,
        engine: &Warden<PeerId, S>,
    ) -> bool {
        self.stored.contains(hash) || engine.remembers(subject)
    }
}
