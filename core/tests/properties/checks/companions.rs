//! Engines that run beside the tested one and have to agree with it.

use std::num::NonZeroUsize;

use foldhash::fast::FixedState;
use peerwarden_core::{Action, Event, Instant, RestoreError, Saved, SavedDebt, Warden};

use super::answers::Answers;
use super::moved::Moved;
use super::orders::that;
use super::resumed::Resumed;
use super::{Checked, Engine, PEERS, Peer};

/// The engines that go along.
pub(crate) struct Companions {
    /// Gets time that never goes back, and hashes otherwise.
    twin: Engine,
    /// Gets heartbeats and ticks besides, where nothing is displaced.
    ///
    /// Displacement is the one thing that depends on them: when an order ends and leaves a record
    /// too many, the next input takes the least important, and who that is can change while time
    /// passes. So a heartbeat can have displaced a peer that by the event after it would have been
    /// forgotten or have become more important than another.
    beaten: Option<Engine>,
    /// Was restored from the snapshot from which the one on trial was, on another clock.
    moved: Option<Moved>,
    /// Was resumed a few inputs ago.
    resumed: Resumed,
}

impl Companions {
    pub(crate) fn new(engine: &Engine, twin: Engine) -> Self {
        let beaten = (!displaces(engine)).then(|| engine.clone());
        Self { twin, beaten, moved: None, resumed: Resumed::default() }
    }

    /// Gives them the input that the engine on trial has answered with `actions`.
    pub(crate) fn follow(
        &mut self,
        engine: &Engine,
        event: &Event<Peer>,
        times: (Instant, Instant),
        actions: &[Action<Peer>],
    ) -> Checked {
        let (last, now) = times;
        let got = self.twin.handle_input(event.clone(), now);
        that(got == actions, || format!("with another hasher, and time never back: {got:?}"))?;
        let same = (self.twin.counts(), self.twin.next_deadline());
        that(same == (engine.counts(), engine.next_deadline()), || {
            format!("with another hasher it holds something else: {same:?}")
        })?;

        if let Some(moved) = self.moved.take() {
            self.moved = moved.follow(event, now, actions)?;
        }
        self.resumed.follow(engine, event, now, actions)?;
        if displaces(engine) {
            self.beaten = None;
        }
        if let Some(beaten) = &mut self.beaten {
            let mut got = beat(beaten, last, now);
            got.extend(beaten.handle_input(event.clone(), now));
            let (got, expected) = (lasting(&got), lasting(actions));
            that(got == expected, || format!("with heartbeats and ticks besides: {got:?}"))?;
            same_answers("with heartbeats and ticks besides", engine, beaten, now)?;
        }
        Ok(())
    }

    /// From here on an engine goes along that is restored from what the one on trial was, on another
    /// clock.
    pub(crate) fn move_on(&mut self, engine: &Engine, saved: Vec<Saved<Peer>>, now: Instant) {
        let elsewhere = Moved::clock(now).map(|clock| restore(engine, saved, clock));
        self.moved = elsewhere.and_then(Result::ok).map(|engine| Moved { engine });
    }
}

/// Whether a snapshot holds all that there is to know of an engine: nothing lies further away than
/// it reaches.
pub(crate) fn is_within_reach(saved: &[Saved<Peer>]) -> bool {
    !saved.iter().any(is_out_of_reach)
}

/// An engine that hashes in some way of its own.
pub(crate) fn other_hasher() -> FixedState {
    FixedState::with_seed(0x5eed)
}

/// Whether there can be a record or a place too many.
fn displaces(engine: &Engine) -> bool {
    let config = engine.config();
    config.max_records().get() < usize::from(PEERS) || config.max_places() < MANY_PLACES
}

fn restore(
    engine: &Engine,
    saved: Vec<Saved<Peer>>,
    now: Instant,
) -> Result<Engine, RestoreError<Peer>> {
    Warden::restore(engine.config().clone(), other_hasher(), saved, now)
}

/// Feeds in a tick and a heartbeat at once, half-way and at the next deadline, heartbeats for what is
/// due by `now` in the thinnest slices, and a tick and a heartbeat at `now`.
fn beat(engine: &mut Engine, last: Instant, now: Instant) -> Vec<Action<Peer>> {
    let half = last.as_nanos() + (now.as_nanos() - last.as_nanos()) / 2;
    let deadline = engine.next_deadline().unwrap_or(now);
    let mut times = [last, Instant::from_nanos(half), deadline.clamp(last, now), now];
    times.sort_unstable();
    let mut actions = Vec::new();
    for time in times {
        while let Some(until) = engine.slice(NonZeroUsize::MIN, time) {
            actions.extend(engine.handle_input(Event::Heartbeat, until));
        }
        actions.extend(engine.handle_input(Event::Tick, time));
        actions.extend(engine.handle_input(Event::Heartbeat, time));
    }
    actions
}

/// The actions that do not depend on who was asked about and looked at when.
fn lasting(actions: &[Action<Peer>]) -> Vec<Action<Peer>> {
    let lasts = |action: &&Action<Peer>| match action {
        Action::Dial { .. } | Action::Forget { .. } | Action::RequestScore { .. } => false,
        Action::Amend { .. }
        | Action::Ban { .. }
        | Action::Disconnect { .. }
        | Action::Incident { .. }
        | Action::Unban { .. }
        | Action::Warn { .. }
        | Action::Withhold { .. } => true,
    };
    actions.iter().filter(lasts).cloned().collect()
}

pub(crate) fn same_answers(who: &str, engine: &Engine, other: &Engine, at: Instant) -> Checked {
    let (expected, got) = (Answers::of(engine, at), Answers::of(other, at));
    that(expected == got, || format!("{who}, at {at}:\n{got:?}\ninstead of\n{expected:?}"))
}

/// Whether something lies further away than a snapshot reaches.
fn is_out_of_reach(saved: &Saved<Peer>) -> bool {
    let far = |nanos: i64| nanos == i64::MIN || nanos == i64::MAX;
    let ban = match saved {
        Saved::Network(network) => network.ban.as_ref(),
        Saved::Peer(peer) => peer.ban.as_ref(),
        Saved::Place(_) => None,
    };
    let mut ends = ban.into_iter().flat_map(|ban| &ban.causes).filter_map(|(_, end)| *end);
    let began = ban.is_some_and(|ban| far(ban.began.0));
    let rest = match saved {
        Saved::Network(network) => network.grace.is_some_and(|grace| far(grace.0)),
        Saved::Place(place) => {
            let numbers = [place.debts, place.crowd];
            numbers.iter().any(|number| number.micros > 0 && far(number.at.0))
                || place.over.is_some_and(|over| far(over.0))
        }
        Saved::Peer(peer) => {
            let SavedDebt { points, at, .. } = peer.debt;
            (points.as_micros() > 0 && far(at.0))
                || (peer.offences > 0 && far(peer.clean_since.0))
                || far(peer.announced.0)
                || peer.grace.is_some_and(|grace| far(grace.0))
                || peer.misdeeds.iter().any(|misdeed| far(misdeed.last.0))
                || [peer.long, peer.hearsay, peer.deliveries]
                    .iter()
                    .any(|number| number.micros > 0 && far(number.at.0))
                || (peer.low_scores > 0 && far(peer.last_low.0))
                || peer.standing.is_some_and(|standing| far(standing.until.0))
        }
    };
    began || rest || ends.any(|end| far(end.0))
}

/// More places than there can be of the addresses at which peers are seen.
const MANY_PLACES: usize = 64;
