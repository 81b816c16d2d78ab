//! Engine and model side by side.

use foldhash::fast::FixedState;
use peerwarden_core::{Cause, Config, Denial, Direction, Event, Instant, Verdict, Warden};
use std::fmt::Debug;
use std::net::IpAddr;

use crate::deadline;
use crate::model::{Model, Peer, Tally};
use crate::steps::{Moment, PEERS, Step, addrs};

/// A restart of the engine from a snapshot of itself, which has aged meanwhile.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Restart {
    /// When the engine is back, on the clock that it had.
    pub(crate) back: Moment,
    /// By how much its clock is ahead from then on of that of the first engine, in nanoseconds.
    pub(crate) ahead: u32,
}

/// An engine and a model that have seen the same history.
pub(crate) struct Comparison {
    engine: Warden<Peer, FixedState>,
    model: Model,
    /// The latest time given.
    latest: Instant,
    /// By how much the clock is ahead of that of the first engine, in nanoseconds.
    ahead: u32,
    /// Whether the engine was restored some time later and has had no input since: what ended meanwhile
    /// still counts.
    is_fresh: bool,
    /// How many steps were played.
    steps: usize,
    /// The history so far, for the error message.
    history: String,
}

impl Comparison {
    pub(crate) fn new(config: Config) -> Self {
        Self {
            engine: Warden::new(config.clone(), FixedState::default()),
            history: format!("{config:?}\n"),
            model: Model::new(config),
            latest: Instant::ORIGIN,
            ahead: 0,
            is_fresh: false,
            steps: 0,
        }
    }

    /// Gives both the same input; an error if they differ in an action or an answer.
    pub(crate) fn play(&mut self, step: &Step) -> Result<(), String> {
        let now = step.moment.resolve(self.latest, &self.model);
        for _ in 0..step.times {
            self.input(&step.event, now)?;
        }
        if let Some(restart) = step.restart {
            self.restart(restart)?;
        }
        self.steps += 1;
        self.compare_answers()?;
        deadline::check(&self.engine, self.latest).map_err(|error| self.failure(&error))
    }

    fn input(&mut self, event: &Event<Peer>, now: Instant) -> Result<(), String> {
        self.latest = self.latest.max(now);
        self.is_fresh = false;
        let expected = self.model.handle_input(event.clone(), now);
        let got = self.engine.handle_input(event.clone(), now);

        let actions: Vec<_> = expected.iter().map(ToString::to_string).collect();
        let line = format!("at {now}: {event:?} => {actions:?}\n");
        self.history.push_str(&line);
        self.equal("actions", &expected, &got)
    }

    /// Goes on with an engine restored from a snapshot of the one so far, perhaps some time later and
    /// on another clock.
    fn restart(&mut self, restart: Restart) -> Result<(), String> {
        let config = self.engine.config().clone();
        let back = restart.back.resolve(self.latest, &self.model).max(self.latest);
        let down = back.saturating_duration_since(self.latest);
        let ahead = i64::from(restart.ahead) - i64::from(self.ahead);
        let now = Instant::from_nanos(back.as_nanos().saturating_add_signed(ahead));
        let saved = self.engine.snapshot(self.latest).map(|saved| saved.aged(down));
        let restored = Warden::restore(config, FixedState::default(), saved, now);
        self.engine = restored.map_err(|error| self.failure(&error.to_string()))?;
        self.model.restart(back, ahead);
        (self.latest, self.ahead) = (now, restart.ahead);
        self.is_fresh = !down.is_zero();
        let line = format!("-- restored from a snapshot {down:?} later, and it is {now}\n");
        self.history.push_str(&line);
        Ok(())
    }

    fn compare_answers(&self) -> Result<(), String> {
        if !self.is_fresh {
            self.compare_counts()?;
        }
        for (turn, at) in self.times_to_ask_about().into_iter().enumerate() {
            self.compare_bans(at)?;
            for peer in 0..PEERS {
                self.compare_peer(peer, turn, at)?;
            }
            for addr in addrs() {
                let allowed = self.model.check_addr(addr, at);
                let verdict = self.engine.check_addr(addr, at);
                self.one_of(&format!("check of {addr} at {at}"), &allowed, &verdict)?;
                self.compare_reasons(None, Some(addr), at, verdict)?;
            }
        }
        Ok(())
    }

