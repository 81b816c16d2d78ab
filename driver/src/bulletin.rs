//! Where notices are posted for whoever has subscribed.

use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use crate::notice::{Notice, NoticeKind};

/// The last notices, and who reads them.
///
/// All readers read the same copy, each from where it is, so that posting costs the same however
/// many there are, and next to nothing if there is none. It has a lock of its own: readers do not
/// hold up the engine. Under it nothing runs that belongs to anybody else.
#[derive(Debug, Default)]
pub(crate) struct Bulletin {
    /// As many as there are in `board.readers`.
    readers: AtomicUsize,
    board: Mutex<Board>,
}

/// Where a reader is.
#[derive(Debug)]
pub(crate) struct Reader {
    id: u64,
    changes: u64,
    denials: u64,
}

#[derive(Debug, Default)]
struct Board {
    changes: Sheet,
    denials: Sheet,
    /// How many notices there have been, which says of two which was first.
    posted: u64,
    readers: BTreeMap<u64, Option<Waker>>,
    next_reader: u64,
    /// Whether there is something that nobody has been woken for.
    fresh: bool,
    closed: bool,
}

/// The last notices of one sort, each with its place among all.
#[derive(Debug, Default)]
struct Sheet {
    notices: VecDeque<(u64, NoticeKind)>,
    /// How many came before the first of these.
    gone: u64,
}

impl Bulletin {
    /// One more reader, of what is posted from here on.
    pub(crate) fn subscribe(&self) -> Reader {
        let mut board = self.board();
        let id = board.next_reader;
        board.next_reader += 1;
        board.readers.insert(id, None);
        self.readers.store(board.readers.len(), Ordering::Release);
        Reader { id, changes: board.changes.end(), denials: board.denials.end() }
    }

    /// The reader reads no more.
    pub(crate) fn unsubscribe(&self, reader: &Reader) {
        let mut board = self.board();
        let waker = board.readers.remove(&reader.id);
        self.readers.store(board.readers.len(), Ordering::Release);
        if board.readers.is_empty() {
            board.changes.clear();
            board.denials.clear();
        }
        drop(board);
        drop(waker);
    }

    /// Posts a notice, if there is one and anybody to read it. To be followed by
    /// [`wake`](Self::wake), without a lock.
    pub(crate) fn post(&self, notice: impl FnOnce() -> Option<NoticeKind>) {
        if self.readers.load(Ordering::Acquire) == 0 {
            return;
        }
        let Some(notice) = notice() else {
            return;
        };
        let mut board = self.board();
        board.fresh = true;
        let place = board.posted;
        board.posted += 1;
        let sheet = match &notice {
            NoticeKind::Denied(_) | NoticeKind::RefusedAddress(_) => &mut board.denials,
            NoticeKind::Amended { .. }
            | NoticeKind::Banned { .. }
            | NoticeKind::Unbanned { .. }
            | NoticeKind::Withheld { .. } => &mut board.changes,
        };
        sheet.push(place, notice);
    }

    /// Wakes the readers that wait, if something was posted.
    pub(crate) fn wake(&self) {
        if self.readers.load(Ordering::Acquire) == 0 {
            return;
        }
        let mut board = self.board();
        let wakers = if board.fresh { board.wakers() } else { Vec::new() };
        drop(board);
        wakers.into_iter().for_each(Waker::wake);
    }

    /// There will be no more notices.
    pub(crate) fn close(&self) {
        let mut board = self.board();
        board.closed = true;
        let wakers = board.wakers();
        drop(board);
        wakers.into_iter().for_each(Waker::wake);
    }

    /// The next notice for this reader; `None` after the last.
    pub(crate) fn poll_next(&self, reader: &mut Reader, cx: &Context<'_>) -> Poll<Option<Notice>> {
        if let Poll::Ready(next) = self.board().next(reader) {
            return Poll::Ready(next);
        }
        let waker = cx.waker().clone();
        let mut board = self.board();
        let next = board.next(reader);
        let unused = if next.is_pending() {
            board.readers.insert(reader.id, Some(waker)).flatten()
        } else {
            Some(waker)
        };
        drop(board);
        drop(unused);
        next
    }

    fn board(&self) -> MutexGuard<'_, Board> {
        self.board.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Board {
    fn next(&self, reader: &mut Reader) -> Poll<Option<Notice>> {
        let missed = self.changes.catch_up(&mut reader.changes);
        let missed_denials = self.denials.catch_up(&mut reader.denials);
        let (change, denial) = (self.changes.get(reader.changes), self.denials.get(reader.denials));
        let first = change.into_iter().chain(denial).min_by_key(|(place, _)| *place);
        let Some((_, kind)) = first else {
            return if self.closed { Poll::Ready(None) } else { Poll::Pending };
        };
        if matches!(kind, NoticeKind::Denied(_) | NoticeKind::RefusedAddress(_)) {
            reader.denials += 1;
        } else {
            reader.changes += 1;
        }
        Poll::Ready(Some(Notice { kind: kind.clone(), missed, missed_denials }))
    }

    fn wakers(&mut self) -> Vec<Waker> {
        self.fresh = false;
        self.readers.values_mut().filter_map(Option::take).collect()
    }
}

impl Sheet {
    fn push(&mut self, place: u64, notice: NoticeKind) {
        if self.notices.len() >= Notice::CAPACITY && self.notices.pop_front().is_some() {
            self.gone += 1;
        }
        self.notices.push_back((place, notice));
    }

    fn clear(&mut self) {
        self.gone = self.end();
        self.notices = VecDeque::new();
    }

    /// Brings a reader to the first notice there is; how many it missed.
    fn catch_up(&self, read: &mut u64) -> u64 {
        let missed = self.gone.saturating_sub(*read);
        *read += missed;
        missed
    }

    fn get(&self, read: u64) -> Option<&(u64, NoticeKind)> {
        self.notices.get(usize::try_from(read.checked_sub(self.gone)?).ok()?)
    }

    fn end(&self) -> u64 {
        self.gone.saturating_add(u64::try_from(self.notices.len()).unwrap_or(u64::MAX))
    }
}
