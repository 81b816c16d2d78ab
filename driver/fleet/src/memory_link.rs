//! A bucket in memory, with the faults that a real one may have, for tests.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_channel::{Receiver, Sender};
use futures_core::Stream;
use peerwarden_host::Clock;

use crate::counts::Resync;
use crate::key::Key;
use crate::link::{FleetLink, LinkError, LinkErrorKind, LinkHealth, Seen};
use crate::unix_millis::UnixMillis;

/// A bucket in memory, which several [`MemoryLink`]s share. Clones are the same bucket.
///
/// It loses, repeats, reorders and forgets as it is told to: what a real one must not be trusted not to do.
#[derive(Clone)]
pub struct MemoryBucket {
    inner: Arc<Mutex<Inner>>,
    clock: Arc<dyn Clock>,
}

/// How often what is written goes wrong on its way to a reader, each from 0 to 1.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Faults {
    /// It does not arrive, and is in the bucket.
    pub lost: f64,
    /// It arrives twice.
    pub repeated: f64,
    /// It arrives after the next one.
    pub reordered: f64,
}

#[derive(Debug, Default)]
struct Inner {
    entries: BTreeMap<Key, Entry>,
    watchers: Vec<Watcher>,
    faults: Faults,
    is_down: bool,
    resets: u64,
    /// What links report instead of what is so.
    health: Option<LinkHealth>,
    random: fastrand::Rng,
}

#[derive(Clone, Debug)]
struct Entry {
    value: Vec<u8>,
    written: UnixMillis,
}

#[derive(Debug)]
struct Watcher {
    link: u64,
    sender: Sender<Result<Seen, LinkError>>,
    held_back: Option<Seen>,
}

impl MemoryBucket {
    /// Returns an empty bucket, whose ages are by this clock. `seed` is for faults.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>, seed: u64) -> Self {
        let inner = Inner { random: fastrand::Rng::with_seed(seed), ..Inner::default() };
        Self { inner: Arc::new(Mutex::new(inner)), clock }
    }

    /// Returns a link with this bucket.
    #[must_use]
    pub fn link(&self) -> MemoryLink {
        let id = self.inner().random.u64(..);
        MemoryLink { bucket: self.clone(), id, known: None }
    }

    /// Has what is written from here on go wrong so often.
    pub fn set_faults(&self, faults: Faults) {
        self.inner().faults = faults;
    }

    /// Forgets everything, and ends all watches. It is another bucket from here on.
    pub fn reset(&self) {
        let mut inner = self.inner();
        inner.entries.clear();
        inner.resets = inner.resets.saturating_add(1);
        inner.end("the bucket was reset");
    }

    /// Ends all watches, and refuses everything until it is [up](Self::set_up) again.
    pub fn set_down(&self) {
        let mut inner = self.inner();
        inner.is_down = true;
        inner.end("connection refused");
    }

    /// Takes requests again.
    pub fn set_up(&self) {
        self.inner().is_down = false;
    }

    /// Has links report this, whatever is so: a clock that is wrong, a bucket that is full.
    pub fn set_health(&self, health: LinkHealth) {
        self.inner().health = Some(health);
    }

    /// Writes a value, although no link did: as a hostile member or server would.
    pub fn write(&self, key: Key, value: Vec<u8>) {
        let entry = Entry { value, written: self.clock.wall_clock().into() };
        self.inner().write(key, entry);
    }

    /// Returns what is there.
    #[must_use]
    pub fn entries(&self) -> Vec<(Key, Vec<u8>)> {
        let inner = self.inner();
        inner.entries.iter().map(|(key, entry)| (key.clone(), entry.value.clone())).collect()
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for MemoryBucket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryBucket").field("entries", &self.inner().entries.len()).finish()
    }
}

