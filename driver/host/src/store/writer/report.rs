//! Reports on how the writing goes: health, log lines, answers to those who wait.

use std::mem;
use std::sync::Arc;
use std::time::Instant;

use super::{FIRST_BACKOFF, LONGEST_BACKOFF, Writer};
use crate::driver::Driver;
use crate::log::TARGET;
use crate::peer::PeerName;
use crate::store::flush::FlushError;
use crate::store::{Store, StoreError};

impl<P: PeerName, D: Driver<P>, S: Store> Writer<P, D, S> {
    /// Draws the consequences of a step.
    pub(super) fn conclude(&mut self, result: Result<(), Arc<StoreError>>) {
        let queues =
            [self.failed.len(), self.urgent.len(), self.backlog.len(), self.next_backlog.len()];
        self.control.set_backlog(queues.into_iter().fold(0, usize::saturating_add));
        match result {
            Ok(()) => {
                self.retry = None;
                self.backoff = FIRST_BACKOFF;
                let is_done = self.backlog.is_empty() && !self.wants_header;
                self.starts_anew &= !is_done;
                if !self.starts_anew {
                    self.is_well();
                }
                if is_done {
                    let flushes = mem::take(&mut self.flushes);
                    flushes.into_iter().for_each(|promise| promise.complete(Ok(())));
                }
            }
            Err(error) => {
                self.retry = Some(Instant::now() + self.backoff);
                self.backoff = self.backoff.saturating_mul(2).min(LONGEST_BACKOFF);
                self.record_failure(&error);
                let mut flushes = mem::take(&mut self.flushes);
                flushes.append(&mut self.next_flushes);
                for promise in flushes {
                    promise.complete(Err(FlushError::Store(error.clone())));
                }
            }
        }
    }

    /// So many rows were made durable.
    pub(super) fn wrote(&self, rows: usize) {
        self.control.change_health(|health| {
            health.writes += 1;
            health.rows_written += u64::try_from(rows).unwrap_or(u64::MAX);
        });
    }

    /// What had waited since then is durable.
    pub(super) fn became_durable(&self, since: Option<Instant>) {
        if let Some(since) = since {
            self.control.change_health(|health| health.lag = since.elapsed());
        }
    }

    pub(super) fn compare_clocks(&mut self) {
        let (wall, now) = self.shared.clocks();
        if let Some((jump, way)) = self.clocks.compare(wall, now) {
            tracing::warn!(
                target: TARGET, store = self.store.location(),
                "the wall clock was set {way} by {jump:?}; bans last as long as they did"
            );
        }
    }

    /// Nothing stands in the way of writing.
    fn is_well(&self) {
        let mut failed = None;
        self.control.change_health(|health| failed = health.failing.take());
        if failed.is_some() {
            tracing::info!(target: TARGET, store = self.store.location(), "store writes work again");
        }
    }

    /// What was written was not where it should be, and is again.
    pub(super) fn mended(&self, error: StoreError) {
        self.control.change_health(|health| health.errors += 1);
        tracing::error!(target: TARGET, store = self.store.location(), %error, "it was written again");
    }

    /// What was written is gone, and all is being written anew.
    pub(super) fn began_anew(&self, error: StoreError) {
        tracing::error!(
            target: TARGET, store = self.store.location(), %error,
            "it is being written anew: bans are enforced, but lost if the node is killed before that is done"
        );
        self.control.change_health(|health| {
            health.errors += 1;
            health.failing = Some(Arc::new(error));
        });
    }

    pub(super) fn record_failure(&self, error: &Arc<StoreError>) {
        let mut streak = false;
        self.control.change_health(|health| {
            health.errors += 1;
            streak = health.failing.replace(error.clone()).is_some();
        });
        if !streak {
            tracing::error!(
                target: TARGET, store = self.store.location(), %error,
                "cannot write to the store, retrying: bans are enforced, but unwritten ones are lost if \
                 the node stops"
            );
        }
    }
}
