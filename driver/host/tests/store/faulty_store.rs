//! Store in memory that fails on demand.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Condvar, Mutex, PoisonError};

use peerwarden_host::store::{Change, Row};
use peerwarden_host::{Store, StoreError};

/// Clones are the same store.
#[derive(Clone, Default)]
pub(crate) struct FaultyStore {
    name: &'static str,
    shared: Arc<(Mutex<Contents>, Condvar)>,
}

#[derive(Clone, Default)]
pub(crate) struct Contents {
    pub(crate) rows: BTreeMap<Vec<u8>, Vec<u8>>,
    /// How many rows each write had.
    pub(crate) writes: Vec<usize>,
    pub(crate) full: bool,
    /// Whether every write is made and then said to have failed.
    pub(crate) late: bool,
    /// Whether every write waits until this is not so.
    pub(crate) stuck: bool,
    pub(crate) broken: bool,
}

impl FaultyStore {
    /// One that errors and logs tell from others.
    pub(crate) fn named(name: &'static str) -> Self {
        Self { name, ..Self::default() }
    }

    pub(crate) fn look<T>(&self, look: impl FnOnce(&mut Contents) -> T) -> T {
        let contents = self.shared.0.lock();
        let looked = look(&mut contents.unwrap_or_else(PoisonError::into_inner));
        self.shared.1.notify_all();
        looked
    }

    /// How many rows each write had since this was last asked.
    pub(crate) fn writes(&self) -> Vec<usize> {
        self.look(|contents| std::mem::take(&mut contents.writes))
    }

    /// Another one with the same in it.
    pub(crate) fn copy(&self) -> Self {
        let rows = self.look(|contents| contents.rows.clone());
        let copy = Self::default();
        copy.look(|contents| contents.rows = rows);
        copy
    }

    pub(crate) fn rows(&self) -> usize {
        // One of them is the header.
        self.look(|contents| contents.rows.len().saturating_sub(1))
    }
}

impl Store for FaultyStore {
    fn location(&self) -> String {
        format!("the store{}", self.name)
    }

    fn load(&mut self) -> Result<Vec<Row>, StoreError> {
        let row =
            |(key, value): (&Vec<u8>, &Vec<u8>)| Row { key: key.clone(), value: value.clone() };
        Ok(self.look(|contents| contents.rows.iter().map(row).collect()))
    }

    fn write(&mut self, changes: &[Change]) -> Result<(), StoreError> {
        let contents = self.shared.0.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.shared.1.wait_while(contents, |contents| contents.stuck);
        let mut contents = waited.unwrap_or_else(PoisonError::into_inner);
        assert!(!contents.broken, "on purpose");
        if contents.full {
            return Err(StoreError::io(self.location(), io::ErrorKind::StorageFull.into()));
        }
        contents.writes.push(changes.len());
        for Change { key, value } in changes {
            match value {
                Some(value) => contents.rows.insert(key.clone(), value.clone()),
                None => contents.rows.remove(key),
            };
        }
        if contents.late {
            return Err(StoreError::io(self.location(), io::ErrorKind::TimedOut.into()));
        }
        Ok(())
    }
}