impl Inner {
    fn write(&mut self, key: Key, entry: Entry) {
        let seen = || Seen::Entry {
            key: key.clone(),
            value: entry.value.clone(),
            age: std::time::Duration::ZERO,
        };
        let Faults { lost, repeated, reordered } = self.faults;
        let mut happens = |share: f64| self.random.f64() < share;
        for watcher in &mut self.watchers {
            if happens(lost) {
                continue;
            }
            if happens(reordered) && watcher.held_back.is_none() {
                watcher.held_back = Some(seen());
                continue;
            }
            let times = if happens(repeated) { 2 } else { 1 };
            let sent = (0..times).map(|_| seen()).chain(watcher.held_back.take());
            for seen in sent {
                // A watcher that is gone is dropped with the next watch of its link.
                let _gone = watcher.sender.try_send(Ok(seen));
            }
        }
        if entry.value.is_empty() {
            self.entries.remove(&key);
        } else {
            self.entries.insert(key, entry);
        }
    }

    fn end(&mut self, why: &str) {
        for watcher in self.watchers.drain(..) {
            let _gone = watcher.sender.try_send(Err(LinkError::new(LinkErrorKind::Lost, why)));
        }
    }
}

/// The link of one node with a [`MemoryBucket`].
#[derive(Debug)]
pub struct MemoryLink {
    bucket: MemoryBucket,
    id: u64,
    /// How often the bucket had been reset when it was read last.
    known: Option<u64>,
}

impl MemoryLink {
    fn written(&self, key: Key, value: Vec<u8>) -> Result<(), LinkError> {
        if self.bucket.inner().is_down {
            return Err(LinkError::new(LinkErrorKind::Unreachable, "connection refused"));
        }
        self.bucket.write(key, value);
        Ok(())
    }
}

impl FleetLink for MemoryLink {
    fn watch(
        &mut self,
        anew: Option<Resync>,
    ) -> impl Stream<Item = Result<Seen, LinkError>> + Send + use<> {
        let (sender, receiver): (_, Receiver<Result<Seen, LinkError>>) = async_channel::unbounded();
        let mut inner = self.bucket.inner();
        inner.watchers.retain(|watcher| watcher.link != self.id);
        if inner.is_down {
            let down = LinkError::new(LinkErrorKind::Unreachable, "connection refused");
            let _open = sender.try_send(Err(down));
            return receiver;
        }
        let usual = match self.known {
            None => Resync::Start,
            Some(resets) if resets == inner.resets => Resync::Reconnect,
            Some(_) => Resync::BucketReset,
        };
        let why = anew.unwrap_or(usual);
        self.known = Some(inner.resets);
        let now = UnixMillis::from(self.bucket.clock.wall_clock());
        let entries = inner.entries.iter().map(|(key, entry)| Seen::Entry {
            key: key.clone(),
            value: entry.value.clone(),
            age: now.since(entry.written),
        });
        let all = [Seen::Snapshot { why }].into_iter().chain(entries).chain([Seen::CaughtUp]);
        for seen in all {
            let _open = sender.try_send(Ok(seen));
        }
        inner.watchers.push(Watcher { link: self.id, sender, held_back: None });
        drop(inner);
        receiver
    }

    fn put(
        &mut self,
        key: Key,
        value: Vec<u8>,
    ) -> impl Future<Output = Result<(), LinkError>> + Send + use<> {
        std::future::ready(self.written(key, value))
    }

    fn delete(&mut self, key: Key) -> impl Future<Output = Result<(), LinkError>> + Send + use<> {
        std::future::ready(self.written(key, Vec::new()))
    }

    fn health(&self) -> LinkHealth {
        let inner = self.bucket.inner();
        if let Some(health) = inner.health {
            return health;
        }
        let sizes = inner.entries.values().map(|entry| entry.value.len());
        let bytes = sizes.fold(0_usize, usize::saturating_add);
        LinkHealth {
            bytes: u64::try_from(bytes).ok(),
            bytes_allowed: None,
            clock_ahead_ms: Some(0),
        }
    }
}
