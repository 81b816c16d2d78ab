//! Penalty points of a peer (`p`), and how they fall.

use peerwarden_core::{Cause, Config, Instant, Until};

use super::Nanos;
use super::ban::over;
use super::falling::{Fall, SECOND, time_to_fall};
use super::record::Record;

impl Record {
    /// `p(now)`, in micro-points.
    pub(crate) fn owes(&self, now: Nanos, config: &Config) -> u64 {
        // "When a penalty ban ends, `p` is zero."
        let penalty = self.ban.as_ref().and_then(|ban| ban.end_of(Cause::Penalty));
        if penalty.is_some_and(|until| over(until, now)) {
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

    /// Stores the last time before `now` at which `p0` and `t0` were set.
    pub(crate) fn settle(&mut self, now: Nanos, config: &Config) {
        (self.owed, self.owed_at) = self.last_set_anew(now, config);
    }

    pub(crate) fn set_owed(&mut self, micros: u64, now: Nanos) {
        self.owed = micros;
        self.owed_at = now;
    }

    /// Makes a change; "`p0` and `t0` set anew at each [...] change of rate".
    pub(crate) fn change(&mut self, now: Nanos, config: &Config, make: impl FnOnce(&mut Self)) {
        self.settle(now, config);
        let rate = self.rate(now, config);
        let owed = self.owes(now, config);
        make(self);
        if self.rate(now, config) != rate {
            self.set_owed(owed, now);
        }
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

    /// "While banned by penalty [...] `max_sentence`, if set, caps `p`"; gives the end that follows.
    pub(crate) fn serve(&mut self, now: Nanos, config: &Config) -> Nanos {
        let rate = self.rate(now, config);
        self.set_owed(capped(self.owed, rate, config), now);
        self.move_end(now, config)
    }

    /// The end of a ban by penalty that follows from `p`.
    pub(crate) fn move_end(&mut self, now: Nanos, config: &Config) -> Nanos {
        let end = self.owed_at.saturating_add(time_to_pay(self.owed, self.rate(now, config)));
        if let Some(ban) = &mut self.ban {
            ban.set(Cause::Penalty, Until::At(Instant::from_nanos(end)));
        }
        end
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

    /// The next time after `at` at which time alone changes the rate: with `slow_accrual`, when an
    /// offence is forgiven.
    fn next_change_of_rate(&self, at: Nanos, config: &Config) -> Option<Nanos> {
        if !config.slow_accrual() {
            return None;
        }
        let rate = self.rate(at, config);
        let mut after = at;
        loop {
            after = self.next_forgiven(after, config)?;
            if self.rate(after, config) != rate {
                return Some(after);
            }
        }
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
            let cap = u128::from(rate) * longest.as_nanos() / u128::from(SECOND);
            owed.min(u64::try_from(cap).unwrap_or(u64::MAX).max(1))
        }
        None => owed,
    }
}

/// "`ceil(p / rate)`"
pub(crate) fn time_to_pay(owed: u64, rate: u64) -> Nanos {
    time_to_fall(owed, Fall::a_second(rate))
}

/// "`max(0, p0 - floor(rate * (t - t0)))` in micro-points"
fn fallen(owed: u64, rate: u64, time: Nanos) -> u64 {
    let fall = u128::from(rate) * u128::from(time) / u128::from(SECOND);
    owed.saturating_sub(u64::try_from(fall).unwrap_or(u64::MAX))
}
