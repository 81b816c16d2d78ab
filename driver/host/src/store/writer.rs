//! Write loop: batches dirty rows, writes them, retries with backoff.

mod group;
mod report;

use std::mem;
use std::sync::Arc;
use std::time::{Duration, Instant};

use peerwarden_core::Subject;

use super::backlog::Backlog;
use super::clock_monitor::ClockMonitor;
use super::control::{Batch, WriterControl};
use super::dirty::{DirtyRows, Due};
use super::flush::Promise;
use super::pace::Pace;
use super::urgent::Urgent;
use super::{Checked, Store, StoreError, format};
use crate::driver::Driver;
use crate::engine::Engine;
use crate::peer::PeerName;
use crate::shared::Shared;

/// Writes rows to the store in groups: urgent ones first and the newest of them before the others,
/// and what can wait when nothing is urgent.
pub(super) struct Writer<P, D: Driver<P>, S> {
    store: S,
    shared: Arc<Shared<P, D>>,
    control: Arc<WriterControl>,
    clocks: ClockMonitor,
    /// The last group that could not be written. It may have been all the same, so nothing else is
    /// written before it.
    failed: Vec<Subject<P>>,
    /// Whether the store is new and has yet to be made one of this program's, which is done last.
    wants_header: bool,
    /// Whether all there was is lost and has yet to be written anew.
    starts_anew: bool,
    urgent: Urgent<P>,
    /// What can wait for urgent rows, and who waits until it is written.
    backlog: Backlog<P>,
    flushes: Vec<Promise>,
    /// What came after that, and who waits for that. So whoever waits does, in the end, get an answer.
    next_backlog: Backlog<P>,
    next_flushes: Vec<Promise>,
    next_checkpoint: bool,
    /// Whether what there is by now is the last.
    stops: bool,
    pace: Pace,
    /// Since when the first urgent row waits.
    since: Option<Instant>,
    /// When to try again after an error.
    retry: Option<Instant>,
    backoff: Duration,
}

impl<P: PeerName, D: Driver<P>, S: Store> Writer<P, D, S> {
    pub(super) fn new(
        store: S,
        shared: Arc<Shared<P, D>>,
        control: Arc<WriterControl>,
        clock_mismatch: bool,
    ) -> Self {
        let (wall, now) = shared.clocks();
        Self {
            store,
            shared,
            control,
            clocks: ClockMonitor::new(wall, now, clock_mismatch),
            failed: Vec::new(),
            wants_header: false,
            starts_anew: false,
            urgent: Urgent::new(),
            backlog: Backlog::default(),
            flushes: Vec::new(),
            next_backlog: Backlog::default(),
            next_flushes: Vec::new(),
            next_checkpoint: false,
            stops: false,
            pace: Pace::new(),
            since: None,
            retry: None,
            backoff: FIRST_BACKOFF,
        }
    }

    /// Writes until the control says stop and nothing is left, or the rest cannot be written.
    pub(super) fn run(&mut self) {
        let mut check = Instant::now() + BETWEEN_CHECKS;
        loop {
            let look = check.min(Instant::now() + BETWEEN_LOOKS);
            let wake = self.next_step().map_or(look, |step| step.min(look));
            let Batch { urgent, checkpoint, flushes, stop } = self.control.wait(wake, self.retry);
            let now = Instant::now();
            if check <= now {
                check = now + BETWEEN_CHECKS;
                self.clocks.startup_delay_elapsed();
            }
            self.compare_clocks();
            self.since = self.since.or(urgent);
            self.next_checkpoint |= checkpoint;
            let asked = stop || !flushes.is_empty();
            self.next_flushes.extend(flushes);
            if asked || self.retry.is_none_or(|retry| retry <= now) {
                let result = self.step(stop);
                self.conclude(result.map_err(Arc::new));
            }
            if stop && (self.retry.is_some() || self.is_idle()) {
                return;
            }
        }
    }

    /// When there is something to do although nothing new is said.
    fn next_step(&self) -> Option<Instant> {
        if self.retry.is_some() || self.is_idle() {
            return self.retry;
        }
        let hurries =
            !self.urgent.is_empty() || !self.flushes.is_empty() || !self.next_flushes.is_empty();
        Some(self.pace.next().filter(|_| !hurries).unwrap_or_else(Instant::now))
    }

    fn is_idle(&self) -> bool {
        self.failed.is_empty()
            && self.urgent.is_empty()
            && self.backlog.is_empty()
            && self.next_backlog.is_empty()
            && self.flushes.is_empty()
            && self.next_flushes.is_empty()
            && !self.next_checkpoint
    }

