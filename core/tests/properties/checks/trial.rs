//! One history, checked after every input.

use foldhash::fast::FixedState;
use peerwarden_core::{Causes, Config, Event, Instant, Points, RestoreError, Saved, Warden};

use super::answers::Answers;
use super::companions::{self, Companions, other_hasher};
use super::moment::changes;
use super::orders::that;
use super::{Checked, Engine, Ledger, PEERS, Peer, Step, bounds, deadline, gates, presence};

/// An engine, everything that is checked about it, and the history so far.
pub(crate) struct Trial {
    engine: Engine,
    ledger: Ledger,
    companions: Companions,
    /// The latest moment given.
    latest: Instant,
}

impl Trial {
    pub(crate) fn new(config: Config) -> Self {
        let engine = Warden::new(config.clone(), FixedState::default());
        let twin = Warden::new(config, other_hasher());
        let companions = Companions::new(&engine, twin);
        Self { engine, ledger: Ledger::default(), companions, latest: Instant::ORIGIN }
    }

    /// Begins with an engine that remembers `saved`, if it can.
    pub(crate) fn restore(
        config: Config,
        saved: Vec<Saved<Peer>>,
        now: Instant,
    ) -> Result<Self, RestoreError<Peer>> {
        let ledger = Ledger::of(&saved, now);
        let twin = Warden::restore(config.clone(), other_hasher(), saved.clone(), now)?;
        let engine = Warden::restore(config, FixedState::default(), saved, now)?;
        let companions = Companions::new(&engine, twin);
        Ok(Self { engine, ledger, companions, latest: now })
    }

    /// Plays one step of the history; an error says what was wrong with it.
    pub(crate) fn play(&mut self, step: &Step) -> Checked {
        let changes = changes(&self.engine, self.latest);
        self.input(&step.event, step.moment.resolve(self.latest, &changes))?;
        if step.restarts { self.restart() } else { Ok(()) }
    }

    /// Goes on with an engine that is restored from a snapshot, unless that does not reach as far.
    fn restart(&mut self) -> Checked {
        let saved = self.snapshot();
        if !companions::is_within_reach(&saved) {
            return Ok(());
        }
        let config = self.engine.config().clone();
        let mut again = Self::restore(config, saved.clone(), self.latest)
            .map_err(|error| format!("its own snapshot: {error}"))?;
        for peer in 0..PEERS {
            for later in [0, 1, 1_234_567_891, 90_000_000_000_000] {
                let at = Instant::from_nanos(self.latest.as_nanos().saturating_add(later));
                let (expected, got) = (kept(&self.engine, peer, at), kept(&again.engine, peer, at));
                that(expected == got, || format!("restored, {peer}: {got:?}, not {expected:?}"))?;
            }
        }
        again.companions.move_on(&again.engine, saved, self.latest);
        *self = again;
        Ok(())
    }

    /// Hands one event to everybody and checks everything.
    pub(crate) fn input(&mut self, event: &Event<Peer>, given: Instant) -> Checked {
        let last = self.latest;
        let now = last.max(given);
        self.latest = now;
        let before: Vec<_> = self.engine.bans(now).collect();
        let actions = self.engine.handle_input(event.clone(), given);
        self.ledger
            .take_in(event, now, &before, &actions)
            .and_then(|()| gates::check(&self.engine, &self.ledger, now))
            .and_then(|()| presence::check(&self.engine, &self.ledger, event, &actions, now))
            .and_then(|()| bounds::check(&self.engine, &self.ledger, event, now))
            .and_then(|()| deadline::check(&self.engine, now))
            .and_then(|()| self.does_not_answer_for_the_past())
            .and_then(|()| self.companions.follow(&self.engine, event, (last, now), &actions))
            .map_err(|fault| format!("at {now}: {event:?} => {actions:?}\n{fault}"))
    }

    /// A question about a moment before the latest is one about the latest.
    fn does_not_answer_for_the_past(&self) -> Checked {
        let answers = |at| Answers::of(&self.engine, at);
        that(answers(Instant::ORIGIN) == answers(self.latest), || "it answers for the past".into())
    }

    /// Everything that the engine remembers.
    pub(crate) fn snapshot(&self) -> Vec<Saved<Peer>> {
        self.engine.snapshot(self.latest).collect()
    }
}

/// What a snapshot keeps of a peer, but for its standing, which falls while the peer is away.
fn kept(engine: &Engine, peer: Peer, at: Instant) -> (Points, u32, Causes, bool) {
    engine.status(&peer, at).map_or_else(Default::default, |status| {
        (status.penalty, status.offences, status.causes, status.protected)
    })
}
