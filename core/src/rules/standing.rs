//! Standing, earned by long connection without fault.

use core::hash::{BuildHasher, Hash};

use crate::state::record::{Record, RecordKey};
use crate::state::standing::Away;
use crate::time::Instant;
use crate::warden::Warden;

impl<P: Clone + Eq + Hash, S: BuildHasher> Warden<P, S> {
    /// Begins the stay of a peer that came, and takes up its standing again if it has any.
    pub(crate) fn begin_stay(&mut self, key: RecordKey) {
        let (now, config) = (self.now, &self.config);
        let Some(record) = self.records.get_mut(key) else {
            return;
        };
        record.account.in_standing = record.is_in_standing(now, config);
        record.account.scored_low = false;
        // Heat is zero when it comes: what it owes by then is no heat.
        record.account.own_heat =
            !record.account.is_debt_free(now) || !record.account.falls_like_heat(config);
        record.start_clean(now, now);
        self.take_away(key);
    }

    /// Ends the stay of a peer, which keeps its standing for a while.
    pub(crate) fn end_stay(&mut self, key: RecordKey) {
        let now = self.now;
        let left = self.take_order();
        let Some(record) = self.records.get_mut(key) else {
            return;
        };
        let until = now.saturating_add(self.config.standing_for());
        let in_standing = record.ban.is_none() && record.is_in_standing(now, &self.config);
        let away = (in_standing && until > now).then_some(Away { until, left });
        record.set_away(away);
        record.cold.change(|cold| {
            cold.came = None;
            cold.numbers.change(now, &self.config, |numbers| numbers.heat = Default::default());
        });
        if let Some(away) = away {
            self.away.insert(away, key);
        }
    }

    /// Takes the standing off a peer that a report left with too many points for it, here or not.
    pub(crate) fn fall_from_standing(&mut self, key: RecordKey) {
        let now = self.now;
        if let Some(record) = self.records.get_mut(key)
            && record.is_connected()
        {
            record.account.in_standing = false;
            let came = record.came();
            record.start_clean(came, now);
        } else if self.take_away(key) {
            self.reindex(key);
        }
    }

    /// Takes the standing off a peer that is not here, and gives whether it had any. The record is to
    /// be reindexed.
    pub(crate) fn take_away(&mut self, key: RecordKey) -> bool {
        let record = self.records.get_mut(key);
        let record = record.filter(|record| record.has_been_in_standing());
        let away = record.and_then(|record| record.set_away(None));
        if let Some(away) = away {
            self.away.remove(away, key);
        }
        away.is_some()
    }

    /// Returns how many peers are in standing that are not here.
    pub(crate) fn standing_away(&self) -> usize {
        self.config.standing_after().map_or(0, |_| self.away.len())
    }

    /// Brings the peers in standing that are not here back to their bound.
    pub(crate) fn displace_standing(&mut self) {
        while self.standing_away() > self.config.max_standing()
            && let Some(key) = self.away.first()
        {
            self.take_away(key);
            self.reindex(key);
        }
    }
}

impl<P> Record<P> {
    /// Starts the time without fault of a peer that came at `came`.
    ///
    /// With an offence on record it is not: then only that it came is remembered, and it is without
    /// fault from the moment on at which the last one is forgiven.
    fn start_clean(&mut self, came: Instant, now: Instant) {
        let faultless = self.account.start_clean(now);
        let came = (!faultless || came < now).then_some(came);
        if self.cold.get().and_then(|cold| cold.came) != came {
            self.cold.change(|cold| cold.came = came);
        }
    }
}
