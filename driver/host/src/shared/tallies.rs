//! Counts of everything, put together.

use super::Shared;
use crate::closed::Closed;
use crate::driver::Driver;
use crate::peer::PeerName;
use crate::store::StoreHealth;
use crate::tallies::{Held, Tallies};

impl<P: PeerName, D: Driver<P>> Shared<P, D> {
    /// Every count.
    pub(crate) fn tallies(&self) -> Result<Tallies, Closed> {
        let state = self.lock_if_open()?;
        let held = Held::new(&state.engine);
        let rows = state.dirty.as_ref().map(|dirty| (dirty.rows(), dirty.waiting()));
        drop(state);
        let mut tallies = self.telemetry.tally.read(held);
        #[cfg(feature = "lists")]
        {
            tallies.lists = self.lists.tallies();
        }
        tallies.shadows = self.shadows.tallies();
        #[cfg(all(feature = "admin", unix))]
        {
            tallies.admin = self.admin.read();
        }
        tallies.store = rows.map(|(rows, waiting)| {
            let health = self.control.health();
            StoreHealth { rows, waiting: waiting.saturating_add(health.waiting), ..health }
        });
        Ok(tallies)
    }
}
