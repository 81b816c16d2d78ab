//! The engine, where behaviour and handles meet.

mod identity;
mod inputs;
mod orders;

use std::fmt;
use std::hash::RandomState;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::task::{Context, Waker};
use std::time::SystemTime;

use libp2p::PeerId;
use parking_lot::{Mutex, MutexGuard};
use peerwarden_core as core;
use peerwarden_core::{Config, Instant, Warden};

use crate::address_book::AddressBook;
use crate::bulletin::Bulletin;
use crate::clock::Clock;
use crate::event::{Event, EventKind};
use crate::gate::Gate;
use crate::handle::Gone;
use crate::last_scores::LastScores;
use crate::notes::Notes;
use crate::orders::Orders;
use crate::outbox::{Outbox, Task};
use crate::redials::Redials;
use crate::refusal::Refusal;
use crate::store::{Bell, Ledger, Mailbox};
use crate::subscription::Subscription;
use crate::wanted::Wanted;
use crate::watch::Watch;

/// The engine behind its lock, and the clock that it is told the time by.
///
/// Under the lock runs the engine and nothing that belongs to anybody else: no clock, no waker (to
/// wake or drop one can drop the swarm, and that takes the lock), no formatting. Metrics and log
/// lines are made of notes, once it is released; the one thing of theirs that has to come before is
/// to read the system's clock, for the few inputs that are timed.
///
/// The lock is a fair one: the store's thread takes it thousands of times in a row while it writes many
/// rows, for microseconds each, and with the standard library's it would most often have it again
/// before a thread that waits is awake.
pub(crate) struct Shared {
    clock: Arc<dyn Clock>,
    bulletin: Arc<Bulletin>,
    /// Where the store is told what to write. Not used if there is none.
    pub(crate) mailbox: Arc<Mailbox>,
    state: Mutex<State>,
    pub(crate) watch: Watch,
}

/// The engine, hashed with the standard library's SipHash: its keys come from the operating system,
/// and it was made to withstand strangers who choose what is hashed.
pub(crate) type Engine = Warden<PeerId, RandomState>;

pub(crate) struct State {
    pub(crate) engine: Engine,
    pub(crate) book: AddressBook,
    pub(crate) scores: LastScores,
    /// What the engine knows only the sum of.
    pub(crate) orders: Orders,
    /// The engine's policy, to be handed out without a copy.
    policy: Arc<Config>,
    bulletin: Arc<Bulletin>,
    /// What has yet to be written to the store, if there is one.
    pub(crate) ledger: Option<Ledger>,
    outbox: Outbox,
    pub(crate) redials: Redials,
    /// What the behaviour knows that it has to wait for. Something sooner is news to it.
    known: Wanted,
    waker: Option<Waker>,
    /// Whether the behaviour is gone.
    closed: bool,
}

impl Shared {
    pub(crate) fn new(config: Config, clock: Arc<dyn Clock>) -> Self {
        Self::restored(Warden::new(config, RandomState::new()), None, clock)
    }

    /// With an engine that remembers, and what is to be written of that.
    pub(crate) fn restored(engine: Engine, ledger: Option<Ledger>, clock: Arc<dyn Clock>) -> Self {
        let bulletin = Arc::new(Bulletin::default());
        let watch = Watch::new(engine.config());
        Self {
            clock,
            bulletin: Arc::clone(&bulletin),
            mailbox: Arc::default(),
            state: Mutex::new(State {
                policy: Arc::new(engine.config().clone()),
                engine,
                book: AddressBook::default(),
                scores: LastScores::default(),
                orders: Orders::default(),
                bulletin,
                ledger,
                outbox: Outbox::default(),
                redials: Redials::default(),
                known: Wanted::default(),
                waker: None,
                closed: false,
            }),
            watch,
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
    pub(crate) fn lock(&self) -> Locked<'_> {
        let state = self.state.lock();
        Locked {
            #[cfg(feature = "lock-times")]
            _hold: crate::lock_times::Hold::begin(),
            state,
            bell: Bell::default(),
            mailbox: &self.mailbox,
        }
    }

    /// For handles, which may outlive the behaviour.
    pub(crate) fn enter(&self) -> Result<Locked<'_>, Gone> {
        let state = self.lock();
        if state.closed { Err(Gone) } else { Ok(state) }
    }

    /// Tells subscribers, logs and metrics of a connection that was refused.
    pub(crate) fn tell_of(&self, gate: Gate, refusal: &Refusal) {
        self.bulletin.post(|| Some(refusal.notice()));
        self.bulletin.wake();
        self.watch.refused(gate, refusal);
    }

