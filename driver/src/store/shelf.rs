//! A store in memory, for tests.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::{Change, Row, Store, StoreError};

/// Clones are the same store.
#[derive(Clone, Default)]
pub(super) struct Shelf {
    rows: Arc<Mutex<BTreeMap<Vec<u8>, Vec<u8>>>>,
}

impl Shelf {
    pub(super) fn row(&self, key: &[u8]) -> Option<Vec<u8>> {
        self.rows.lock().unwrap().get(key).cloned()
    }

    pub(super) fn put(&self, key: &[u8], value: Vec<u8>) {
        self.rows.lock().unwrap().insert(key.to_vec(), value);
    }
}

impl Store for Shelf {
    fn location(&self) -> String {
        "the shelf".to_owned()
    }

    fn load(&mut self) -> Result<Vec<Row>, StoreError> {
        let rows = self.rows.lock().unwrap_or_else(PoisonError::into_inner);
        let row =
            |(key, value): (&Vec<u8>, &Vec<u8>)| Row { key: key.clone(), value: value.clone() };
        Ok(rows.iter().map(row).collect())
    }

    fn write(&mut self, changes: &[Change]) -> Result<(), StoreError> {
        let mut rows = self.rows.lock().unwrap_or_else(PoisonError::into_inner);
        for Change { key, value } in changes {
            match value {
                Some(value) => rows.insert(key.clone(), value.clone()),
                None => rows.remove(key),
            };
        }
        Ok(())
    }
}
