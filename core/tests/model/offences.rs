//! Offences, and how they are forgiven.

use peerwarden_core::Config;

use super::record::Record;
use super::{Model, Nanos, nanos};

impl Record {
    /// "With `forgive_after` set, each full period since the peer's last ban (of whatever cause)
    /// ended takes one off; no time counts while banned."
    pub(crate) fn offences_at(&self, now: Nanos, config: &Config) -> u32 {
        if self.banned(now) {
            return self.offences;
        }
        match (self.clean_since(), config.forgive_after()) {
            (Some(ended), Some(period)) => {
                let periods = u128::from(now.saturating_sub(ended)) / period.as_nanos();
                let forgiven = u32::try_from(periods).unwrap_or(u32::MAX);
                self.offences.saturating_sub(forgiven)
            }
            _ => self.offences,
        }
    }

    /// When the next offence is forgiven.
    pub(crate) fn next_forgiven(&self, now: Nanos, config: &Config) -> Option<Nanos> {
        self.times_forgiven(config).into_iter().find(|time| *time > now)
    }

    /// When the last of its offences was or is forgiven: the origin if it had none, none if that
    /// will not be.
    pub(crate) fn last_forgiven(&self, config: &Config) -> Option<Nanos> {
        if self.offences == 0 {
            return Some(self.forgiven.unwrap_or(0));
        }
        self.times_forgiven(config).last().copied()
    }

    /// When its offences are forgiven, one after the other, if nothing else happens.
    fn times_forgiven(&self, config: &Config) -> Vec<Nanos> {
        let (Some(ended), Some(period)) = (self.clean_since(), config.forgive_after()) else {
            return Vec::new();
        };
        let time = |n| ended.saturating_add(nanos(period).saturating_mul(n));
        (1..=u64::from(self.offences)).map(time).collect()
    }

    /// When its last ban ended, or will.
    fn clean_since(&self) -> Option<Nanos> {
        match &self.ban {
            Some(ban) => ban.end().instant().map(|end| end.as_nanos()),
            None => self.last_ban_ended,
        }
    }

    /// Takes off the record what is forgiven by `now`, and goes on counting from there.
    pub(crate) fn take_off_forgiven(&mut self, now: Nanos, config: &Config) {
        let left = self.offences_at(now, config);
        if let (Some(ended), Some(period)) = (self.last_ban_ended, config.forgive_after()) {
            let forgiven = u64::from(self.offences - left);
            if left == 0 && forgiven > 0 {
                self.forgiven = self.last_forgiven(config);
            }
            self.last_ban_ended =
                Some(ended.saturating_add(nanos(period).saturating_mul(forgiven)));
            self.offences = left;
        }
    }
}

impl Model {
    /// "A ban by an automatic cause is one more offence unless another automatic cause is active
    /// already (then rates and durations use the count there is)."
    pub(crate) fn offences_after_a_ban(&self, at: usize) -> u32 {
        let record = &self.records[at];
        let offences = record.offences_at(self.now, &self.config);
        if record.banned_automatically(self.now) { offences } else { offences.saturating_add(1) }
    }

    /// "`ban_durations[offence]` (the last entry for all later)".
    pub(crate) fn ban_duration(&self, offences: u32) -> Nanos {
        let durations = self.config.ban_durations();
        let entry = (offences as usize).clamp(1, durations.len());
        nanos(durations[entry - 1])
    }
}
