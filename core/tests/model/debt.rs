//! What a peer owes, and how that falls.

use peerwarden_core::{Cause, Config};
use std::time::Duration;

use super::Nanos;
use super::record::{Record, over};

impl Record {
    /// `p(now)`, in micro-points.
    pub(crate) fn owes(&self, now: Nanos, config: &Config) -> u64 {
        // "When a penalty ban ends, `p` is zero."
        let mut causes = self.ban.iter().flat_map(|ban| &ban.causes);
        if causes.any(|(cause, until)| *cause == Cause::Penalty && over(*until, now)) {
            return 0;
        }
        let (owed, at) = self.last_set_anew(now, config);
        fallen(owed, self.rate(at, config), now.saturating_sub(at))
    }

    /// When `p` is zero, if nothing else happens.
    pub(crate) fn owes_until(&self, now: Nanos, config: &Config) -> Nanos {
        let (mut owed, mut at) = self.last_set_anew(now, config);
        loop {
            let rate = self.rate(at, config);
            let end = at.saturating_add(time_to_pay(owed, rate));
            match self.next_change_of_rate(at, config) {
                Some(change) if change < end => {
                    owed = fallen(owed, rate, change - at);
                    at = change;
                }
                _ => return end,
            }
        }
    }

    /// Makes the last setting anew before `now` the one that is stored.
    pub(crate) fn settle(&mut self, now: Nanos, config: &Config) {
        (self.owed, self.owed_at) = self.last_set_anew(now, config);
    }

    pub(crate) fn set_owed(&mut self, micros: u64, now: Nanos) {
        self.owed = micros;
        self.owed_at = now;
    }

    /// Makes a change; "`p0` and `t0` set anew at each report and change of rate".
    pub(crate) fn change(&mut self, now: Nanos, config: &Config, make: impl FnOnce(&mut Self)) {
        self.settle(now, config);
        let rate = self.rate(now, config);
        let owed = self.owes(now, config);
        make(self);
        if self.rate(now, config) != rate {
            self.set_owed(owed, now);
        }
    }

    /// `p0` and `t0` at the last change of rate up to `now`, in micro-points and time.
    fn last_set_anew(&self, now: Nanos, config: &Config) -> (u64, Nanos) {
        let (mut owed, mut at) = (self.owed, self.owed_at);
        while let Some(change) = self.next_change_of_rate(at, config) {
            if change > now {
                break;
            }
            owed = fallen(owed, self.rate(at, config), change - at);
            at = change;
        }
        (owed, at)
    }

    /// Micro-points a second. "While banned by penalty with n offences on record: entry n, at
    /// least the first, at most the last. Otherwise the first entry; with `slow_accrual`, entry n
    /// as well."
    pub(crate) fn rate(&self, now: Nanos, config: &Config) -> u64 {
        if self.has(Cause::Penalty, now) || config.slow_accrual() {
            entry(self.offences_at(now, config), config)
        } else {
            entry(0, config)
        }
    }

    /// The next time after `at` at which time alone changes the rate: with `slow_accrual`, when an
    /// offence is forgiven.
    fn next_change_of_rate(&self, at: Nanos, config: &Config) -> Option<Nanos> {
        if !config.slow_accrual() {
            return None;
        }
        let ended = match &self.ban {
            Some(ban) => ban.end().instant()?.as_nanos(),
            None => self.last_ban_ended?,
        };
        let period = nanos(config.forgive_after()?);
        let rate = self.rate(at, config);
        (1..=u64::from(self.offences))
            .map(|n| ended.saturating_add(period.saturating_mul(n)))
            .find(|change| *change > at && self.rate(*change, config) != rate)
    }
}

/// Entry `n` of `decay`, in micro-points a second.
pub(crate) fn entry(n: u32, config: &Config) -> u64 {
    let decay = config.decay();
    let n = (n as usize).clamp(1, decay.len());
    decay[n - 1].as_micros_per_second()
}

/// "`max_sentence`, if set, caps `p` at `rate * max_sentence`."
pub(crate) fn capped(owed: u64, rate: u64, config: &Config) -> u64 {
    match config.max_sentence() {
        Some(longest) => {
            let cap = u128::from(rate) * longest.as_nanos() / NANOS_PER_SEC;
            owed.min(u64::try_from(cap).unwrap_or(u64::MAX).max(1))
        }
        None => owed,
    }
}

/// "`ceil(p / rate)`", in nanoseconds.
pub(crate) fn time_to_pay(owed: u64, rate: u64) -> Nanos {
    let time = (u128::from(owed) * NANOS_PER_SEC).div_ceil(u128::from(rate));
    u64::try_from(time).unwrap_or(u64::MAX)
}

pub(crate) fn nanos(duration: Duration) -> Nanos {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

/// "`max(0, p0 - floor(rate * (t - t0)))` in micro-points"
fn fallen(owed: u64, rate: u64, time: Nanos) -> u64 {
    let fall = u128::from(rate) * u128::from(time) / NANOS_PER_SEC;
    owed.saturating_sub(u64::try_from(fall).unwrap_or(u64::MAX))
}

const NANOS_PER_SEC: u128 = 1_000_000_000;
