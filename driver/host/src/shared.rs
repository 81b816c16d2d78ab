//! Engine, store queue and subscribers behind one lock.

mod conditional;
mod copied;
mod guard;
mod identity;
mod inputs;
mod operator;
mod pardon;
mod policy;
#[cfg(feature = "recording")]
mod recording;
#[cfg(feature = "lists")]
mod remote;
mod shadow;
mod slices;
mod tallies;
mod wake;

use std::fmt;
use std::sync::Arc;
use std::task::{Context, Waker};
use std::time::SystemTime;

use parking_lot::Mutex;
use peerwarden_core as core;
use peerwarden_core::{Config, Instant};

use crate::broadcast::Broadcast;
use crate::clock::Clock;
use crate::closed::Closed;
use crate::driver::Driver;
use crate::engine::Engine;
use crate::gate::Gate;
use crate::gate_refusal::GateRefusal;
use crate::last_scores::LastScores;
#[cfg(feature = "lists")]
use crate::lists::ListState;
use crate::next_wake::NextWake;
use crate::outcome::Outcome;
use crate::overrides::Overrides;
use crate::peer::PeerName;
use crate::recording::Tap;
use crate::shadow::ShadowControl;
use crate::store::{DirtyRows, WriterControl};
use crate::subscription::Subscription;
use crate::telemetry::Telemetry;
pub use guard::StateGuard;
#[cfg(feature = "recording")]
pub(crate) use recording::EngineState;
#[cfg(feature = "lists")]
pub(crate) use remote::{RemoteAnswer, RemoteWord};
use wake::WakeOnDrop;

/// The engine behind its lock, and the clock that it is told the time by.
///
/// Only engine code runs under this lock. Waking or dropping a waker can drop the swarm, which takes the
/// lock; wakers, clocks, metrics, log lines and their formatting come after it is released. The one thing
/// that has to come before is to read the system's clock, for the few inputs that are timed.
///
/// The lock is a fair one: the store's thread takes it thousands of times in a row while it writes many
/// rows, for microseconds each, and with the standard library's it would most often have it again
/// before a thread that waits is awake.
pub struct Shared<P, D: Driver<P>> {
    clock: Arc<dyn Clock>,
    broadcast: Arc<Broadcast<P>>,
    /// Where the store is told what to write. Not used if there is none.
    pub(crate) control: Arc<WriterControl>,
    state: Mutex<State<P, D>>,
    /// Lists of bans, behind locks of their own.
    #[cfg(feature = "lists")]
    pub(crate) lists: ListState<P>,
    /// Shadow policies, behind locks of their own.
    pub(crate) shadows: ShadowControl<P>,
    /// The recording, behind a lock of its own.
    #[cfg(feature = "recording")]
    pub(crate) recording: crate::recording::RecordingControl,
    /// Counts of the admin API, if there is one.
    #[cfg(all(feature = "admin", unix))]
    pub(crate) admin: Arc<crate::admin::AdminTally>,
    /// Metrics and log lines.
    pub telemetry: Telemetry,
}

/// Everything behind the engine's lock.
pub struct State<P, D: Driver<P>> {
    /// The engine.
    pub engine: Engine<P, D::Key>,
    /// The driver's own part.
    pub driver: D,
    /// The last score of each connected peer.
    pub scores: LastScores<P>,
    /// What the engine knows only the sum of.
    pub(crate) overrides: Overrides<P>,
    /// The engine's policy, to be handed out without a copy.
    policy: Arc<Config>,
    broadcast: Arc<Broadcast<P>>,
    /// What has yet to be written to the store, if there is one.
    pub(crate) dirty: Option<DirtyRows<P>>,
    /// Where inputs are copied to for shadow policies, if there are any.
    shadow_tap: Option<Box<Tap<P>>>,
    /// Where inputs are copied to, if they are recorded.
    #[cfg(feature = "recording")]
    pub(crate) tap: Option<Box<Tap<P>>>,
    /// What the behaviour knows that it has to wait for. Something sooner is news to it.
    announced: NextWake,
    waker: Option<Waker>,
    /// Whether the behaviour is gone.
    closed: bool,
}

impl<P: PeerName, D: Driver<P>> Shared<P, D> {
    pub(crate) fn new(config: Config, clock: Arc<dyn Clock>) -> Self {
        Self::restored(Engine::new(config), None, clock)
    }

    /// With an engine that remembers, and what is to be written of that.
    pub(crate) fn restored(
        engine: Engine<P, D::Key>,
        dirty: Option<DirtyRows<P>>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let broadcast = Arc::new(Broadcast::default());
        let telemetry = Telemetry::new(engine.config());
        #[cfg(feature = "lists")]
        let lists = ListState::new(clock.now());
        Self {
            #[cfg(feature = "lists")]
            lists,
            #[cfg(feature = "recording")]
            recording: crate::recording::RecordingControl::default(),
            #[cfg(all(feature = "admin", unix))]
            admin: Arc::default(),
            clock,
            broadcast: Arc::clone(&broadcast),
            control: Arc::default(),
            state: Mutex::new(State {
                policy: Arc::new(engine.config().clone()),
                engine,
                driver: D::default(),
                scores: LastScores::default(),
                overrides: Overrides::default(),
                broadcast,
                dirty,
                shadow_tap: None,
                #[cfg(feature = "recording")]
                tap: None,
                announced: NextWake::default(),
                waker: None,
                closed: false,
            }),
            shadows: ShadowControl::default(),
            telemetry,
        }
    }

