//! Copy of an engine's state, taken in pages.

use alloc::vec::Vec;
use core::hash::{BuildHasher, Hash};
use core::num::NonZeroUsize;

use crate::config::Config;
use crate::live::Live;
use crate::saved::Saved;
use crate::state::network::Network;
use crate::state::place::Place;
use crate::state::record::Record;
use crate::state::slot_copy::SlotCopy;
use crate::state::table::Table;
use crate::time::Instant;
use crate::warden::Warden;

/// The state of an engine at one moment, as [`Warden::copy_page`] copied it: its [snapshot](Warden::snapshot)
/// and its [live state](Warden::live), made wherever that keeps no input waiting.
#[derive(Clone, Debug)]
pub struct StateCopy<P, S> {
    /// An engine without tables, in which nothing is ever looked up.
    engine: Warden<P, S>,
    records: SlotCopy<Record<P>>,
    networks: SlotCopy<Network>,
    places: SlotCopy<Place>,
}

impl<P: Clone + Eq + Hash, S: BuildHasher + Clone> Warden<P, S> {
    /// Copies the next page of the state, `slots` slots of which any number may be empty; returns the copy
    /// if it is complete with that.
    ///
    /// For callers that hold a lock around the engine, and let it go between two pages: every input is
    /// heard meanwhile, and what it changes is copied again. The last page brings everything to the moment
    /// of the latest input before it, so the copy is of that moment, [`StateCopy::now`]. The first call
    /// begins a copy, and so does the first after the last page.
    ///
    /// Changes no answer. A page of 256 slots takes 20 µs, so that a million peers are 4,000 pages and 90 ms of
    /// the lock in all. A copy is complete once no more than a page has changed since the page before: a caller
    /// that sees no end, because ever more changes between two, asks for larger ones. Until it is complete it
    /// takes as much memory as the engine, and an input a few nanoseconds longer;
    /// [`end_copy`](Self::end_copy) gives both back.
    pub fn copy_page(&mut self, slots: NonZeroUsize) -> Option<StateCopy<P, S>> {
        let left = self.records.copy_page(slots.get());
        let left = self.networks.table.copy_page(left);
        let left = self.places.table.copy_page(left);
        if left == 0 {
            return None;
        }
        let mut engine = Self::new(self.config.clone(), self.hasher.clone());
        engine.misbehaviors = self.misbehaviors.clone();
        engine.queue = self.queue.clone();
        engine.incident = self.incident.clone();
        engine.valid_seen = self.valid_seen;
        engine.counts = self.counts;
        engine.now = self.now;
        engine.next_order = self.next_order;
        Some(StateCopy {
            engine,
            records: self.records.end_copy()?,
            networks: self.networks.table.end_copy()?,
            places: self.places.table.end_copy()?,
        })
    }

    /// Gives up the copy that [`copy_page`](Self::copy_page) has begun, if it has: the next page is the
    /// first one of another.
    pub fn end_copy(&mut self) {
        drop(self.records.end_copy());
        drop(self.networks.table.end_copy());
        drop(self.places.table.end_copy());
    }
}

impl<P: Clone + Eq + Hash, S: BuildHasher> StateCopy<P, S> {
    /// Returns the moment of the copy: the latest that the engine had seen.
    #[must_use]
    pub fn now(&self) -> Instant {
        self.engine.now
    }

    /// Returns the policy at that moment.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.engine.config
    }

    /// Returns the snapshot and the live state of that moment, for [`Warden::resume`].
    #[must_use]
    pub fn into_data(self) -> (Vec<Saved<P>>, Live<P>) {
        let Self { mut engine, records, networks, places } = self;
        engine.records = Table::of(records.into_slots());
        engine.networks.table = Table::of(networks.into_slots());
        engine.places.table = Table::of(places.into_slots());
        let now = engine.now;
        (engine.snapshot(now).collect(), engine.live(now))
    }
}
