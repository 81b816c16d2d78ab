//! Ban durations of places, longer each time.

use core::hash::{BuildHasher, Hash};
use core::time::Duration;

use crate::state::place::{PlaceKey, has_rested};
use crate::time::Until;
use crate::warden::Warden;

impl<P: Clone + Eq + Hash, S: BuildHasher> Warden<P, S> {
    /// Counts one more ban of the place and returns its end. The next one lasts longer, unless by
    /// then this one has been over for a day.
    pub(crate) fn climb(&mut self, key: PlaceKey) -> Option<Until> {
        let now = self.now;
        let place = self.places.table.get_mut(key)?;
        if place.over.is_some_and(|over| has_rested(over, now)) {
            place.bans = 0;
        }
        let durations = self.config.place_durations();
        let at = usize::try_from(place.bans).unwrap_or(usize::MAX);
        let duration = durations.get(at).or_else(|| durations.last()).copied();
        let end = now.saturating_add(duration.unwrap_or(Duration::MAX));
        place.bans = place.bans.saturating_add(1);
        place.over = Some(end);
        Some(Until::At(end))
    }

    /// Notes that a ban of the place with cause `Address` has ended, perhaps early.
    pub(crate) fn rest_place(&mut self, net: &ipnet::IpNet) {
        let now = self.now;
        if let Some(key) = self.places.table.find(&self.hasher, net)
            && let Some(place) = self.places.table.get_mut(key)
        {
            place.over = place.over.map(|over| over.min(now));
            self.places.relist(&self.hasher, key, now);
        }
    }
}
