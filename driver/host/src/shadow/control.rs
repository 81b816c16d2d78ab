//! Shadow policies of a node: begun, ended and asked about.

use std::collections::BTreeMap;
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};

use peerwarden_core::Config;

use super::board::Board;
use super::name::ShadowName;
use super::status::{ShadowBan, ShadowStatus, ShadowTallies};
use super::thread::{Request, run};
use crate::closed::Closed;
use crate::driver::Driver;
use crate::peer::PeerName;
use crate::shared::Shared;

/// Why no shadow policy was begun.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ShadowError {
    /// The node was shut down.
    #[error(transparent)]
    Closed(#[from] Closed),
    /// There is no thread for it.
    #[error("no thread can be started for shadow policies: {0}")]
    Thread(#[source] std::io::Error),
    /// There are as many as there may be.
    #[error("there are {} shadow policies, which is the most: end one first", ShadowError::MOST)]
    TooMany,
}

impl ShadowError {
    /// How many shadow policies there may be: each takes as much memory as the engine.
    pub const MOST: usize = 8;
}

/// What the thread that judges and those who ask about it share.
pub(super) type Boards<P> = Arc<Mutex<BTreeMap<ShadowName, Board<P>>>>;

/// The shadow policies of a node, behind locks of their own: the engine's is never taken under one of them.
#[derive(Debug)]
pub(crate) struct ShadowControl<P> {
    boards: Boards<P>,
    thread: Mutex<Option<Running>>,
}

#[derive(Debug)]
struct Running {
    requests: Sender<Request>,
    thread: JoinHandle<()>,
}

impl<P> Default for ShadowControl<P> {
    fn default() -> Self {
        Self { boards: Arc::default(), thread: Mutex::default() }
    }
}

impl<P: PeerName> ShadowControl<P> {
    /// Begins a policy, which has its copy of the engine when this returns, in the place of another of its
    /// name.
    pub(crate) fn start<D: Driver<P>>(
        &self,
        shared: &Arc<Shared<P, D>>,
        name: ShadowName,
        config: Config,
    ) -> Result<(), ShadowError> {
        let mut running = lock(&self.thread);
        let boards = lock(&self.boards);
        if boards.len() >= ShadowError::MOST && !boards.contains_key(&name) {
            return Err(ShadowError::TooMany);
        }
        drop(boards);
        let alive = running.take().filter(|running| !running.thread.is_finished());
        let running = running.insert(match alive {
            Some(alive) => alive,
            None => self.spawn(shared)?,
        });
        let (begun, answer) = mpsc::channel();
        let request = Request::Start { name, config: Arc::new(config), begun };
        running.ask(request, &answer).unwrap_or(Err(Closed)).map_err(ShadowError::from)
    }

    /// Ends a policy; `false` if there is none of this name.
    pub(crate) fn stop(&self, name: &ShadowName) -> bool {
        let mut running = lock(&self.thread);
        let Some(running) = running.as_mut() else {
            return false;
        };
        let (ended, answer) = mpsc::channel();
        let request = Request::Stop { name: name.clone(), ended };
        running.ask(request, &answer).unwrap_or(false)
    }

    /// Waits until the thread of a node that was shut down has ended, which it does by itself.
    ///
    /// Not if that thread is what drops the node, by a waker that it woke.
    pub(crate) fn shut_down(&self) {
        let Ok(mut running) = self.thread.try_lock() else {
            return;
        };
        if let Some(Running { requests, thread }) = running.take()
            && thread.thread().id() != thread::current().id()
        {
            drop(requests);
            thread.thread().unpark();
            let _ = thread.join();
        }
    }

    /// Returns how all of them do, by name, of every input until now.
    pub(crate) fn statuses(&self) -> Vec<ShadowStatus> {
        self.catch_up();
        lock(&self.boards).values().map(Board::status).collect()
    }

    /// Returns the subjects banned since it began, under this policy or the one in force; `None` if there is
    /// none of this name.
    pub(crate) fn bans(
        &self,
        name: &ShadowName,
        most: usize,
    ) -> Option<(ShadowStatus, Vec<ShadowBan<P>>)> {
        self.catch_up();
        lock(&self.boards).get(name).map(|board| (board.status(), board.bans(most)))
    }

    /// Returns the policy of this name.
    pub(crate) fn config(&self, name: &ShadowName) -> Option<Arc<Config>> {
        lock(&self.boards).get(name).map(|board| Arc::clone(&board.config))
    }

    /// Returns what metrics say of all of them.
    pub(crate) fn tallies(&self) -> Vec<ShadowTallies> {
        lock(&self.boards).values().map(Board::tallies).collect()
    }

    fn catch_up(&self) {
        let running = lock(&self.thread);
        if let Some(running) = running.as_ref() {
            let (done, answer) = mpsc::channel();
            let _: Option<()> = running.ask(Request::CatchUp { done }, &answer);
        }
    }

    fn spawn<D: Driver<P>>(&self, shared: &Arc<Shared<P, D>>) -> Result<Running, ShadowError> {
        // What is left of a thread that panicked.
        lock(&self.boards).clear();
        let (requests, receiver): (_, Receiver<Request>) = mpsc::channel();
        let (shared, boards) = (Arc::clone(shared), Arc::clone(&self.boards));
        let thread = thread::Builder::new()
            .name("peerwarden-shadow".to_owned())
            .spawn(move || run(&shared, &boards, &receiver))
            .map_err(ShadowError::Thread)?;
        Ok(Running { requests, thread })
    }
}

impl Running {
    /// Asks the thread for something, and waits for the answer; `None` if the thread ends before.
    fn ask<T>(&self, request: Request, answer: &Receiver<T>) -> Option<T> {
        self.requests.send(request).ok()?;
        self.thread.thread().unpark();
        answer.recv().ok()
    }
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
