//! Inputs to the engine, and dispatch of its actions.

use libp2p::PeerId;
use peerwarden_core as core;
use peerwarden_core::{Action, Instant, Score, Subject};

use super::State;
use crate::closing::{CloseContext, is_by_order};
use crate::connections::Scope;
use crate::event::EventKind;
use crate::notice::NoticeKind;
use crate::outcome::{Answered, Outcome};
use crate::redial_error::RedialError;
use crate::redials::Full;

impl State {
    #[must_use = "what came of it is to be counted and logged"]
    pub(super) fn input(&mut self, event: core::Event<PeerId>, now: Instant) -> Outcome {
        let mut closing = CloseContext::new(&event);
        if let core::Event::Unprotect { subject } = &event {
            // The engine looks at the IP last seen of each peer; others of its connections may be
            // refused too.
            self.commands.review(Scope::from_subject(subject));
        }
        let last = self.scores.note(&event);
        let mut actions = self.hand_over(event, now);
        if actions.is_empty() {
            return Outcome::default();
        }
        let answered = self.answer_for_one_that_left(last, &mut actions, now);
        let outcome = Outcome { answered, ..Outcome::new(&actions, &self.engine, now) };
        self.dispatch(actions, &mut closing, now);
        outcome
    }

    /// If the score of a peer that has just left is asked for, answers with the last one. That there is
    /// none need not be said: it changes nothing.
    fn answer_for_one_that_left(
        &mut self,
        last: Option<Score>,
        actions: &mut Vec<Action<PeerId>>,
        now: Instant,
    ) -> Answered {
        let left = actions.iter().find_map(|action| match action {
            Action::RequestScore { peer, gone: true } => Some(*peer),
            Action::Amend { .. }
            | Action::Ban { .. }
            | Action::Dial { .. }
            | Action::Disconnect { .. }
            | Action::Forget { .. }
            | Action::Incident { .. }
            | Action::RequestScore { .. }
            | Action::Unban { .. }
            | Action::Warn { .. }
            | Action::Withhold { .. } => None,
        });
        match (left, last) {
            (None, _) => Answered::No,
            (Some(_), None) => Answered::Unavailable,
            (Some(peer), Some(score)) => {
                actions.extend(self.hand_over(core::Event::Score { peer, score }, now));
                Answered::Score
            }
        }
    }

    fn hand_over(&mut self, event: core::Event<PeerId>, now: Instant) -> Vec<Action<PeerId>> {
        let engine = &mut self.engine;
        let dirty = self.dirty.as_mut();
        let mark = dirty.and_then(|dirty| dirty.note_event(&event, engine, now));
        let actions = engine.handle_input(event, now);
        if let Some(dirty) = &mut self.dirty {
            dirty.note_input(mark, engine);
        }
        actions
    }

    /// Files away what the engine wants done, in its order.
    fn dispatch(&mut self, actions: Vec<Action<PeerId>>, closing: &mut CloseContext, now: Instant) {
        // A dial comes right after the end of the ban that it is about.
        let mut released = None;
        for action in actions {
            self.broadcast.send(|| NoticeKind::from_action(&action));
            if let Some(dirty) = &mut self.dirty {
                dirty.note_action(&action, &self.engine);
            }
            match action {
                Action::Amend { subject, cause, until } => {
                    self.commands.emit(EventKind::Amended { subject, cause, until })
                }
                Action::Ban { subject, cause, until } => {
                    closing.note_ban(&subject, cause);
                    match &subject {
                        Subject::Addr(_) => {
                            if is_by_order(cause) {
                                self.commands.review(Scope::from_subject(&subject));
                            }
                        }
                        Subject::Peer(peer) => {
                            self.book.pin(peer);
                            self.redials.banned(peer);
                        }
                    }
                    self.commands.emit(EventKind::Banned { subject, cause, until });
                }
                Action::Dial { peer } => {
                    let addresses = released
                        .take()
                        .filter(|(each, _)| *each == peer)
                        .map(|(_, addresses)| addresses)
                        .unwrap_or_default();
                    if let Err(Full) = self.redials.release(peer, addresses, now) {
                        let error = RedialError::TooMany;
                        self.commands.emit(EventKind::RedialGaveUp { peer, tries: 0, error });
                    }
                }
                Action::Disconnect { peer } => {
                    let close = closing.close_of(&peer, &self.engine, now);
                    self.commands.close(peer, close);
                }
                Action::Forget { peer } => drop(self.book.unpin(&peer)),
                Action::Incident { on } => self.commands.emit(EventKind::Incident { on }),
                // Answered already.
                Action::RequestScore { gone: true, .. } => {}
                Action::RequestScore { peer, gone: false } => {
                    self.commands.emit(EventKind::ScoreRequested { peer });
                }
                Action::Unban { subject, cause } => {
                    if let Subject::Peer(peer) = &subject {
                        released = Some((*peer, self.book.unpin(peer)));
                        self.redials.unbanned(peer, now);
                    }
                    self.commands.emit(EventKind::Unbanned { subject, cause });
                }
                Action::Warn { peer } => self.commands.emit(EventKind::Warned { peer }),
                Action::Withhold { subject, cause, why } => {
                    self.commands.emit(EventKind::Withheld { subject, cause, why })
                }
            }
        }
    }
}
