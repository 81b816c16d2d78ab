//! Moments at which something changes by itself, for questions to be asked around them.

use peerwarden_core::Instant;

use super::connections::TENURE;
use super::falling::{MINUTE, SECOND};
use super::incident::LASTS;
use super::place::{crowd_fall, debts_fall};
use super::record::{Record, deliveries_fall, hearsay_fall, heat_fall, long_fall};
use super::{Model, Nanos};

impl Model {
    /// The times from now on at which something changes by itself, in order.
    pub(crate) fn changes(&self) -> Vec<Instant> {
        let mut times = Vec::new();
        for record in &self.records {
            times.extend(self.changes_of(record));
        }
        for network in &self.networks {
            let ban = network.ban.iter().flat_map(|ban| &ban.causes);
            times.extend(ban.filter_map(|(_, until)| until.instant()).map(Instant::as_nanos));
            times.push(network.grace_until);
        }
        for place in &self.places {
            times.push(place.debts.zero_from(debts_fall()));
            times.push(place.crowd.zero_from(crowd_fall(place.net, &self.config)));
            times.push(place.ban_counts_until());
        }
        if let Some(last) = self.incident.last {
            times.extend([SECOND, MINUTE, LASTS].map(|after| last.saturating_add(after)));
        }
        times.extend(self.incident.half_low.map(|then| then.saturating_add(LASTS)));
        times.extend(self.incident.window.map(|window| window.end));
        // What is never over is over at the end of time, where no rule says what holds.
        times.retain(|time| *time > self.now && *time < Nanos::MAX / 2);
        times.sort_unstable();
        times.dedup();
        times.into_iter().map(Instant::from_nanos).collect()
    }

    fn changes_of(&self, record: &Record) -> Vec<Nanos> {
        let config = &self.config;
        let mut times = Vec::new();
        let ban = record.ban.iter().flat_map(|ban| &ban.causes);
        times.extend(ban.filter_map(|(_, until)| until.instant()).map(Instant::as_nanos));
        times.push(record.owes_until(self.now, config));
        times.push(record.long.zero_from(long_fall(config)));
        times.push(record.hearsay.zero_from(hearsay_fall(config)));
        times.push(record.deliveries.zero_from(deliveries_fall(config)));
        times.push(record.grace_until);
        times.extend(record.next_forgiven(self.now, config));
        times.extend(record.count_lapses(config));
        times.extend(record.standing_from(config));
        times.extend(record.left.map(|left| left.until));
        if let (Some(here), Some(first)) = (&record.here, self.first_connected) {
            times.push(here.heat.zero_from(heat_fall(config)));
            // Half of the time since the first `Connected`.
            times.push(here.since.saturating_add(TENURE.min(here.since.saturating_sub(first))));
        }
        times
    }
}