    /// Returns the time on the engine's clock.
    pub fn now(&self) -> Instant {
        self.clock.now()
    }

    /// What time it is on the wall, and on the engine's clock.
    pub(crate) fn clocks(&self) -> (SystemTime, Instant) {
        (self.clock.wall_clock(), self.clock.now())
    }

    /// The time of day of a moment of the engine's clock, the nearest that there is.
    pub(crate) fn wall_at(&self, at: Instant) -> SystemTime {
        let (wall, now) = self.clocks();
        let (ahead, ago) = (at.saturating_duration_since(now), now.saturating_duration_since(at));
        let moment = wall.checked_add(ahead).and_then(|moment| moment.checked_sub(ago));
        moment.unwrap_or(wall)
    }

    /// Locks the state.
    ///
    /// Every change the engine makes is complete before anything that could panic, so a state
    /// that a panic left behind is as good as any.
    pub fn lock(&self) -> StateGuard<'_, P, D> {
        StateGuard::new(self.state.lock(), &self.control)
    }

    /// Locks the state, for handles, which may outlive the node.
    ///
    /// # Errors
    ///
    /// [`Closed`] if the node was shut down.
    pub fn lock_if_open(&self) -> Result<StateGuard<'_, P, D>, Closed> {
        let state = self.lock();
        if state.closed { Err(Closed) } else { Ok(state) }
    }

    /// Tells subscribers, logs and metrics of a connection that was refused.
    pub fn report_refusal(&self, gate: Gate, refusal: &GateRefusal<P>) {
        self.broadcast.send(refusal.at(), || Some(refusal.notice()));
        self.broadcast.wake();
        self.telemetry.refused(gate, refusal);
    }

    /// A stream of what happens from here on.
    pub(crate) fn subscribe(&self) -> Result<Subscription<P>, Closed> {
        // Under the lock, so that what the subscriber reads of the bans next misses nothing.
        let _state = self.lock_if_open()?;
        Ok(Subscription::new(&self.broadcast))
    }

    /// Feeds in what somebody other than the behaviour has to say, and wakes the behaviour if
    /// there is something for it to do.
    pub(crate) fn input_from_handle(
        &self,
        make: impl FnOnce(&Config) -> core::Event<P>,
    ) -> Result<(), Closed> {
        let now = self.now();
        let state = self.lock_for_input_if_open(now)?;
        let event = make(state.engine.config());
        self.handle_input(state, event, now, State::take_waker_if_needed, |_, _| ());
        Ok(())
    }

    /// Gives the engine an input of the driver's, after `prepare` has done what belongs to it under the
    /// same lock.
    pub fn input(
        &self,
        event: core::Event<P>,
        now: Instant,
        prepare: impl FnOnce(&mut State<P, D>),
    ) {
        let mut state = self.lock_for_input(now);
        prepare(&mut state);
        self.handle_input(state, event, now, |_| None, |_, _| ());
    }

    /// Releases a state that was changed from outside, and wakes the driver if there is something for
    /// it to do.
    pub fn wake(&self, mut state: StateGuard<'_, P, D>) {
        let _wake = WakeOnDrop(state.take_waker_if_needed());
        drop(state);
    }

    /// The one way to the engine. What comes of an input is taken out under the lock, and told to
    /// everybody once it is released. What `conclude` makes of it under the lock is the answer.
    fn handle_input<A>(
        &self,
        mut state: StateGuard<'_, P, D>,
        event: core::Event<P>,
        now: Instant,
        whom_to_wake: impl FnOnce(&mut State<P, D>) -> Option<Waker>,
        conclude: impl FnOnce(&State<P, D>, &Outcome<P>) -> A,
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

    /// Has this task woken from here on. Until the next call nothing is missed.
    pub fn register(&self, cx: &Context<'_>) -> NextWake {
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

    /// Closes the node: every call of a handle fails from here on, and subscriptions end. A task that
    /// waits for it is woken once more.
    ///
    /// That handles hold nothing but weak references is not enough for them to notice: two that
    /// never stop calling would keep what they point to alive for each other.
    pub(crate) fn close(&self) {
        let mut state = self.lock();
        state.closed = true;
        let waker = state.waker.take();
        drop(state);
        self.broadcast.close();
        drop(WakeOnDrop(waker));
    }
}

impl<P, D: Driver<P>> fmt::Debug for Shared<P, D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").finish_non_exhaustive()
    }
}

impl<P, D: Driver<P>> fmt::Debug for State<P, D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("State").finish_non_exhaustive()
    }
}

impl<P: PeerName, D: Driver<P>> State<P, D> {
    /// Returns which peer this node itself is, if that was said.
    pub fn local_peer_id(&self) -> Option<&P> {
        self.overrides.local.peer()
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;
    use crate::driver::Commands;
    use crate::manual_timer::ManualTimer;

    #[test]
    fn a_panic_under_the_lock_locks_nobody_out() {
        let shared: Shared<String, Commands<String>> =
            Shared::new(Config::default(), Arc::new(ManualTimer::new()));
        let panicked = thread::scope(|scope| {
            scope
                .spawn(|| {
                    let _state = shared.lock();
                    panic!("on purpose");
                })
                .join()
        });

        let peer = "a".to_owned();
        assert!(panicked.is_err());
        assert!(shared.input_from_handle(|_| core::Event::ScoreUnavailable { peer }).is_ok());
    }
}
