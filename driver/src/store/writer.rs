//! What the thread does that writes.

use std::sync::Arc;
use std::time::{Duration, Instant};

use libp2p::PeerId;
use peerwarden_core::Subject;

use super::clocks::Clocks;
use super::flush::FlushError;
use super::ledger::{Draft, Ledger};
use super::mailbox::{Mailbox, Work};
use super::stamp::Stamp;
use super::{Change, Store, StoreError, format};
use crate::shared::Shared;

/// Writes what is due, whenever it is.
pub(super) struct Writer<S> {
    store: S,
    shared: Arc<Shared>,
    mailbox: Arc<Mailbox>,
    clocks: Clocks,
    /// Since when something urgent waits.
    since: Option<Instant>,
    /// When to try again what could not be written.
    retry: Option<Instant>,
    backoff: Duration,
}

impl<S: Store> Writer<S> {
    pub(super) fn new(
        store: S,
        shared: Arc<Shared>,
        mailbox: Arc<Mailbox>,
        disagrees: bool,
    ) -> Self {
        let (wall, now) = shared.clocks();
        Self {
            store,
            shared,
            mailbox,
            clocks: Clocks::new(wall, now, disagrees),
            since: None,
            retry: None,
            backoff: FIRST_BACKOFF,
        }
    }

    /// Until the mailbox says stop.
    pub(super) fn run(mut self) {
        let mut check = Instant::now() + BETWEEN_CHECKS;
        loop {
            let work = self.mailbox.wait(check, self.retry);
            if check <= Instant::now() {
                check = Instant::now() + BETWEEN_CHECKS;
                self.clocks.settle();
            }
            self.compare_clocks();
            self.since = self.since.or(work.soon);
            let stop = work.stop;
            self.serve(work);
            if stop {
                return;
            }
        }
    }

    fn serve(&mut self, work: Work) {
        let result = self.write(work.checkpoint).map_err(Arc::new);
        match &result {
            Ok(()) => {
                self.since = None;
                self.retry = None;
            }
            Err(error) => {
                self.retry = Some(Instant::now() + self.backoff);
                self.backoff = self.backoff.saturating_mul(2).min(LONGEST_BACKOFF);
                self.fails(error);
            }
        }
        let result = result.map_err(FlushError::Store);
        for promise in work.flushes {
            promise.keep(result.clone());
        }
    }

    fn compare_clocks(&mut self) {
        let (wall, now) = self.shared.clocks();
        if let Some((jump, way)) = self.clocks.compare(wall, now) {
            tracing::warn!(
                store = self.store.place(),
                "the wall clock was set {way} by {jump:?}; bans last as long as they did"
            );
        }
    }

    /// Writes what is due, in groups.
    fn write(&mut self, checkpoint: bool) -> Result<(), StoreError> {
        let by_policy = checkpoint && self.ledger(|ledger| ledger.wants_renewal()) == Some(true);
        if by_policy || self.clocks.rows_are_outdated() {
            let all = self.subjects()?;
            self.put_off(all);
            self.clocks.renewed();
            if by_policy {
                self.ledger(Ledger::renewed);
            }
        }
        let mut subjects = self.ledger(|ledger| ledger.take(checkpoint)).unwrap_or_default();
        while !subjects.is_empty() {
            let rest = subjects.split_off(subjects.len().min(GROUP));
            if let Err(error) = self.write_group(subjects) {
                self.put_off(rest);
                return Err(error);
            }
            subjects = rest;
        }
        Ok(())
    }

    fn write_group(&mut self, subjects: Vec<Subject<PeerId>>) -> Result<(), StoreError> {
        let (mut drafts, mut changes) = (Vec::new(), Vec::new());
        let mut result = Ok(());
        let mut subjects = subjects.into_iter().peekable();
        while subjects.peek().is_some() {
            let (page, written) = self.draft(subjects.by_ref().take(PAGE));
            for draft in &page {
                match self.change(draft, written) {
                    Ok(change) => changes.push(change),
                    Err(error) => result = Err(error),
                }
            }
            drafts.extend(page);
        }
        if result.is_ok() && !changes.is_empty() {
            result = self.store.write(&changes);
            if result.is_ok() {
                self.succeeded(changes.len());
            }
        }
        if result.is_err() {
            self.ledger(|ledger| ledger.take_back(drafts));
        }
        result
    }

    /// What is remembered of a few of them. This is all that is done under the engine's lock.
    fn draft(&self, subjects: impl Iterator<Item = Subject<PeerId>>) -> (Vec<Draft>, Stamp) {
        let (wall, now) = self.shared.clocks();
        let mut drafts = Vec::with_capacity(PAGE);
        let state = &mut *self.shared.lock();
        if let Some(ledger) = &mut state.ledger {
            for subject in subjects {
                let saved = state.engine.save(&subject, now);
                let saved = saved.map(|saved| state.orders.kept(saved, now));
                drafts.extend(ledger.draft(subject, saved));
            }
        }
        (drafts, Stamp::of(wall))
    }

    fn change(&self, draft: &Draft, written: Stamp) -> Result<Change, StoreError> {
        let value = draft.saved.as_ref().map(|saved| format::encode(written, saved)).transpose();
        let value = value.map_err(|error| StoreError::unwritable(&self.store.place(), error))?;
        Ok(Change { key: format::key(&draft.subject), value })
    }

    /// Everybody there is a row of.
    fn subjects(&mut self) -> Result<Vec<Subject<PeerId>>, StoreError> {
        let (rows, place) = (self.store.load()?, self.store.place());
        let rows = rows.iter().filter(|row| !format::is_header(row));
        rows.map(|row| format::subject(row, &place)).collect()
    }

    fn put_off(&self, subjects: Vec<Subject<PeerId>>) {
        for page in subjects.chunks(PAGE) {
            self.ledger(|ledger| page.iter().for_each(|subject| ledger.soon(subject.clone())));
        }
    }

    /// Looks at the ledger, which there always is, under the engine's lock.
    fn ledger<T>(&self, look: impl FnOnce(&mut Ledger) -> T) -> Option<T> {
        self.shared.lock().ledger.as_mut().map(look)
    }

    fn succeeded(&mut self, rows: usize) {
        self.backoff = FIRST_BACKOFF;
        let lag = self.since.map(|since| since.elapsed());
        let mut failed = None;
        self.mailbox.change_health(|health| {
            health.writes += 1;
            health.rows_written += u64::try_from(rows).unwrap_or(u64::MAX);
            health.lag = lag.unwrap_or(health.lag);
            failed = health.failing.take();
        });
        if failed.is_some() {
            tracing::info!(store = self.store.place(), "bans are written down again");
        }
    }

    fn fails(&self, error: &Arc<StoreError>) {
        let mut streak = false;
        self.mailbox.change_health(|health| {
            health.errors += 1;
            streak = health.failing.replace(error.clone()).is_some();
        });
        if !streak {
            tracing::error!(
                store = self.store.place(),
                %error,
                "bans cannot be written down: they are enforced, but will not outlive this node; \
                 it is tried again"
            );
        }
    }
}

/// How many records are copied under one lock, which is held for microseconds.
const PAGE: usize = 64;

/// How many rows are written in one step, at most.
const GROUP: usize = 1024;

const FIRST_BACKOFF: Duration = Duration::from_secs(1);
const LONGEST_BACKOFF: Duration = Duration::from_secs(30);

/// How often the clocks are compared when there is nothing to write.
const BETWEEN_CHECKS: Duration = Duration::from_secs(60);
