//! `Tasks`: what a doorman leaves to its node, as it comes due.

use std::collections::VecDeque;
use std::fmt;
use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Weak};
use std::task::{Context, Poll, Wake, Waker, ready};
use std::thread::{self, JoinHandle, Thread};

use futures_core::Stream;

use super::open_connections::{ConnectionId, OpenConnections};
use crate::alarm::Alarm;
use crate::closing::Walk;
use crate::driver::{Command, Driver, Intervals};
use crate::peer::PeerName;
use crate::shared::Shared;
use crate::system_timer::SystemTimer;
use crate::timer::Timer;

/// One thing for a node to do.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Task<P, C> {
    /// Close the connection: its peer, or the network that it comes from, is banned, and the
    /// [farewell](crate::DriverOptions::with_farewell) is over.
    ///
    /// Each connection comes here once at most. It counts until its [`Admission`](crate::Admission) is
    /// dropped.
    Close {
        /// The peer on the other side.
        peer: P,
        /// What was given to [`Doorman::admit`](crate::Doorman::admit).
        connection: C,
    },
    /// Dial the peer again, whose ban is over: this node had dialled it before.
    Dial {
        /// The peer to dial.
        peer: P,
    },
    /// Judge the peer, which is connected, and answer with [`Handle::score`](crate::Handle::score) or
    /// [`Handle::score_unavailable`](crate::Handle::score_unavailable).
    ///
    /// Without [`Config::scores`](crate::Config::scores) it is never asked for.
    RequestScore {
        /// The peer to judge.
        peer: P,
    },
}

/// The loop of a [`Doorman`](crate::Doorman): lets its time pass, and hands out what there is to do.
///
/// On a thread, [`spawn`](Self::spawn) it or [`run`](Self::run) it. In async code it is a [`Stream`], and
/// [`next`](Self::next) is a future for any runtime. It ends when the doorman is dropped.
///
/// Nothing is closed and no ban ends, as far as notices and dials go, while it is not driven: connections
/// that are refused are all the same. A task is handed out under no lock, so a call of the doorman, its
/// handle or an admission's end is fine while it is carried out. Carry it out soon, and do not block for
/// the other side.
#[must_use = "undriven, it closes no connection"]
pub struct Tasks<P: PeerName, C: Send + 'static, T: Timer = SystemTimer> {
    shared: Weak<Shared<P, OpenConnections<P, C>>>,
    timer: Arc<T>,
    intervals: Intervals<T>,
    /// Rings for the next connection that is to be closed later than its ban.
    farewell_alarm: Alarm<T>,
    walk: Option<Walk<P, ConnectionId>>,
    /// At most a slice's.
    closes: VecDeque<(P, C)>,
}