    fn compare_counts(&self) -> Result<(), String> {
        let counts = self.engine.counts();
        let tally = Tally {
            records: counts.records,
            connected: counts.connected,
            networks: counts.networks,
            places: counts.places,
            standing_away: counts.standing_away,
            displaced: counts.displaced,
            bans: Cause::ALL.map(|cause| counts.bans(cause)),
        };
        let mut expected = self.model.counts();
        if self.latest.as_nanos() == u64::MAX {
            // A ban that begins at the end of time is over at once, and ends with the next input.
            expected.bans = tally.bans;
        }
        self.equal("counts", &expected, &tally)
    }

    fn compare_bans(&self, at: Instant) -> Result<(), String> {
        let bans: Vec<_> = self.engine.bans(at).collect();
        let plain = bans.iter().map(|ban| (ban.subject.clone(), ban.causes, ban.began));
        self.equal(&format!("bans at {at}"), &self.model.bans(at), &plain.collect())?;
        for (read, ban) in bans.iter().enumerate() {
            let rest: Vec<_> = self.engine.bans_after(Some(ban.cursor), at).collect();
            let expected = bans.iter().skip(read + 1).cloned().collect();
            self.equal(&format!("bans after {:?} at {at}", ban.cursor), &expected, &rest)?;
        }
        Ok(())
    }

    fn compare_peer(&self, peer: Peer, turn: usize, at: Instant) -> Result<(), String> {
        let expected = self.model.status(peer, at);
        let status = self.engine.status(&peer, at);
        self.equal(&format!("status of {peer} at {at}"), &expected, &status)?;

        // Another IP at each step and for each peer, since all of them would take long.
        let addrs = addrs();
        let addr = addrs[(self.steps + turn + usize::from(peer)) % addrs.len()];
        for addr in [Some(addr), None] {
            let allowed = self.model.check_peer(peer, addr, at);
            let verdict = self.engine.check_peer(&peer, addr, at);
            let what = format!("check of {peer} from {addr:?} at {at}");
            self.one_of(&what, &allowed, &verdict)?;
            self.compare_reasons(Some(peer), addr, at, verdict)?;
        }
        Ok(())
    }

    /// "All that refuse, the deciding one first".
    fn compare_reasons(
        &self,
        peer: Option<Peer>,
        addr: Option<IpAddr>,
        at: Instant,
        verdict: Verdict,
    ) -> Result<(), String> {
        let reasons: Vec<_> = self.engine.reasons(peer.as_ref(), addr, at).collect();
        let what = format!("reasons against {peer:?} from {addr:?} at {at}");
        let first = reasons.first().copied();
        self.equal(&format!("first of {what}"), &verdict.denial(Direction::Inbound), &first)?;

        let expected = self.model.reasons(peer, addr, at);
        let told = |reason: &Vec<Denial>| reasons.iter().any(|each| reason.contains(each));
        if expected.len() == reasons.len() && expected.iter().all(told) {
            return Ok(());
        }
        Err(self.failure(&format!("{what}\nmodel:  {expected:?}\nengine: {reasons:?}")))
    }

    /// The latest time, and at every fourth step the next ones at which something changes, and
    /// those just beside them.
    fn times_to_ask_about(&self) -> Vec<Instant> {
        let latest = self.latest.as_nanos();
        let mut times = vec![latest];
        if self.steps.is_multiple_of(4) {
            times.extend([latest.saturating_sub(1), latest.saturating_add(1_234_567_891)]);
            let changes = self.model.changes();
            let far = (self.steps / 4) % changes.len().max(1);
            for change in changes.iter().take(2).chain(changes.get(far)) {
                let change = change.as_nanos();
                times.extend([change.saturating_sub(1), change]);
            }
        }
        times.into_iter().map(Instant::from_nanos).collect()
    }

    fn equal<T: Debug + PartialEq>(&self, what: &str, expected: &T, got: &T) -> Result<(), String> {
        if expected == got {
            Ok(())
        } else {
            Err(self.failure(&format!("{what}\nmodel:  {expected:?}\nengine: {got:?}")))
        }
    }

    fn one_of<T: Debug + PartialEq>(
        &self,
        what: &str,
        allowed: &[T],
        got: &T,
    ) -> Result<(), String> {
        if allowed.contains(got) {
            Ok(())
        } else {
            Err(self.failure(&format!("{what}\nmodel:  {allowed:?}\nengine: {got:?}")))
        }
    }

    fn failure(&self, what: &str) -> String {
        format!("{what}\n\n{}", self.history)
    }
}
