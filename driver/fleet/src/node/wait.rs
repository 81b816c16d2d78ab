//! Wait for whatever comes first: notices, commands, answers of the link, entries, time.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use futures_core::Stream;
use peerwarden_core::Subject;
use peerwarden_host::driver::Driver;
use peerwarden_host::{Notice, PeerName, Subscription, Timer};

use super::{FleetTask, Watch};
use crate::handle::Command;
use crate::link::{FleetLink, LinkError, Seen};
use crate::unix_millis::UnixMillis;

/// What came first.
pub(super) enum Event<P> {
    Command(Command<P>),
    /// None: the node is gone.
    Notice(Option<Notice<P>>),
    /// What the watch had ready, up to its end, which is none.
    Seen(Vec<Option<Result<Seen, LinkError>>>),
    Stored {
        subject: Subject<P>,
        seq: u64,
        result: Result<(), LinkError>,
    },
    Time,
}

/// What is being written.
pub(super) struct InFlight<P> {
    writes: Vec<Write<P>>,
}

struct Write<P> {
    /// Which statement it is; none of a key that is deleted.
    statement: Option<(Subject<P>, u64)>,
    future: Pin<Box<dyn Future<Output = Result<(), LinkError>> + Send>>,
}

impl<P> InFlight<P> {
    pub(super) const fn new() -> Self {
        Self { writes: Vec::new() }
    }

    pub(super) fn put(
        &mut self,
        subject: Subject<P>,
        seq: u64,
        future: impl Future<Output = Result<(), LinkError>> + Send + 'static,
    ) {
        let statement = Some((subject, seq));
        self.writes.push(Write { statement, future: Box::pin(future) });
    }

    pub(super) fn delete(
        &mut self,
        future: impl Future<Output = Result<(), LinkError>> + Send + 'static,
    ) {
        self.writes.push(Write { statement: None, future: Box::pin(future) });
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Event<P>> {
        let mut at = 0;
        while let Some(write) = self.writes.get_mut(at) {
            let Poll::Ready(result) = write.future.as_mut().poll(cx) else {
                at += 1;
                continue;
            };
            let write = self.writes.swap_remove(at);
            // A key that could not be deleted ages out of the bucket.
            if let Some((subject, seq)) = write.statement {
                return Poll::Ready(Event::Stored { subject, seq, result });
            }
        }
        Poll::Pending
    }
}

/// The next notice, if there is one already.
pub(super) fn ready<P: PeerName>(notices: &mut Subscription<P>) -> Option<Notice<P>> {
    match Pin::new(notices).poll_next(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(Some(notice)) => Some(notice),
        // That it has ended, the next wait finds.
        Poll::Ready(None) | Poll::Pending => None,
    }
}

/// Takes as many as are ready, up to [`AT_ONCE`].
fn poll_watch(
    watch: &mut Watch,
    cx: &mut Context<'_>,
) -> Poll<Vec<Option<Result<Seen, LinkError>>>> {
    let mut all = Vec::new();
    while all.len() < AT_ONCE {
        let Poll::Ready(seen) = watch.as_mut().poll_next(cx) else {
            break;
        };
        let is_last = !matches!(seen, Some(Ok(_)));
        all.push(seen);
        if is_last {
            break;
        }
    }
    if all.is_empty() { Poll::Pending } else { Poll::Ready(all) }
}

impl<P: PeerName, L: FleetLink, T: Timer, D: Driver<P>> FleetTask<P, L, T, D> {
    pub(super) async fn next_event(&mut self, notices: &mut Subscription<P>) -> Event<P> {
        let mut sleep = self.timer.sleep_until(self.wakes_at());
        let (commands, puts, watch) = (&self.commands, &mut self.puts, &mut self.watch);
        let mut command = std::pin::pin!(commands.recv());
        poll_fn(|cx| {
            if let Poll::Ready(notice) = Pin::new(&mut *notices).poll_next(cx) {
                return Poll::Ready(Event::Notice(notice));
            }
            // There is a sender for as long as this task has the shared state.
            if let Poll::Ready(Ok(command)) = command.as_mut().poll(cx) {
                return Poll::Ready(Event::Command(command));
            }
            if let Poll::Ready(event) = puts.poll(cx) {
                return Poll::Ready(event);
            }
            if let Some(watch) = watch
                && let Poll::Ready(seen) = poll_watch(watch, cx)
            {
                return Poll::Ready(Event::Seen(seen));
            }
            Pin::new(&mut sleep).poll(cx).map(|()| Event::Time)
        })
        .await
    }

    /// When there is something to do although nothing happens.
    fn wakes_at(&self) -> peerwarden_core::Instant {
        let (now, wall) = (self.timer.now(), UnixMillis::from(self.timer.wall_clock()));
        let due = self.shared.lock().deadline().since(wall).min(LONGEST_SLEEP);
        let due = now.saturating_add(due);
        if self.watch.is_some() { due } else { due.min(self.retry_at) }
    }
}

/// How many entries are taken before anything else is looked at.
const AT_ONCE: usize = 500;

/// A wall clock that is set may not keep the task asleep.
const LONGEST_SLEEP: Duration = Duration::from_secs(60);