    /// A stream of what happens from here on.
    pub(crate) fn subscribe(&self) -> Result<Subscription, Gone> {
        // Under the lock, so that what the subscriber reads of the bans next misses nothing.
        let _state = self.enter()?;
        Ok(Subscription::new(&self.bulletin))
    }

    /// Feeds in what somebody other than the behaviour has to say, and wakes the behaviour if
    /// there is something for it to do.
    pub(crate) fn input_from_outside(
        &self,
        make: impl FnOnce(&Config) -> core::Event<PeerId>,
    ) -> Result<(), Gone> {
        let now = self.now();
        let state = self.enter()?;
        let event = make(state.engine.config());
        self.feed(state, event, now, State::news, |_, _| ());
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
        self.feed(state, event, now, |_| None, |_, _| ());
    }

    /// Lets go of a state that was changed from outside, and wakes the behaviour if there is
    /// something for it to do.
    pub(crate) fn wake(&self, mut state: Locked<'_>) {
        let _wake = Wake(state.news());
        drop(state);
    }

    /// The one way to the engine. What comes of an input is taken out under the lock, and told to
    /// everybody once it is released. What `conclude` makes of it under the lock is the answer.
    fn feed<A>(
        &self,
        mut state: Locked<'_>,
        event: core::Event<PeerId>,
        now: Instant,
        whom_to_wake: impl FnOnce(&mut State) -> Option<Waker>,
        conclude: impl FnOnce(&State, &Notes) -> A,
    ) -> A {
        let Some(event) = state.admitted(event) else {
            let answer = conclude(&state, &Notes::default());
            drop(state);
            self.watch.accused("this node itself was accused: that is ignored", now);
            return answer;
        };
        let begun = self.watch.begin(&event);
        let notes = state.input(event, now);
        let answer = conclude(&state, &notes);
        let _wake = Wake(whom_to_wake(&mut state));
        // And the store is told.
        drop(state);
        self.bulletin.wake();
        self.watch.input(begun, &notes, now);
        answer
    }

    /// Leaves word whom to wake from here on. Until the next call nothing is missed.
    pub(crate) fn register(&self, cx: &Context<'_>) -> Wanted {
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
        self.bulletin.close();
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").finish_non_exhaustive()
    }
}

/// The state while the lock is held. Once it is not, the store is told if there is something to
/// write.
pub(crate) struct Locked<'a> {
    // The order matters: the lock is let go of before the bell rings.
    #[cfg(feature = "lock-times")]
    _hold: crate::lock_times::Hold,
    state: MutexGuard<'a, State>,
    bell: Bell<'a>,
    mailbox: &'a Mailbox,
}

impl Deref for Locked<'_> {
    type Target = State;

    fn deref(&self) -> &State {
        &self.state
    }
}

impl DerefMut for Locked<'_> {
    fn deref_mut(&mut self) -> &mut State {
        &mut self.state
    }
}

impl Drop for Locked<'_> {
    fn drop(&mut self) {
        if let Some(urgency) = self.state.ledger.as_mut().and_then(Ledger::news) {
            self.bell.tie(self.mailbox, urgency);
        }
    }
}

/// Wakes when it is dropped, even if a panic in somebody's log does that: a waker that was taken and
/// not woken is a swarm that sleeps through a ban.
struct Wake(Option<Waker>);

impl Drop for Wake {
    fn drop(&mut self) {
        if let Some(waker) = self.0.take() {
            waker.wake();
        }
    }
}

impl State {
    pub(crate) fn next_task(&mut self) -> Option<Task> {
        self.outbox.next_task()
    }

    pub(crate) fn next_event(&mut self) -> Option<Event> {
        self.outbox.next_event(|peer| self.scores.is_connected(peer))
    }

    pub(crate) fn tell(&mut self, kind: EventKind) {
        self.outbox.tell(kind);
    }

    /// Whom to wake, if there is news for the behaviour.
    fn news(&mut self) -> Option<Waker> {
        let sooner = self.wants().is_sooner_than(&self.known);
        if sooner || !self.outbox.is_empty() { self.waker.take() } else { None }
    }

    fn wanted(&mut self) -> Wanted {
        self.known = self.wants();
        self.known
    }

    fn wants(&self) -> Wanted {
        Wanted {
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
    fn a_panic_under_the_lock_locks_nobody_out() {
        let shared = Shared::new(Config::default(), Arc::new(ManualTimer::new()));
        let panicked = thread::scope(|scope| {
            scope
                .spawn(|| {
                    let _state = shared.lock();
                    panic!("on purpose");
                })
                .join()
        });

        let peer = PeerId::random();
        assert!(panicked.is_err());
        assert!(shared.input_from_outside(|_| core::Event::ScoreUnavailable { peer }).is_ok());
    }
}
