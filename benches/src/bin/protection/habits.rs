//! Habits of honest peers: rates, faults and comings and goings.

use std::time::Duration;

use peerwarden_core::Instant;

/// How an honest peer behaves.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Habits {
    /// Valid messages a second.
    pub(crate) valid: f64,
    /// Bad messages a second, at random times.
    pub(crate) bad: f64,
    /// Time during which it sends more of them.
    pub(crate) trouble: Option<Trouble>,
    /// How long it stays and is away; always here if there are none.
    pub(crate) sessions: Option<Sessions>,
    /// Whether it comes with a new id each time.
    pub(crate) fresh: bool,
}

/// Time during which something makes peers misbehave.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Trouble {
    /// When it begins.
    pub(crate) from: Instant,
    /// How long it lasts.
    pub(crate) lasts: Duration,
    /// Bad messages a second meanwhile.
    pub(crate) rate: f64,
}

/// Comings and goings: both times are exponentially distributed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sessions {
    /// Mean time here.
    pub(crate) here: Duration,
    /// Mean time away.
    pub(crate) away: Duration,
}

impl Habits {
    /// One valid message a second, never a bad one, always here.
    pub(crate) const QUIET: Self =
        Self { valid: 1.0, bad: 0.0, trouble: None, sessions: None, fresh: false };

    /// So many messages a second, of which this share is bad.
    pub(crate) const fn noisy(messages: f64, share: f64) -> Self {
        Self { valid: messages * (1.0 - share), bad: messages * share, ..Self::QUIET }
    }

    /// Bad messages a second at this time, and when that changes next.
    pub(crate) fn rate(&self, now: Instant) -> (f64, Option<Instant>) {
        let Some(Trouble { from, lasts, rate }) = self.trouble else { return (self.bad, None) };
        let over = from.saturating_add(lasts);
        if now < from {
            (self.bad, Some(from))
        } else if now < over {
            (self.bad + rate, Some(over))
        } else {
            (self.bad, None)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::mins;

    #[test]
    fn trouble_adds_to_the_rate_while_it_lasts() {
        let (from, over) = (Instant::from_secs(600), Instant::from_secs(1_200));
        let trouble = Some(Trouble { from, lasts: mins(10), rate: 5.0 });
        let habits = Habits { trouble, ..Habits::noisy(10.0, 0.01) };
        let close = |(rate, change): (f64, _), expected: f64| {
            assert!((rate - expected).abs() < 1e-9);
            change
        };
        assert_eq!(close(habits.rate(Instant::ORIGIN), 0.1), Some(from));
        assert_eq!(close(habits.rate(from), 5.1), Some(over));
        assert_eq!(close(habits.rate(over), 0.1), None);
    }
}
