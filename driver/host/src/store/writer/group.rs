//! Groups of rows: drafted under the engine's lock, written in one step.

use std::time::Instant;

use peerwarden_core::Subject;

use super::{PAGE, Writer};
use crate::driver::Driver;
use crate::engine::{Engine, EngineKey};
use crate::peer::PeerName;
use crate::store::dirty::PendingRow;
use crate::store::row_state::RowState;
use crate::store::timestamp::Timestamp;
use crate::store::{Change, Store, StoreError, format};

impl<P: PeerName, D: Driver<P>, S: Store> Writer<P, D, S> {
    /// Writes a group of what is urgent.
    pub(super) fn write_urgent(&mut self) -> Result<(), StoreError> {
        let group = self.urgent.take(self.pace.rows());
        for subject in &group {
            self.backlog.remove(subject);
            self.next_backlog.remove(subject);
        }
        let begun = Instant::now();
        let written = self.write_group(group)?;
        if written > 0 {
            self.pace.learn(written, begun.elapsed());
            self.became_durable(self.since);
        }
        if self.urgent.is_empty() {
            self.since = None;
        }
        Ok(())
    }

    /// Writes the next few rows of those that can wait.
    pub(super) fn write_backlog(&mut self) -> Result<(), StoreError> {
        if self.backlog.is_empty() {
            return Ok(());
        }
        self.backlog.sort_some();
        for _ in 0..PAGES_WALKED {
            if !self.backlog.is_walking() {
                break;
            }
            let state = &mut *self.shared.lock();
            if let Some(dirty) = &state.dirty {
                self.backlog.walk_on(&state.engine, dirty);
            }
        }
        let group = self.backlog.take(self.pace.rows());
        let begun = Instant::now();
        let written = self.write_group(group)?;
        let now = Instant::now();
        if written > 0 {
            self.pace.wrote(written, now.saturating_duration_since(begun), now);
        }
        Ok(())
    }

    /// Writes the rows of these in one step; how many that were.
    pub(super) fn write_group(&mut self, subjects: Vec<Subject<P>>) -> Result<usize, StoreError> {
        let (mut rows, mut changes) = (Vec::new(), Vec::new());
        let mut result = Ok(());
        for page in subjects.chunks(PAGE) {
            let (page, written) = self.draft(page);
            for draft in &page {
                match self.change(draft, written) {
                    Ok(change) => changes.push(change),
                    Err(error) => result = Err(error),
                }
            }
            rows.extend(page);
        }
        if changes.is_empty() && result.is_ok() {
            return Ok(0);
        }
        let result = result.and_then(|()| self.store.write(&changes));
        for page in rows.chunks(PAGE) {
            let ok = result.is_ok();
            self.look(|_, dirty| if ok { dirty.written(page) } else { dirty.requeue(page) });
        }
        if result.is_ok() {
            self.wrote(changes.len());
        } else {
            self.failed = subjects;
        }
        result.map(|()| changes.len())
    }

    /// What is remembered of a few of them. This is all that is done under the engine's lock.
    fn draft(&self, subjects: &[Subject<P>]) -> (Vec<PendingRow<P>>, Timestamp) {
        let (wall, now) = self.shared.clocks();
        let mut rows = Vec::with_capacity(PAGE);
        let subjects = subjects.to_vec();
        let state = &mut *self.shared.lock();
        if let Some(dirty) = &mut state.dirty {
            for subject in subjects {
                let kept = RowState::new(&state.engine, &state.overrides, &subject, now);
                let mut notes = state.overrides.notes(&subject);
                notes.retain(|cause| kept.as_ref().is_some_and(|kept| kept.is_banned_for(cause)));
                let may_earn = may_earn(&state.engine, &subject);
                rows.extend(dirty.draft(subject, kept, notes, may_earn, now));
            }
        }
        (rows, Timestamp::from_wall_clock(wall))
    }

    fn change(&self, draft: &PendingRow<P>, written: Timestamp) -> Result<Change, StoreError> {
        let value =
            draft.kept.as_ref().map(|kept| format::encode(written, kept, &draft.notes)).transpose();
        let value = value.map_err(|error| StoreError::unwritable(&self.store.location(), error))?;
        Ok(Change { key: format::key(&draft.subject), value })
    }
}

/// Whether it is a peer that is connected, under a policy by which it can come to be in standing.
fn may_earn<P: PeerName, K: EngineKey<P>>(engine: &Engine<P, K>, subject: &Subject<P>) -> bool {
    match subject {
        Subject::Addr(_) => false,
        Subject::Peer(peer) => {
            engine.config().standing_after().is_some() && engine.last_seen(peer).1.is_some()
        }
    }
}

/// How many pages of the engine's slots are walked past for one group.
const PAGES_WALKED: usize = 128;
