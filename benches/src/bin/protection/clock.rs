//! Clock that the policy reads, and that may be set.

use peerwarden_core::Instant;
use std::time::Duration;

/// True time, but for steps.
#[derive(Debug, Default)]
pub(crate) struct Clock {
    step: Option<Step>,
}

#[derive(Clone, Copy, Debug)]
struct Step {
    at: Instant,
    by: Duration,
    back: bool,
}

impl Clock {
    /// At this time the clock is set back.
    pub(crate) fn set_back(&mut self, at: Instant, by: Duration) {
        self.step = Some(Step { at, by, back: true });
    }

    /// At this time the clock leaps forward.
    pub(crate) fn set_on(&mut self, at: Instant, by: Duration) {
        self.step = Some(Step { at, by, back: false });
    }

    /// What it shows at this true time.
    pub(crate) fn read(&self, truth: Instant) -> Instant {
        match self.step.filter(|step| truth >= step.at) {
            None => truth,
            Some(Step { by, back: false, .. }) => truth.saturating_add(by),
            Some(Step { by, back: true, .. }) => earlier(truth, by),
        }
    }

    /// When it will show this, as far as is known at that true time.
    pub(crate) fn unread(&self, shown: Instant, now: Instant) -> Instant {
        match self.step.filter(|step| now >= step.at) {
            None => shown,
            Some(Step { by, back: false, .. }) => earlier(shown, by).max(now),
            Some(Step { by, back: true, .. }) => shown.saturating_add(by),
        }
    }
}

fn earlier(at: Instant, by: Duration) -> Instant {
    let nanos = u64::try_from(by.as_nanos()).unwrap_or(u64::MAX);
    Instant::from_nanos(at.as_nanos().saturating_sub(nanos))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::hours;

    #[test]
    fn a_clock_set_back_an_hour_shows_the_same_hour_twice() {
        let mut clock = Clock::default();
        clock.set_back(Instant::from_secs(7_200), hours(1));
        assert_eq!(clock.read(Instant::from_secs(7_199)), Instant::from_secs(7_199));
        assert_eq!(clock.read(Instant::from_secs(7_200)), Instant::from_secs(3_600));
        let now = Instant::from_secs(7_300);
        assert_eq!(clock.unread(clock.read(now), now), now);
    }
}
