//! Numbers that fall with time.

use super::Nanos;
use super::clock::moved;

/// "To fall by r a period D: `v(t) = max(0, v0 - floor(r * (t - t0) / D))`, v and r in millionths,
/// D in ns; `v0` and `t0` set anew whenever something is added or taken off."
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Falling {
    /// `v0`, in millionths.
    value: u64,
    /// `t0`.
    since: Nanos,
}

/// How fast a number falls.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Fall {
    /// `r`, in millionths.
    pub(crate) amount: u64,
    /// `D`.
    pub(crate) period: Nanos,
}

impl Fall {
    /// By so many millionths a second.
    pub(crate) fn a_second(amount: u64) -> Self {
        Self { amount, period: SECOND }
    }
}

impl Falling {
    pub(crate) fn at(&self, now: Nanos, fall: Fall) -> u64 {
        let time = u128::from(now.saturating_sub(self.since));
        let fallen = u128::from(fall.amount) * time / u128::from(fall.period);
        self.value.saturating_sub(u64::try_from(fallen).unwrap_or(u64::MAX))
    }

    pub(crate) fn set(&mut self, value: u64, now: Nanos) {
        *self = Self { value, since: now };
    }

    pub(crate) fn add(&mut self, value: u64, now: Nanos, fall: Fall) {
        self.set(self.at(now, fall).saturating_add(value), now);
    }

    pub(crate) fn take_off(&mut self, value: u64, now: Nanos, fall: Fall) {
        self.set(self.at(now, fall).saturating_sub(value), now);
    }

    /// From when on it is zero, if nothing is added: the last moment there is, if it never is.
    pub(crate) fn zero_from(&self, fall: Fall) -> Nanos {
        self.since.saturating_add(time_to_fall(self.value, fall))
    }

    pub(crate) fn move_clock(&mut self, by: i64) {
        self.since = moved(self.since, by);
    }

    /// Goes on from here at another speed.
    pub(crate) fn change_fall(&mut self, now: Nanos, old: Fall, new: Fall) {
        if old != new {
            self.set(self.at(now, old), now);
        }
    }
}

/// How long `value` takes to fall to zero.
pub(crate) fn time_to_fall(value: u64, fall: Fall) -> Nanos {
    if value == 0 {
        return 0;
    }
    if fall.amount == 0 {
        return Nanos::MAX;
    }
    let time = (u128::from(value) * u128::from(fall.period)).div_ceil(u128::from(fall.amount));
    u64::try_from(time).unwrap_or(Nanos::MAX)
}

pub(crate) const SECOND: Nanos = 1_000_000_000;
pub(crate) const MINUTE: Nanos = 60 * SECOND;
pub(crate) const HOUR: Nanos = 60 * MINUTE;
pub(crate) const DAY: Nanos = 24 * HOUR;
