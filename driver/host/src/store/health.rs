//! Health of the store.

use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;

use super::StoreError;
use crate::json::{seconds, text};

/// How the store is doing, as far as its thread knows.
#[derive(Clone, Debug, Default, Serialize)]
#[non_exhaustive]
pub struct StoreHealth {
    /// How many rows there are, those included that are being written.
    pub rows: usize,
    /// How many rows are out of date: those that wait for the next checkpoint or for their turn, and
    /// all that could not be written.
    pub waiting: usize,
    /// How many groups of rows were made durable.
    pub writes: u64,
    /// How many rows that were, those removed included.
    pub rows_written: u64,
    /// How often that failed, how often the store was found deleted or replaced, and whether its
    /// thread has died.
    pub errors: u64,
    /// How long it took the last time from the first change that was urgent until it was durable.
    #[serde(serialize_with = "seconds")]
    pub lag: Duration,
    /// Why nothing can be written at present; `None` if it can.
    ///
    /// Bans are enforced all the same, but whatever waits is lost if the node ends.
    #[serde(serialize_with = "text")]
    pub failing: Option<Arc<StoreError>>,
}
