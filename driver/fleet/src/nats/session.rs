//! Watches, one after the other: connected, compared with the last one, and read.

use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use async_channel::{Receiver, Sender};
use async_nats::jetstream::context::{CreateStreamErrorKind, GetStreamErrorKind};
use async_nats::jetstream::kv::{Entry, Operation, Store, Watch};
use async_nats::jetstream::stream::{self, DiscardPolicy, Info, StorageType};
use async_nats::jetstream::{self, Context};
use async_nats::{Event, ServerError};
use futures_util::StreamExt;
use futures_util::future::{Either, select};

use super::connect::{Connection, connect, root};
use super::options::NatsOptions;
use super::{LinkShared, WatchItem, writes};
use crate::counts::Resync;
use crate::key::Key;
use crate::link::{LinkError, LinkErrorKind, LinkHealth, Seen};
use crate::roster::Roster;
use crate::unix_millis::{UnixMillis, millis};

/// What one watch leaves to the next.
pub(super) struct Session {
    options: Arc<NatsOptions>,
    shared: Arc<LinkShared>,
    /// How far the bucket was read, and which it was.
    position: Option<Position>,
    /// Whether the snapshot before it was read to its end.
    is_whole: bool,
    /// Whether the last watch ended with an error of its own, so that something may have been missed.
    has_failed: bool,
    random: fastrand::Rng,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct Position {
    created: i128,
    revision: u64,
}

impl Session {
    pub(super) fn new(options: Arc<NatsOptions>, shared: Arc<LinkShared>) -> Self {
        Self {
            options,
            shared,
            position: None,
            is_whole: false,
            has_failed: false,
            random: fastrand::Rng::new(),
        }
    }

    /// Watches until something goes wrong, or until no task reads it any more.
    pub(super) async fn run(
        &mut self,
        seen: &Sender<WatchItem>,
        anew: Option<Resync>,
    ) -> Result<(), LinkError> {
        let result = self.watch(seen, anew).await;
        self.shared.lock().store = None;
        result
    }

    async fn watch(
        &mut self,
        seen: &Sender<WatchItem>,
        anew: Option<Resync>,
    ) -> Result<(), LinkError> {
        self.shared.lock().store = None;
        let (context, events) = self.connect().await?;
        let mut info = self.bucket(&context, &events).await?;
        let why = self.compare(&info).or(anew);
        let is_again = matches!(why, Some(Resync::BucketReset | Resync::Error));
        if is_again {
            self.wait_for_others().await;
            info = self.bucket(&context, &events).await?;
        }
        let store = self.store(&context).await?;
        let watch = match (why, self.position) {
            (None, Some(position)) => {
                store.watch_all_from_revision(position.revision.saturating_add(1)).await
            }
            _ => store.watch_with_history(">").await,
        };
        let watch = watch.map_err(|error| self.denied(&events, &error))?;
        self.has_failed = false;
        let created = info.created.unix_timestamp_nanos();
        let revision = self.position.filter(|_| why.is_none()).map_or(0, |last| last.revision);
        self.position = Some(Position { created, revision });
        self.note_health(&info);
        self.shared.lock().store = Some(store.clone());
        let Some(why) = why else {
            return self.read(store, watch, &events, seen, true, Seen::Resumed).await;
        };
        let is_empty = info.state.messages == 0;
        self.is_whole = is_empty;
        self.read(store, watch, &events, seen, is_empty, Seen::Snapshot { why }).await
    }

    async fn connect(&self) -> Result<(Context, Receiver<Event>), LinkError> {
        let Connection { client, events } = connect(&self.options).await?;
        let mut context = jetstream::new(client);
        context.set_timeout(self.options.timeout);
        Ok((context, events))
    }

    async fn store(&self, context: &Context) -> Result<Store, LinkError> {
        let bucket = self.options.fleet.bucket();
        context.get_key_value(&bucket).await.map_err(|error| {
            LinkError::new(LinkErrorKind::Bucket, format!("the bucket {bucket}: {}", root(&error)))
        })
    }

