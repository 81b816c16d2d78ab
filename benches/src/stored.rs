//! Nodes with a store of many rows.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use libp2p::PeerId;
use peerwarden_libp2p::store::{Change, Row};
use peerwarden_libp2p::{
    Behaviour, Config, Handle, IpNet, ManualTimer, Origin, RedbStore, Store, StoreError, Subject,
};

use crate::peers::peers;
use crate::swarms::BoxError;

/// A node on a clock that stands still, with a store that says when a row became durable.
#[derive(Debug)]
pub struct Node {
    /// The behaviour, on `timer`.
    pub behaviour: Behaviour<ManualTimer>,
    /// The door to it.
    pub handle: Handle,
    /// Its clock.
    pub timer: ManualTimer,
    awaited: Awaited,
}

impl Node {
    /// One whose store is a file at `path` with so many bans in it, every fifth of them a network on a
    /// remote list.
    ///
    /// # Errors
    ///
    /// What the store says.
    pub fn with_rows(path: &Path, rows: usize) -> Result<Self, BoxError> {
        fill(path, rows)?;
        Self::start(RedbStore::open(path)?)
    }

    fn start(store: impl Store) -> Result<Self, BoxError> {
        let timer = ManualTimer::new();
        timer.advance(Duration::from_secs(1_000_000));
        let awaited = Awaited::default();
        let store = Watched { store, awaited: awaited.clone() };
        let behaviour = Behaviour::restore(config(), timer.clone(), store)?;
        Ok(Self { handle: behaviour.handle(), behaviour, timer, awaited })
    }

    /// Bans `peer`; how long it takes until that is durable. None if that is longer than a minute.
    ///
    /// # Errors
    ///
    /// The behaviour is gone.
    pub fn ban(&self, peer: PeerId) -> Result<Option<Duration>, BoxError> {
        self.awaited.expect(peer);
        let begun = Instant::now();
        self.handle.ban(Subject::Peer(peer), None, Origin::Operator)?;
        Ok(self.awaited.wait().map(|durable| durable.saturating_duration_since(begun)))
    }
}

/// A policy with room for all of them.
#[must_use]
pub fn config() -> Config {
    let room = NonZeroUsize::MAX;
    Config::default().with_max_remote_bans(usize::MAX).with_max_records(room)
}

/// So many subjects: peers, and every fifth a network.
pub fn subjects(count: usize, seed: u64) -> impl Iterator<Item = Subject<PeerId>> {
    let peers = peers(count, seed).into_iter();
    (0..).zip(peers).map(
        |(n, peer): (u32, _)| {
            if n % 5 == 4 { Subject::Addr(network(n)) } else { Subject::Peer(peer) }
        },
    )
}

/// One of 16 million networks with one address.
fn network(n: u32) -> IpNet {
    let [_, a, b, c] = n.to_be_bytes();
    IpAddr::from([20, a, b, c]).into()
}

/// Writes a store with so many bans to `path`, in the order of their keys and in few steps, which is
/// faster than a node could.
fn fill(path: &Path, rows: usize) -> Result<(), BoxError> {
    let memory = Memory::default();
    let node = Node::start(memory.clone())?;
    for subject in subjects(rows, 1) {
        let origin = match subject {
            Subject::Addr(_) => Origin::Remote,
            Subject::Peer(_) => Origin::Operator,
        };
        node.handle.ban(subject, None, origin)?;
    }
    node.handle.flush().wait()?;
    drop(node);
    let rows = std::mem::take(&mut *memory.rows.lock().unwrap_or_else(PoisonError::into_inner));
    let changes: Vec<_> =
        rows.into_iter().map(|(key, value)| Change { key, value: Some(value) }).collect();
    let mut store = RedbStore::open(path)?;
    for changes in changes.chunks(100_000) {
        store.write(changes)?;
    }
    Ok(())
}

/// A store in memory. Clones are the same store.
#[derive(Clone, Default)]
struct Memory {
    rows: Arc<Mutex<BTreeMap<Vec<u8>, Vec<u8>>>>,
}

impl Store for Memory {
    fn location(&self) -> String {
        "memory".to_owned()
    }

    fn load(&mut self) -> Result<Vec<Row>, StoreError> {
        Ok(Vec::new())
    }

    fn write(&mut self, changes: &[Change]) -> Result<(), StoreError> {
        let mut rows = self.rows.lock().unwrap_or_else(PoisonError::into_inner);
        for Change { key, value } in changes.iter().cloned() {
            match value {
                Some(value) => rows.insert(key, value),
                None => rows.remove(&key),
            };
        }
        Ok(())
    }
}

/// A peer whose row is waited for, and when it became durable.
#[derive(Clone, Debug, Default)]
struct Awaited {
    row: Arc<(Mutex<AwaitedRow>, Condvar)>,
}

#[derive(Debug, Default)]
struct AwaitedRow {
    /// How its key ends.
    name: Vec<u8>,
    durable: Option<Instant>,
}

impl Awaited {
    fn expect(&self, peer: PeerId) {
        *self.lock() = AwaitedRow { name: peer.to_bytes(), durable: None };
    }

    fn wait(&self) -> Option<Instant> {
        let is_missing = |row: &mut AwaitedRow| row.durable.is_none();
        let waited = self.row.1.wait_timeout_while(self.lock(), MINUTE, is_missing);
        waited.unwrap_or_else(PoisonError::into_inner).0.durable
    }

    fn durable(&self, changes: &[Change]) {
        let mut row = self.lock();
        let is_it = |change: &Change| change.key.ends_with(&row.name);
        if row.durable.is_none() && !row.name.is_empty() && changes.iter().any(is_it) {
            row.durable = Some(Instant::now());
            self.row.1.notify_all();
        }
    }

    fn lock(&self) -> MutexGuard<'_, AwaitedRow> {
        self.row.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A store that says which rows have become durable.
struct Watched<S> {
    store: S,
    awaited: Awaited,
}

impl<S: Store> Store for Watched<S> {
    fn location(&self) -> String {
        self.store.location()
    }

    fn load(&mut self) -> Result<Vec<Row>, StoreError> {
        self.store.load()
    }

    fn write(&mut self, changes: &[Change]) -> Result<(), StoreError> {
        self.store.write(changes)?;
        self.awaited.durable(changes);
        Ok(())
    }
}

const MINUTE: Duration = Duration::from_secs(60);
