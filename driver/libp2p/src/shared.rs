//! Engine, store queue and subscribers behind one lock.

mod identity;
mod inputs;
mod operator;

use std::fmt;
use std::hash::RandomState;
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Waker};
use std::time::SystemTime;

use libp2p::PeerId;
use peerwarden_core as core;
use peerwarden_core::{Config, Instant, Warden};

use crate::address_book::AddressBook;
use crate::broadcast::Broadcast;
use crate::clock::Clock;
use crate::command_queue::{Command, CommandQueue};
use crate::event::{Event, EventKind};
use crate::gate::Gate;
use crate::handle::Closed;
use crate::last_scores::LastScores;
use crate::next_wake::NextWake;
use crate::outcome::Outcome;
use crate::overrides::Overrides;
use crate::redials::Redials;
use crate::refusal::Refusal;
use crate::store::{DirtyRows, NotifyOnDrop, WriterControl};
use crate::subscription::Subscription;
use crate::telemetry::Telemetry;

/// The engine behind its lock, and the clock that it is told the time by.
///
/// Under the lock runs the engine and nothing that belongs to anybody else: no clock, no waker (to
/// wake or drop one can drop the swarm, and that takes the lock), no formatting. Metrics and log
/// lines are made of notes, once it is released; the one thing of theirs that has to come before is
/// to read the system's clock, for the few inputs that are timed.
pub(crate) struct Shared {
    clock: Arc<dyn Clock>,
    broadcast: Arc<Broadcast>,
    /// Where the store is told what to write. Not used if there is none.
    pub(crate) control: Arc<WriterControl>,
    state: Mutex<State>,
    pub(crate) telemetry: Telemetry,
}

/// The engine, hashed with the standard library's SipHash: its keys come from the operating system,
/// and it was made to withstand strangers who choose what is hashed.
pub(crate) type Engine = Warden<PeerId, RandomState>;

pub(crate) struct State {
    pub(crate) engine: Engine,
    pub(crate) book: AddressBook,
    pub(crate) scores: LastScores,
    /// What the engine knows only the sum of.
    pub(crate) overrides: Overrides,
    /// The engine's policy, to be handed out without a copy.
    policy: Arc<Config>,
    broadcast: Arc<Broadcast>,
    /// What has yet to be written to the store, if there is one.
    pub(crate) dirty: Option<DirtyRows>,
    commands: CommandQueue,
    pub(crate) redials: Redials,
    /// What the behaviour knows that it has to wait for. Something sooner is news to it.
    announced: NextWake,
    waker: Option<Waker>,
    /// Whether the behaviour is gone.
    closed: bool,
}

impl Shared {
    pub(crate) fn new(config: Config, clock: Arc<dyn Clock>) -> Self {
        Self::restored(Warden::new(config, RandomState::new()), None, clock)
    }

    /// With an engine that remembers, and what is to be written of that.
    pub(crate) fn restored(
        engine: Engine,
        dirty: Option<DirtyRows>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let broadcast = Arc::new(Broadcast::default());
        let telemetry = Telemetry::new(engine.config());
        Self {
            clock,
            broadcast: Arc::clone(&broadcast),
            control: Arc::default(),
            state: Mutex::new(State {
                policy: Arc::new(engine.config().clone()),
                engine,
                book: AddressBook::default(),
                scores: LastScores::default(),
                overrides: Overrides::default(),
                broadcast,
                dirty,
                commands: CommandQueue::default(),
                redials: Redials::default(),
                announced: NextWake::default(),
                waker: None,
                closed: false,
            }),
            telemetry,
        }
    }

    pub(crate) fn now(&self) -> Instant {
        self.clock.now()
    }

    /// What time it is on the wall, and on the engine's clock.
    pub(crate) fn clocks(&self) -> (SystemTime, Instant) {
        (self.clock.wall_clock(), self.clock.now())
    }