impl<P: PeerName, C: Send + 'static, T: Timer> Tasks<P, C, T> {
    pub(super) fn new(
        shared: &Arc<Shared<P, OpenConnections<P, C>>>,
        timer: Arc<T>,
        intervals: Intervals<T>,
    ) -> Self {
        Self {
            shared: Arc::downgrade(shared),
            timer,
            intervals,
            farewell_alarm: Alarm::new(),
            walk: None,
            closes: VecDeque::new(),
        }
    }

    /// Carries out every task with `on` on a thread of its own, named `peerwarden`, which ends when the
    /// doorman is dropped. If `on` panics it ends too, and no connection is closed any more.
    ///
    /// # Errors
    ///
    /// What the operating system says if it has no thread to give.
    pub fn spawn(self, on: impl FnMut(Task<P, C>) + Send + 'static) -> io::Result<JoinHandle<()>> {
        thread::Builder::new().name("peerwarden".to_owned()).spawn(move || self.run(on))
    }

    /// Carries out every task with `on`, and blocks this thread until the doorman is dropped.
    pub fn run(mut self, mut on: impl FnMut(Task<P, C>)) {
        while let Some(task) = self.wait() {
            on(task);
        }
    }

    /// Blocks this thread until there is something to do; `None` once the doorman is dropped.
    pub fn wait(&mut self) -> Option<Task<P, C>> {
        let waker = Waker::from(Arc::new(Unpark(thread::current())));
        let mut cx = Context::from_waker(&waker);
        loop {
            if let Poll::Ready(task) = self.poll_task(&mut cx) {
                return task;
            }
            thread::park();
        }
    }

    /// Waits until there is something to do; `None` once the doorman is dropped. Nothing is lost if the
    /// future is dropped early.
    pub async fn next(&mut self) -> Option<Task<P, C>> {
        poll_fn(|cx| self.poll_task(cx)).await
    }

    /// As [`next`](Self::next), for a future written by hand.
    pub fn poll_task(&mut self, cx: &mut Context<'_>) -> Poll<Option<Task<P, C>>> {
        let Some(shared) = self.shared.upgrade() else {
            return Poll::Ready(None);
        };
        self.intervals.poll(&shared, &self.timer, cx);
        if shared.lock_if_open().is_err() {
            return Poll::Ready(None);
        }
        self.poll_farewells(&shared, cx);
        if let Some((peer, connection)) = ready!(self.poll_close(&shared, cx)) {
            return Poll::Ready(Some(Task::Close { peer, connection }));
        }
        let command = shared.lock().driver.next_command();
        match command {
            Some(Command::Dial { peer }) => Poll::Ready(Some(Task::Dial { peer })),
            Some(Command::RequestScore { peer }) => Poll::Ready(Some(Task::RequestScore { peer })),
            // Closes do not come this way.
            Some(Command::Disconnect { .. }) | None => Poll::Pending,
        }
    }

    /// Queues the closes whose farewell is over, and has the task woken for the next.
    fn poll_farewells(&mut self, shared: &Shared<P, OpenConnections<P, C>>, cx: &mut Context<'_>) {
        let mut due = shared.lock().driver.deadline();
        while let Some(now) = self.farewell_alarm.poll(&self.timer, due, cx) {
            let mut state = shared.lock();
            state.driver.end_farewells(now);
            due = state.driver.deadline();
        }
    }

    /// The next connection to close, `None` if there is none; pending, with the task woken, if others are
    /// to get their turn first.
    fn poll_close(
        &mut self,
        shared: &Shared<P, OpenConnections<P, C>>,
        cx: &Context<'_>,
    ) -> Poll<Option<(P, C)>> {
        for _ in 0..STEPS {
            if let Some(close) = self.closes.pop_front() {
                return Poll::Ready(Some(close));
            }
            let walk = self.walk.take().or_else(|| shared.lock().driver.next_walk());
            let Some(walk) = walk else {
                return Poll::Ready(None);
            };
            self.step(walk, shared);
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }

    /// Goes through one slice.
    fn step(&mut self, mut walk: Walk<P, ConnectionId>, shared: &Shared<P, OpenConnections<P, C>>) {
        let now = shared.now();
        let refused = shared.input_if(now, |state| {
            let refused = state.driver.step(&mut walk, &state.engine, now);
            let leaving = walk.leaving().filter(|_| walk.is_over());
            let stays =
                leaving.and_then(|peer| state.driver.one_that_stays(peer, &state.engine, now));
            (stays, refused)
        });
        self.closes.extend(refused);
        if !walk.is_over() {
            self.walk = Some(walk);
        }
    }
}

impl<P: PeerName, C: Send + 'static, T: Timer> Unpin for Tasks<P, C, T> {}

impl<P: PeerName, C: Send + 'static, T: Timer> Stream for Tasks<P, C, T> {
    type Item = Task<P, C>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Task<P, C>>> {
        self.get_mut().poll_task(cx)
    }
}

impl<P: PeerName, C: Send + 'static, T: Timer> fmt::Debug for Tasks<P, C, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tasks").field("intervals", &self.intervals).finish_non_exhaustive()
    }
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// How many slices, and looks into the queue, a poll may take.
const STEPS: usize = 16;
