//! Store in memory, for tests.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{Change, Row, Store, StoreError};

/// A store in memory, for tests of a node's restart: clones are the same store, so that a test keeps
/// one while the node has the other.
///
/// Nothing outlives the process, and no write fails.
#[derive(Clone, Debug, Default)]
pub struct MemoryStore {
    rows: Arc<Mutex<BTreeMap<Vec<u8>, Vec<u8>>>>,
}

impl MemoryStore {
    /// A store with no rows.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns the value under `key`, if there is one.
    #[must_use]
    pub fn get(&self, key: &[u8]) -> Option<Vec<u8>> {
        self.rows().get(key).cloned()
    }

    /// Puts `value` under `key`, in place of what was there.
    pub fn insert(&self, key: &[u8], value: Vec<u8>) {
        self.rows().insert(key.to_vec(), value);
    }

    fn rows(&self) -> MutexGuard<'_, BTreeMap<Vec<u8>, Vec<u8>>> {
        self.rows.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Store for MemoryStore {
    fn location(&self) -> String {
        "the store in memory".to_owned()
    }

    fn load(&mut self) -> Result<Vec<Row>, StoreError> {
        let row =
            |(key, value): (&Vec<u8>, &Vec<u8>)| Row { key: key.clone(), value: value.clone() };
        Ok(self.rows().iter().map(row).collect())
    }

    fn write(&mut self, changes: &[Change]) -> Result<(), StoreError> {
        let mut rows = self.rows();
        for Change { key, value } in changes {
            match value {
                Some(value) => rows.insert(key.clone(), value.clone()),
                None => rows.remove(key),
            };
        }
        Ok(())
    }
}