    /// Connects, writes one value, and is done.
    pub(super) async fn write_once(self, key: Key, value: Vec<u8>) -> Result<(), LinkError> {
        let (context, events) = self.connect().await?;
        self.bucket(&context, &events).await?;
        self.shared.lock().store = Some(self.store(&context).await?);
        let refusals = async {
            while let Ok(event) = events.recv().await {
                if let Event::ServerError(ServerError::Other(text)) = event {
                    writes::refused(&self.shared, &text);
                }
            }
            std::future::pending().await
        };
        futures_lite::future::or(writes::write(&self.shared, key, Some(value)), refusals).await
    }

    /// Why everything is to be read; `None` if it is enough to go on.
    fn compare(&self, info: &Info) -> Option<Resync> {
        let Some(position) = self.position else {
            return Some(Resync::Start);
        };
        let is_same = info.created.unix_timestamp_nanos() == position.created
            && info.state.last_sequence >= position.revision;
        match (is_same, self.has_failed || !self.is_whole) {
            (false, _) => Some(Resync::BucketReset),
            (true, true) => Some(Resync::Error),
            (true, false) => None,
        }
    }

    async fn wait_for_others(&mut self) {
        let pause = self.random.u64(..=millis(self.options.snapshot_spread));
        tokio::time::sleep(Duration::from_millis(pause)).await;
    }

    /// The bucket, which is made if it is not there.
    async fn bucket(&self, context: &Context, events: &Receiver<Event>) -> Result<Info, LinkError> {
        let name = format!("KV_{}", self.options.fleet.bucket());
        let missing = match context.get_stream(&name).await {
            Ok(stream) => return Ok(stream.cached_info().clone()),
            Err(error) => match error.kind() {
                GetStreamErrorKind::JetStream(_) => error,
                GetStreamErrorKind::EmptyName
                | GetStreamErrorKind::InvalidStreamName
                | GetStreamErrorKind::Request => return Err(self.denied(events, &error)),
            },
        };
        let made = context.create_stream(self.config(&name)).await;
        made.map(|stream| stream.cached_info().clone()).map_err(|error| {
            let why = self.denied(events, &error);
            let text =
                format!("{name}: {}, and this node cannot make it: {}", root(&missing), why.text);
            if error.kind() == CreateStreamErrorKind::JetStreamUnavailable {
                why
            } else {
                LinkError::new(why.kind, text)
            }
        })
    }

    fn config(&self, name: &str) -> stream::Config {
        stream::Config {
            name: name.to_owned(),
            subjects: vec![format!("$KV.{}.>", self.options.fleet.bucket())],
            max_messages_per_subject: 1,
            max_bytes: i64::try_from(NatsOptions::MAX_BYTES).unwrap_or(i64::MAX),
            max_message_size: i32::try_from(Roster::MAX_LEN.saturating_add(1024))
                .unwrap_or(i32::MAX),
            max_age: self.options.max_age.unwrap_or_default(),
            discard: DiscardPolicy::New,
            storage: StorageType::File,
            num_replicas: self.options.replicas,
            allow_rollup: true,
            deny_delete: true,
            ..stream::Config::default()
        }
    }