    /// Every change the engine makes is complete before anything that could panic, so a state
    /// that a panic left behind is as good as any.
    pub(crate) fn lock(&self) -> StateGuard<'_> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        StateGuard { state, notify: NotifyOnDrop::default(), control: &self.control }
    }

    /// For handles, which may outlive the behaviour.
    pub(crate) fn lock_if_open(&self) -> Result<StateGuard<'_>, Closed> {
        let state = self.lock();
        if state.closed { Err(Closed) } else { Ok(state) }
    }

    /// Tells subscribers, logs and metrics of a connection that was refused.
    pub(crate) fn report_refusal(&self, gate: Gate, refusal: &Refusal) {
        self.broadcast.send(|| Some(refusal.notice()));
        self.broadcast.wake();
        self.telemetry.refused(gate, refusal);
    }

    /// A stream of what happens from here on.
    pub(crate) fn subscribe(&self) -> Result<Subscription, Closed> {
        // Under the lock, so that what the subscriber reads of the bans next misses nothing.
        let _state = self.lock_if_open()?;
        Ok(Subscription::new(&self.broadcast))
    }

    /// Feeds in what somebody other than the behaviour has to say, and wakes the behaviour if
    /// there is something for it to do.
    pub(crate) fn input_from_handle(
        &self,
        make: impl FnOnce(&Config) -> core::Event<PeerId>,
    ) -> Result<(), Closed> {
        let now = self.now();
        let state = self.lock_if_open()?;
        let event = make(state.engine.config());
        self.handle_input(state, event, now, State::take_waker_if_needed, |_, _| ());
        Ok(())
    }

    /// Feeds in what the behaviour has to say, after it has done what it has to under the same
    /// lock.
    pub(crate) fn input(
        &self,
        event: core::Event<PeerId>,
        now: Instant,
        prepare: impl FnOnce(&mut State),
    ) {
        let mut state = self.lock();
        prepare(&mut state);
        self.handle_input(state, event, now, |_| None, |_, _| ());
    }

    /// Lets go of a state that was changed from outside, and wakes the behaviour if there is
    /// something for it to do.
    pub(crate) fn wake(&self, mut state: StateGuard<'_>) {
        let _wake = WakeOnDrop(state.take_waker_if_needed());
        drop(state);
    }

    /// The one way to the engine. What comes of an input is taken out under the lock, and told to
    /// everybody once it is released. What `conclude` makes of it under the lock is the answer.
    fn handle_input<A>(
        &self,
        mut state: StateGuard<'_>,
        event: core::Event<PeerId>,
        now: Instant,
        whom_to_wake: impl FnOnce(&mut State) -> Option<Waker>,
        conclude: impl FnOnce(&State, &Outcome) -> A,
    ) -> A {
        let Some(event) = state.admitted(event) else {
            let answer = conclude(&state, &Outcome::default());
            drop(state);
            self.telemetry.accused("this node itself was accused: that is ignored", now);
            return answer;
        };
        let begun = self.telemetry.begin(&event);
        let outcome = state.input(event, now);
        let answer = conclude(&state, &outcome);
        let _wake = WakeOnDrop(whom_to_wake(&mut state));
        // And the store is told.
        drop(state);
        self.broadcast.wake();
        self.telemetry.input(begun, &outcome, now);
        answer
    }

    /// Leaves word whom to wake from here on. Until the next call nothing is missed.
    pub(crate) fn register(&self, cx: &Context<'_>) -> NextWake {
        let mut state = self.lock();
        if state.waker.as_ref().is_some_and(|waker| waker.will_wake(cx.waker())) {
            return state.wanted();
        }
        drop(state);

        let waker = cx.waker().clone();
        let mut state = self.lock();
        let replaced = state.waker.replace(waker);
        let wanted = state.wanted();
        drop(state);
        drop(replaced);
        wanted
    }

    /// The behaviour is going.
    ///
    /// That handles hold nothing but weak references is not enough for them to notice: two that
    /// never stop calling would keep what they point to alive for each other.
    pub(crate) fn close(&self) {
        let mut state = self.lock();
        state.closed = true;
        let waker = state.waker.take();
        drop(state);
        drop(waker);
        self.broadcast.close();
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").finish_non_exhaustive()
    }
}

/// The state while the lock is held. Once it is not, the store is told if there is something to
/// write.
pub(crate) struct StateGuard<'a> {
    // The order matters: the lock is let go of before the notify rings.
    state: MutexGuard<'a, State>,
    notify: NotifyOnDrop<'a>,
    control: &'a WriterControl,
}

impl Deref for StateGuard<'_> {
    type Target = State;

    fn deref(&self) -> &State {
        &self.state
    }
}

impl DerefMut for StateGuard<'_> {
    fn deref_mut(&mut self) -> &mut State {
        &mut self.state
    }
}

impl Drop for StateGuard<'_> {
    fn drop(&mut self) {
        if let Some(urgency) = self.state.dirty.as_mut().and_then(DirtyRows::take_urgency) {
            self.notify.set(self.control, urgency);
        }
    }
}

/// Wakes when it is dropped, even if a panic in somebody's log does that: a waker that was taken and
/// not woken is a swarm that sleeps through a ban.
struct WakeOnDrop(Option<Waker>);

impl Drop for WakeOnDrop {
    fn drop(&mut self) {
        if let Some(waker) = self.0.take() {
            waker.wake();
        }
    }
}

impl State {
    pub(crate) fn next_command(&mut self) -> Option<Command> {
        self.commands.next_command()
    }

    pub(crate) fn next_event(&mut self) -> Option<Event> {
        self.commands.next_event(|peer| self.scores.is_connected(peer))
    }

    pub(crate) fn emit(&mut self, kind: EventKind) {
        self.commands.emit(kind);
    }

    /// Whom to wake, if there is news for the behaviour.
    fn take_waker_if_needed(&mut self) -> Option<Waker> {
        let sooner = self.wants().is_sooner_than(&self.announced);
        if sooner || !self.commands.is_empty() { self.waker.take() } else { None }
    }

    fn wanted(&mut self) -> NextWake {
        self.announced = self.wants();
        self.announced
    }

    fn wants(&self) -> NextWake {
        NextWake {
            deadline: self.engine.next_deadline(),
            ticks: self.engine.config().scores() && self.engine.counts().connected > 0,
            redial: self.redials.deadline(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;
    use crate::manual_timer::ManualTimer;

    #[test]
    fn a_lock_that_a_panic_poisoned_is_recovered() {
        let shared = Shared::new(Config::default(), Arc::new(ManualTimer::new()));
        let poisoning = thread::scope(|scope| {
            scope
                .spawn(|| {
                    let _state = shared.lock();
                    panic!("on purpose");
                })
                .join()
        });

        let peer = PeerId::random();
        assert!(poisoning.is_err() && shared.state.is_poisoned());
        assert!(shared.input_from_handle(|_| core::Event::ScoreUnavailable { peer }).is_ok());
    }
}
