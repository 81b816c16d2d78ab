//! The engine, where behaviour and handles meet.

use std::fmt;
use std::hash::RandomState;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Waker};

use libp2p::PeerId;
use peerwarden_core as core;
use peerwarden_core::{Action, Config, Instant, Subject, Warden};

use crate::address_book::AddressBook;
use crate::bulletin::Bulletin;
use crate::clock::Clock;
use crate::denied::Denied;
use crate::event::EventKind;
use crate::handle::Gone;
use crate::notice::NoticeKind;
use crate::outbox::{Outbox, Task};
use crate::subscription::Subscription;

/// The engine behind its lock, and the clock that it is told the time by.
///
/// Under the lock runs the engine and nothing that belongs to anybody else: no clock, no waker (to
/// wake or drop one can drop the swarm, and that takes the lock), no formatting.
pub(crate) struct Shared {
    clock: Arc<dyn Clock>,
    bulletin: Arc<Bulletin>,
    state: Mutex<State>,
}

pub(crate) struct State {
    /// Hashed with the standard library's SipHash: its keys come from the operating system, and
    /// it was made to withstand strangers who choose what is hashed.
    pub(crate) engine: Warden<PeerId, RandomState>,
    pub(crate) book: AddressBook,
    bulletin: Arc<Bulletin>,
    outbox: Outbox,
    /// What the behaviour knows that it has to wait for. Something sooner is news to it.
    known: Wanted,
    waker: Option<Waker>,
    /// Whether the behaviour is gone.
    closed: bool,
}

impl Shared {
    pub(crate) fn new(config: Config, clock: Arc<dyn Clock>) -> Self {
        let bulletin = Arc::new(Bulletin::default());
        Self {
            clock,
            bulletin: Arc::clone(&bulletin),
            state: Mutex::new(State {
                engine: Warden::new(config, RandomState::new()),
                book: AddressBook::default(),
                bulletin,
                outbox: Outbox::default(),
                known: Wanted::default(),
                waker: None,
                closed: false,
            }),
        }
    }

    pub(crate) fn now(&self) -> Instant {
        self.clock.now()
    }

    /// Every change the engine makes is complete before anything that could panic, so a state
    /// that a panic left behind is as good as any.
    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// For handles, which may outlive the behaviour.
    pub(crate) fn enter(&self) -> Result<MutexGuard<'_, State>, Gone> {
        let state = self.lock();
        if state.closed { Err(Gone) } else { Ok(state) }
    }

    /// Tells subscribers of a connection that was refused.
    pub(crate) fn tell_of(&self, denied: &Denied) {
        self.bulletin.post(|| Some(NoticeKind::Denied(denied.clone())));
        self.bulletin.wake();
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
        let mut state = self.enter()?;
        let event = make(state.engine.config());
        state.input(event, now);
        let waker = state.news();
        drop(state);
        self.bulletin.wake();
        if let Some(waker) = waker {
            waker.wake();
        }
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
        state.input(event, now);
        drop(state);
        self.bulletin.wake();
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

/// What the behaviour has to wait for.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Wanted {
    /// When a heartbeat has something to do.
    pub(crate) deadline: Option<Instant>,
    /// Whether there is anybody to ask scores of.
    pub(crate) ticks: bool,
}

impl State {
    fn input(&mut self, event: core::Event<PeerId>, now: Instant) {
        let actions = self.engine.handle_input(event, now);
        if !actions.is_empty() {
            self.file(actions);
        }
    }

    pub(crate) fn next_task(&mut self) -> Option<Task> {
        self.outbox.next()
    }

    pub(crate) fn tell(&mut self, kind: EventKind) {
        self.outbox.tell(kind);
    }

    /// Files away what the engine wants done, in its order.
    fn file(&mut self, actions: Vec<Action<PeerId>>) {
        // A dial comes right after the end of the ban that it is about.
        let mut released = None;
        for action in actions {
            self.bulletin.post(|| NoticeKind::of(&action));
            match action {
                Action::Amend { subject, cause, until } => {
                    self.outbox.tell(EventKind::Amended { subject, cause, until })
                }
                Action::Ban { subject, cause, until } => {
                    if let Subject::Peer(peer) = &subject {
                        self.book.keep(peer);
                    }
                    self.outbox.tell(EventKind::Banned { subject, cause, until });
                }
                Action::Dial { peer } => {
                    let addresses = released
                        .take()
                        .filter(|(each, _)| *each == peer)
                        .map(|(_, addresses)| addresses)
                        .unwrap_or_default();
                    self.outbox.dial(peer, addresses);
                }
                Action::Disconnect { peer } => self.outbox.close(peer),
                Action::Forget { peer } => drop(self.book.release(&peer)),
                Action::RequestScore { peer, gone } => {
                    self.outbox.tell(EventKind::ScoreRequested { peer, gone });
                }
                Action::Unban { subject, cause: _ } => {
                    if let Subject::Peer(peer) = &subject {
                        released = Some((*peer, self.book.release(peer)));
                    }
                    self.outbox.tell(EventKind::Unbanned { subject });
                }
                Action::Withhold { subject, cause, why } => {
                    self.outbox.tell(EventKind::Withheld { subject, cause, why })
                }
            }
        }
    }

    /// Whom to wake, if there is news for the behaviour.
    fn news(&mut self) -> Option<Waker> {
        let (wanted, known) = (self.wants(), self.known);
        let sooner = match (wanted.deadline, known.deadline) {
            (Some(deadline), Some(known)) => deadline < known,
            (Some(_), None) => true,
            (None, _) => false,
        };
        let sooner = sooner || (wanted.ticks && !known.ticks);
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
        assert!(shared.input_from_outside(|_| core::Event::ScoreUnavailable { peer }).is_ok());
    }
}
