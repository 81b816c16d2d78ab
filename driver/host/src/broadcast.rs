//! Bounded broadcast channel from the engine to subscribers.

use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use peerwarden_core::Instant;

use crate::notice::{Notice, NoticeKind};
use crate::peer::PeerName;

/// The last notices, and who reads them.
///
/// All readers read the same copy, each from where it is, so that posting costs the same however
/// many there are, and next to nothing if there is none. It has a lock of its own: readers do not
/// hold up the engine. Under it nothing runs that belongs to anybody else.
#[derive(Debug)]
pub(crate) struct Broadcast<P> {
    /// As many as there are in `inner.readers`.
    readers: AtomicUsize,
    inner: Mutex<Inner<P>>,
}

/// Where a reader is.
#[derive(Debug)]
pub(crate) struct ReadPosition {
    id: u64,
    changes: u64,
    denials: u64,
}

#[derive(Debug)]
struct Inner<P> {
    changes: Ring<P>,
    denials: Ring<P>,
    /// How many notices there have been, which says of two which was first.
    sent: u64,
    readers: BTreeMap<u64, Option<Waker>>,
    next_reader: u64,
    /// Whether there is something that nobody has been woken for.
    unnotified: bool,
    closed: bool,
}

/// The last notices of one sort, each with its place among all and its time.
#[derive(Debug)]
struct Ring<P> {
    notices: VecDeque<(u64, Instant, NoticeKind<P>)>,
    /// How many came before the first of these.
    dropped: u64,
}

impl<P: PeerName> Broadcast<P> {
    /// One more reader, of what is sent from here on.
    pub(crate) fn subscribe(&self) -> ReadPosition {
        let mut inner = self.inner();
        let id = inner.next_reader;
        inner.next_reader += 1;
        inner.readers.insert(id, None);
        self.readers.store(inner.readers.len(), Ordering::Release);
        ReadPosition { id, changes: inner.changes.end(), denials: inner.denials.end() }
    }

    /// The reader reads no more.
    pub(crate) fn unsubscribe(&self, reader: &ReadPosition) {
        let mut inner = self.inner();
        let waker = inner.readers.remove(&reader.id);
        self.readers.store(inner.readers.len(), Ordering::Release);
        if inner.readers.is_empty() {
            inner.changes.clear();
            inner.denials.clear();
        }
        drop(inner);
        drop(waker);
    }

    /// Posts a notice, if there is one and anybody to read it. To be followed by
    /// [`wake`](Self::wake), without a lock.
    pub(crate) fn send(&self, at: Instant, notice: impl FnOnce() -> Option<NoticeKind<P>>) {
        if self.readers.load(Ordering::Acquire) == 0 {
            return;
        }
        let Some(notice) = notice() else {
            return;
        };
        let mut inner = self.inner();
        inner.unnotified = true;
        let place = inner.sent;
        inner.sent += 1;
        let ring = match &notice {
            NoticeKind::Denied(_) | NoticeKind::RefusedAddress(_) | NoticeKind::Shadow(_) => {
                &mut inner.denials
            }
            NoticeKind::Amended { .. }
            | NoticeKind::Banned { .. }
            | NoticeKind::Incident { .. }
            | NoticeKind::Reconfigured
            | NoticeKind::List(_)
            | NoticeKind::Unbanned { .. }
            | NoticeKind::Warned { .. }
            | NoticeKind::Withheld { .. } => &mut inner.changes,
        };
        ring.push(place, at, notice);
    }

    /// Wakes the readers that wait, if something was sent.
    pub(crate) fn wake(&self) {
        if self.readers.load(Ordering::Acquire) == 0 {
            return;
        }
        let mut inner = self.inner();
        let wakers = if inner.unnotified { inner.wakers() } else { Vec::new() };
        drop(inner);
        wakers.into_iter().for_each(Waker::wake);
    }

    /// There will be no more notices.
    pub(crate) fn close(&self) {
        let mut inner = self.inner();
        inner.closed = true;
        let wakers = inner.wakers();
        drop(inner);
        wakers.into_iter().for_each(Waker::wake);
    }

    /// The next notice for this reader; `None` after the last.
    pub(crate) fn poll_next(
        &self,
        reader: &mut ReadPosition,
        cx: &Context<'_>,
    ) -> Poll<Option<Notice<P>>> {
        if let Poll::Ready(next) = self.inner().next(reader) {
            return Poll::Ready(next);
        }
        let waker = cx.waker().clone();
        let mut inner = self.inner();
        let next = inner.next(reader);
        let unused = if next.is_pending() {
            inner.readers.insert(reader.id, Some(waker)).flatten()
        } else {
            Some(waker)
        };
        drop(inner);
        drop(unused);
        next
    }

    fn inner(&self) -> MutexGuard<'_, Inner<P>> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<P> Default for Broadcast<P> {
    fn default() -> Self {
        let inner = Inner {
            changes: Ring::default(),
            denials: Ring::default(),
            sent: 0,
            readers: BTreeMap::new(),
            next_reader: 0,
            unnotified: false,
            closed: false,
        };
        Self { readers: AtomicUsize::new(0), inner: Mutex::new(inner) }
    }
}

impl<P> Default for Ring<P> {
    fn default() -> Self {
        Self { notices: VecDeque::new(), dropped: 0 }
    }
}

impl<P: PeerName> Inner<P> {
    fn next(&self, reader: &mut ReadPosition) -> Poll<Option<Notice<P>>> {
        let missed = self.changes.catch_up(&mut reader.changes);
        let missed_denials = self.denials.catch_up(&mut reader.denials);
        let (change, denial) = (self.changes.get(reader.changes), self.denials.get(reader.denials));
        let first = change.into_iter().chain(denial).min_by_key(|(place, ..)| *place);
        let Some((_, at, kind)) = first else {
            return if self.closed { Poll::Ready(None) } else { Poll::Pending };
        };
        if matches!(
            kind,
            NoticeKind::Denied(_) | NoticeKind::RefusedAddress(_) | NoticeKind::Shadow(_)
        ) {
            reader.denials += 1;
        } else {
            reader.changes += 1;
        }
        Poll::Ready(Some(Notice { kind: kind.clone(), at: *at, missed, missed_denials }))
    }

    fn wakers(&mut self) -> Vec<Waker> {
        self.unnotified = false;
        self.readers.values_mut().filter_map(Option::take).collect()
    }
}

impl<P: PeerName> Ring<P> {
    fn push(&mut self, place: u64, at: Instant, notice: NoticeKind<P>) {
        if self.notices.len() >= Notice::<P>::CAPACITY && self.notices.pop_front().is_some() {
            self.dropped += 1;
        }
        self.notices.push_back((place, at, notice));
    }

    fn clear(&mut self) {
        self.dropped = self.end();
        self.notices = VecDeque::new();
    }

    /// Brings a reader to the first notice there is; how many it missed.
    fn catch_up(&self, read: &mut u64) -> u64 {
        let missed = self.dropped.saturating_sub(*read);
        *read += missed;
        missed
    }

    fn get(&self, read: u64) -> Option<&(u64, Instant, NoticeKind<P>)> {
        self.notices.get(usize::try_from(read.checked_sub(self.dropped)?).ok()?)
    }

    fn end(&self) -> u64 {
        self.dropped.saturating_add(u64::try_from(self.notices.len()).unwrap_or(u64::MAX))
    }
}
