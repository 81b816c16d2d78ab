//! `NatsLink`: a bucket of NATS JetStream.

mod clock;
mod connect;
mod options;
mod session;
mod writes;

use std::fmt;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use async_channel::{Receiver, Sender};
use async_nats::jetstream::kv::Store;
use futures_core::Stream;

use crate::counts::Resync;
use crate::key::Key;
use crate::link::{FleetLink, LinkError, LinkErrorKind, LinkHealth, Seen};
use clock::ServerClock;
use session::Session;
use writes::{Write, WriteResult};

pub use options::NatsOptions;

/// A link over NATS JetStream. Its client runs on a Tokio runtime in a thread of its own, so that nodes on any
/// runtime, and on none, have it.
///
/// The thread ends when this is dropped.
pub struct NatsLink {
    requests: Sender<Request>,
    shared: Arc<LinkShared>,
}

/// What the thread is asked to do.
enum Request {
    Watch(Sender<WatchItem>, Option<Resync>),
    Write(Write),
}

/// What the thread and the link share.
#[derive(Default)]
struct LinkShared {
    state: Mutex<LinkState>,
}

#[derive(Default)]
struct LinkState {
    health: LinkHealth,
    clock: ServerClock,
    /// The bucket, while there is a connection with it.
    store: Option<Store>,
    /// Those who wait to hear that the server does not allow what they write, by subject.
    refusals: Vec<(String, Sender<String>)>,
}

impl LinkShared {
    fn lock(&self) -> MutexGuard<'_, LinkState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl NatsLink {
    /// Starts the thread. It connects when the link is watched.
    ///
    /// # Errors
    ///
    /// Those of starting a thread with a runtime.
    pub fn start(options: NatsOptions) -> io::Result<Self> {
        let (requests, received) = async_channel::bounded(MAX_REQUESTS);
        let shared = Arc::new(LinkShared::default());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let theirs = Arc::clone(&shared);
        thread::Builder::new()
            .name("peerwarden-nats".to_owned())
            .spawn(move || runtime.block_on(serve(options, received, theirs)))?;
        Ok(Self { requests, shared })
    }

    /// Writes one value over a connection of its own, and waits for that: for an operator's program. It may make
    /// the bucket if that is not there.
    ///
    /// # Errors
    ///
    /// [`LinkError`], which says what happened and what to check.
    pub fn write_once(options: NatsOptions, key: Key, value: Vec<u8>) -> Result<(), LinkError> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let failed = |error: io::Error| LinkError::new(LinkErrorKind::Lost, error.to_string());
        let shared = Arc::new(LinkShared::default());
        let session = Session::new(Arc::new(options), shared);
        runtime.map_err(failed)?.block_on(session.write_once(key, value))
    }

    fn write(
        &self,
        key: Key,
        value: Option<Vec<u8>>,
    ) -> impl Future<Output = Result<(), LinkError>> + Send + use<> {
        let requests = self.requests.clone();
        async move {
            let (answer, answered) = async_channel::bounded(1);
            let ended = || LinkError::new(LinkErrorKind::Lost, "the link has ended");
            let write = Write { key, value, answer };
            requests.send(Request::Write(write)).await.map_err(|_| ended())?;
            answered.recv().await.unwrap_or_else(|_| Err(ended()))
        }
    }
}

impl FleetLink for NatsLink {
    fn watch(
        &mut self,
        anew: Option<Resync>,
    ) -> impl Stream<Item = Result<Seen, LinkError>> + Send + use<> {
        let (sender, receiver): (_, Receiver<WatchItem>) = async_channel::bounded(MAX_SEEN);
        // If the thread is gone, the stream ends at once.
        let requests = self.requests.clone();
        let asked = async move { requests.send(Request::Watch(sender, anew)).await.is_ok() };
        let items = futures_util::stream::once(asked);
        let items = futures_util::StreamExt::filter_map(items, |_| std::future::ready(None));
        futures_util::StreamExt::chain(items, receiver)
    }

    fn put(
        &mut self,
        key: Key,
        value: Vec<u8>,
    ) -> impl Future<Output = Result<(), LinkError>> + Send + use<> {
        self.write(key, Some(value))
    }

    fn delete(&mut self, key: Key) -> impl Future<Output = Result<(), LinkError>> + Send + use<> {
        self.write(key, None)
    }

    fn health(&self) -> LinkHealth {
        let state = self.shared.lock();
        LinkHealth { clock_ahead_ms: state.clock.ahead_ms(), ..state.health }
    }
}

impl fmt::Debug for NatsLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NatsLink").finish_non_exhaustive()
    }
}

type WatchItem = Result<Seen, LinkError>;

/// The life of the thread: one watch at a time, and writes beside it.
async fn serve(options: NatsOptions, requests: Receiver<Request>, shared: Arc<LinkShared>) {
    let options = Arc::new(options);
    let session = Arc::new(tokio::sync::Mutex::new(Session::new(options, Arc::clone(&shared))));
    let mut watching: Option<tokio::task::JoinHandle<()>> = None;
    while let Ok(request) = requests.recv().await {
        match request {
            Request::Watch(seen, anew) => {
                if let Some(old) = watching.take() {
                    old.abort();
                }
                let session = Arc::clone(&session);
                watching = Some(tokio::spawn(async move {
                    let mut session = session.lock().await;
                    if let Err(error) = session.run(&seen, anew).await {
                        // A watch that no task reads any more has no use for its end.
                        let _unread = seen.send(Err(error)).await;
                    }
                }));
            }
            Request::Write(write) => {
                let shared = Arc::clone(&shared);
                tokio::spawn(async move {
                    let result: WriteResult = writes::write(&shared, write.key, write.value).await;
                    let _unread = write.answer.send(result).await;
                });
            }
        }
    }
}

/// How many requests wait, at most; a caller with another one waits for room.
const MAX_REQUESTS: usize = 64;

/// How many entries wait to be read, at most; the server waits beyond that.
const MAX_SEEN: usize = 1024;