    /// Writes one group of what is urgent, and one of what can wait if it is time for that.
    fn step(&mut self, stop: bool) -> Result<(), StoreError> {
        self.check()?;
        if !self.failed.is_empty() {
            let failed = mem::take(&mut self.failed);
            if self.write_group(failed)? > 0 {
                self.became_durable(self.since);
            }
        }
        self.take_over(stop);
        self.write_urgent()?;
        let hurries = stop || !self.flushes.is_empty();
        if hurries || self.pace.next().is_none_or(|next| next <= Instant::now()) {
            self.write_backlog()?;
        }
        if self.wants_header && self.backlog.is_empty() {
            self.write_header()?;
        }
        Ok(())
    }

    /// Looks whether what was written would be found by the next start. A store that starts anew becomes
    /// one of this program's once all is in it: until then the next start would miss bans, and refuses.
    fn check(&mut self) -> Result<(), StoreError> {
        match self.store.check()? {
            Checked::Whole => {}
            Checked::Mended(error) => self.mended(error),
            Checked::Anew(error) => {
                self.wants_header = true;
                self.starts_anew = true;
                drop(self.look(|_, dirty| dirty.lost()));
                // Who waits already waits for this too: what was durable is not any more.
                self.backlog.add_everything(true);
                self.began_anew(error);
            }
        }
        Ok(())
    }

    fn write_header(&mut self) -> Result<(), StoreError> {
        let header = format::header();
        let header = header.map_err(|e| StoreError::unwritable(&self.store.location(), e))?;
        self.store.write(&[header])?;
        self.wants_header = false;
        Ok(())
    }

    /// Takes over from the dirty rows what is due. What has waited for a checkpoint waits on while somebody
    /// waits for what came before it.
    fn take_over(&mut self, stop: bool) {
        let (_, now) = self.shared.clocks();
        while self.look(|engine, dirty| dirty.look_again(engine, now, PAGE)) == Some(true) {}

        let is_free = self.flushes.is_empty();
        let last = stop && !mem::replace(&mut self.stops, stop);
        let asked = last || (is_free && !self.next_flushes.is_empty());
        if self.look(|_, dirty| dirty.take_look_at_all()) == Some(true) || asked {
            let mut after = None;
            while let Some(last) = self
                .look(|engine, dirty| dirty.look_ahead(engine, now, after.as_ref(), PAGE))
                .flatten()
            {
                after = Some(last);
            }
        }

        let checkpoint = is_free && (self.next_checkpoint || !self.next_flushes.is_empty());
        let taken = self.look(|engine, dirty| {
            let rewrite_all = checkpoint && dirty.take_rewrite_all();
            let counts = engine.counts();
            let known = [counts.records, counts.networks, dirty.rows()];
            (dirty.take(checkpoint), rewrite_all, known.into_iter().fold(0, usize::saturating_add))
        });
        let Some((Due { urgent, at_checkpoint }, rewrite_all, known)) = taken else {
            return;
        };
        self.urgent.add(urgent.into_iter().collect());
        if self.urgent.is_crowded(known) {
            let shared = &self.shared;
            self.urgent.prune(|few| {
                let state = &*shared.lock();
                let dirty = state.dirty.as_ref();
                let is_of_use = |each| dirty.is_some_and(|it| it.is_of_use(each, &state.engine));
                few.iter().map(is_of_use).collect()
            });
        }
        if rewrite_all || self.clocks.rows_are_outdated() {
            self.clocks.rewrite_started();
            self.next_backlog.add_everything(false);
        }
        self.next_backlog
            .add(at_checkpoint.len(), at_checkpoint.into_iter().map(|(subject, _)| subject));
        if is_free {
            self.next_checkpoint &= !checkpoint;
            self.flushes = mem::take(&mut self.next_flushes);
            self.backlog.append(mem::take(&mut self.next_backlog));
            if !self.flushes.is_empty() && self.urgent.len() > self.pace.rows() {
                // They have to come to an end, whatever becomes urgent meanwhile.
                let newest = self.urgent.take(self.pace.rows());
                let all = self.urgent.take_all();
                self.backlog.add(all.len(), all.into_iter());
                self.urgent.put_back(newest);
            }
        }
    }

    /// Looks at engine and dirty rows, which there always is, under the engine's lock.
    fn look<T>(&self, look: impl FnOnce(&Engine<P, D::Key>, &mut DirtyRows<P>) -> T) -> Option<T> {
        let state = &mut *self.shared.lock();
        state.dirty.as_mut().map(|dirty| look(&state.engine, dirty))
    }
}

/// How many records are looked at under one lock, which is held for microseconds.
const PAGE: usize = 64;

const FIRST_BACKOFF: Duration = Duration::from_secs(1);
const LONGEST_BACKOFF: Duration = Duration::from_secs(30);

/// How often peers are looked at that may have come to be in standing when there is nothing to write.
const BETWEEN_LOOKS: Duration = Duration::from_secs(20);

/// How often clocks and store are checked when there is nothing to write.
const BETWEEN_CHECKS: Duration = Duration::from_secs(60);
