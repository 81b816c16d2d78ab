//! Inputs to the engine, and dispatch of its actions.

use peerwarden_core as core;
use peerwarden_core::{Action, Instant, Score};

use super::State;
use crate::driver::Driver;
use crate::notice::{Details, NoticeKind};
use crate::outcome::{Answered, Outcome};
use crate::peer::PeerName;

impl<P: PeerName, D: Driver<P>> State<P, D> {
    #[must_use = "what came of it is to be counted and logged"]
    pub(super) fn input(&mut self, event: core::Event<P>, now: Instant) -> Outcome<P> {
        self.driver.before(&event);
        let last = self.scores.note(&event);
        let mut actions = self.hand_over(event, now);
        if actions.is_empty() {
            return Outcome::default();
        }
        let answered = self.answer_for_one_that_left(last, &mut actions, now);
        let outcome =
            Outcome { answered, ..Outcome::new(&actions, &self.engine, &self.overrides, now) };
        self.dispatch(actions, &outcome, now);
        outcome
    }

    /// If the score of a peer that has just left is asked for, answers with the last one. That there is
    /// none need not be said: it changes nothing.
    fn answer_for_one_that_left(
        &mut self,
        last: Option<Score>,
        actions: &mut Vec<Action<P>>,
        now: Instant,
    ) -> Answered {
        let left = actions.iter().find_map(|action| {
            if let Action::RequestScore { peer, gone: true } = action {
                Some(peer.clone())
            } else {
                None
            }
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

    fn hand_over(&mut self, event: core::Event<P>, now: Instant) -> Vec<Action<P>> {
        let engine = &mut self.engine;
        let dirty = self.dirty.as_mut();
        let mark = dirty.and_then(|dirty| dirty.note_event(&event, engine, now));
        let shadow = self.shadow_tap.as_mut().and_then(|tap| tap.copy(&event));
        #[cfg(feature = "recording")]
        let copy = self.tap.as_mut().and_then(|tap| tap.copy(&event));
        let actions = engine.handle_input(event, now);
        if let Some((tap, event)) = self.shadow_tap.as_mut().zip(shadow) {
            tap.push(now, event, &actions);
        }
        #[cfg(feature = "recording")]
        if let Some((tap, event)) = self.tap.as_mut().zip(copy) {
            tap.push(now, event, &actions);
        }
        if let Some(dirty) = &mut self.dirty {
            dirty.note_input(mark, engine);
        }
        actions
    }

    /// Hands the engine's actions on, in its order: to subscribers, the store and the driver.
    fn dispatch(&mut self, actions: Vec<Action<P>>, outcome: &Outcome<P>, now: Instant) {
        let mut details = Details::new(outcome);
        for action in actions {
            let kind = details.notice(&action);
            self.broadcast.send(now, || kind.map(NoticeKind::from));
            if let Action::Unban { subject, .. } = &action {
                self.overrides.forget_notes(subject);
            }
            if let Some(dirty) = &mut self.dirty {
                dirty.note_action(&action, &self.engine);
            }
            // A score of a peer that has gone is answered already.
            if !matches!(action, Action::RequestScore { gone: true, .. }) {
                self.driver.act(action, &self.engine, now);
            }
        }
    }
}
