//! Rows of a file that was read and is left as it is.

use crate::store::{Change, Row, Store, StoreError};

/// A store with the rows of a file, to which nothing is written.
#[derive(Debug)]
pub(super) struct KeptRows {
    pub(super) location: String,
    pub(super) rows: Vec<Row>,
}

impl Store for KeptRows {
    fn location(&self) -> String {
        self.location.clone()
    }

    fn load(&mut self) -> Result<Vec<Row>, StoreError> {
        Ok(std::mem::take(&mut self.rows))
    }

    fn write(&mut self, _: &[Change]) -> Result<(), StoreError> {
        Ok(())
    }
}