    /// What the server said it does not allow, if it said something; else what the error says.
    fn denied(
        &self,
        events: &Receiver<Event>,
        error: &(dyn std::error::Error + 'static),
    ) -> LinkError {
        while let Ok(event) = events.try_recv() {
            if let Event::ServerError(ServerError::Other(text)) = event {
                return LinkError::new(LinkErrorKind::Permission, text);
            }
        }
        LinkError::new(LinkErrorKind::TimedOut, root(error))
    }

    async fn read(
        &mut self,
        store: Store,
        mut watch: Watch,
        events: &Receiver<Event>,
        seen: &Sender<WatchItem>,
        mut is_caught_up: bool,
        begun: Seen,
    ) -> Result<(), LinkError> {
        let is_snapshot = matches!(begun, Seen::Snapshot { .. });
        let mut items = vec![begun];
        if is_caught_up && is_snapshot {
            items.push(Seen::CaughtUp);
        }
        let mut looks = tokio::time::interval(LOOK);
        loop {
            for item in items.drain(..) {
                if seen.send(Ok(item)).await.is_err() {
                    return Ok(());
                }
            }
            let look = pin!(looks.tick());
            let closed = pin!(events.recv());
            match select(watch.next(), select(closed, look)).await {
                Either::Left((Some(Ok(entry)), _)) => {
                    let is_last = !is_caught_up && entry.delta == 0;
                    items.push(self.take(entry, is_caught_up));
                    if is_last {
                        (is_caught_up, self.is_whole) = (true, true);
                        items.push(Seen::CaughtUp);
                    }
                }
                Either::Left((Some(Err(error)), _)) => {
                    self.has_failed = true;
                    return Err(LinkError::new(LinkErrorKind::Lost, root(&error)));
                }
                Either::Left((None, _)) => return Err(lost()),
                Either::Right((Either::Left((event, _)), _)) => self.happened(event.ok())?,
                Either::Right((Either::Right(_), _)) => self.look(&store).await?,
            }
        }
    }

    fn take(&mut self, entry: Entry, is_live: bool) -> Seen {
        let now = UnixMillis::from(SystemTime::now());
        let written = u64::try_from(entry.created.unix_timestamp_nanos() / 1_000_000).unwrap_or(0);
        let written = UnixMillis(written);
        if let Some(position) = &mut self.position {
            position.revision = position.revision.max(entry.revision);
        }
        let mut state = self.shared.lock();
        if is_live {
            state.clock.record(written, now);
        }
        let age = state.clock.age(written, now);
        drop(state);
        let value = match entry.operation {
            Operation::Put => entry.value.to_vec(),
            Operation::Delete | Operation::Purge => Vec::new(),
        };
        Seen::Entry { key: Key::from_text(&entry.key), value, age }
    }

    fn happened(&self, event: Option<Event>) -> Result<(), LinkError> {
        match event {
            Some(Event::ServerError(ServerError::Other(text))) => {
                writes::refused(&self.shared, &text);
                Ok(())
            }
            Some(Event::ServerError(ServerError::AuthorizationViolation)) => {
                Err(LinkError::new(LinkErrorKind::Authorization, "authorization violation"))
            }
            Some(Event::Connected | Event::LameDuckMode | Event::SlowConsumer(_)) => Ok(()),
            Some(Event::ServerError(ServerError::SlowConsumer(_))) => Ok(()),
            Some(Event::ClientError(_) | Event::Closed | Event::Disconnected | Event::Draining)
            | None => Err(lost()),
        }
    }

    /// Looks whether it is still the same bucket, and how large it is.
    async fn look(&self, store: &Store) -> Result<(), LinkError> {
        let Ok(status) = store.status().await else {
            // The connection says itself that it is lost.
            return Ok(());
        };
        self.note_health(&status.info);
        let created = status.info.created.unix_timestamp_nanos();
        if self.position.is_some_and(|position| position.created != created) {
            return Err(LinkError::new(
                LinkErrorKind::Bucket,
                "the bucket is another one than before",
            ));
        }
        Ok(())
    }

    fn note_health(&self, info: &Info) {
        let allowed = u64::try_from(info.config.max_bytes).ok();
        self.shared.lock().health = LinkHealth {
            bytes: Some(info.state.bytes),
            bytes_allowed: allowed,
            clock_ahead_ms: None,
        };
    }
}

fn lost() -> LinkError {
    LinkError::new(LinkErrorKind::Lost, "the connection with the server was lost")
}

/// How often the bucket is looked at.
const LOOK: Duration = Duration::from_secs(60);
