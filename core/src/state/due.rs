//! Moments at which a record has to be looked at again.

use crate::config::Config;
use crate::state::deadlines::Due;
use crate::state::eviction::EvictionRank;
use crate::state::record::{ConnectionState, Record};
use crate::time::Instant;

impl<P> Record<P> {
    /// Returns what it has to wait for, if anything.
    pub(crate) fn due(&self, now: Instant, config: &Config) -> Option<Due> {
        if let Some(ban) = &self.ban {
            return ban.causes.first_end().map(Due::End);
        }
        if self.is_connected() {
            return None;
        }
        if self.protected {
            let away = self.cold.get().and_then(|cold| cold.away).map(|away| away.until);
            return away.filter(|at| *at > now).map(Due::Review);
        }
        if self.is_empty(now, config) {
            return Some(Due::Review(now));
        }
        let spent = [Some(self.account.paid(config)), self.numbers_zero(config)];
        let changes = self.changes(config).into_iter().chain(spent).flatten();
        changes.filter(|at| *at > now).min().map(Due::Review)
    }

    /// Returns whether `entry` among the deadlines is early enough, with `rank` as its rank among those that
    /// can be displaced.
    ///
    /// It can be later than what the record has to wait for. A report that adds to what the peer owes leaves
    /// the entry where it is, if something else is left of the peer until then, and the rank where it is,
    /// which is no higher then than that of a peer that owes nothing.
    pub(crate) fn is_in_time(
        &self,
        entry: Due,
        rank: Option<EvictionRank>,
        now: Instant,
        config: &Config,
    ) -> bool {
        let (Due::End(at) | Due::Review(at)) = entry;
        match self.due(now, config) {
            None => true,
            Some(Due::End(due)) => matches!(entry, Due::End(_)) && at <= due,
            Some(Due::Review(due)) if self.protected || self.is_empty(now, config) => at <= due,
            Some(Due::Review(_)) => {
                let never = Instant::from_nanos(u64::MAX);
                let kept = self.cold.get().is_some_and(|cold| !cold.numbers.is_empty());
                let numbers = if kept { self.numbers_zero(config).unwrap_or(never) } else { now };
                let spent = self.account.paid(config).max(numbers);
                let offences = self.account.offences();
                let changes = self.changes(config).into_iter().flatten();
                let next = changes.filter(|change| *change > now).min();
                let stays = offences > 0 || self.connection != ConnectionState::Absent;
                let next = next.unwrap_or(if stays { never } else { spent });
                let (over, created) = (Instant::ORIGIN, self.created);
                let then = EvictionRank { offences, banned: false, over, created };
                at <= next && (at <= spent || rank.is_none_or(|rank| rank <= then))
            }
        }
    }

    /// Returns when it changes otherwise than by what the peer owes or is reported for.
    fn changes(&self, config: &Config) -> [Option<Instant>; 4] {
        let cold = self.cold.get();
        let low = cold.filter(|cold| cold.low_scores > 0);
        let low = low.and_then(|cold| Some(cold.last_low.saturating_add(config.confirm_within()?)));
        let away = cold.and_then(|cold| cold.away).map(|away| away.until);
        [self.account.next_forgiven(config), self.grace(), away, low]
    }

    /// Returns when the last of the numbers for which it is kept is zero.
    fn numbers_zero(&self, config: &Config) -> Option<Instant> {
        let cold = self.cold.get().filter(|cold| !cold.numbers.is_empty())?;
        cold.numbers.zero_at(config)
    }
}
