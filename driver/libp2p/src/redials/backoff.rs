//! Waits between two tries to dial a peer.

use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

use libp2p::PeerId;
use peerwarden_core::Instant;

/// Exponential backoff with jitter.
///
/// Jitter only shortens a wait, by up to a quarter: many bans that end together, or many nodes that
/// lose the same peer, do not dial in step, and no wait is longer than documented.
#[derive(Debug, Default)]
pub(crate) struct Backoff {
    /// Seeded by the operating system.
    seed: RandomState,
}

/// For how long a peer is dialled if it cannot be reached.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Patience {
    /// For so many tries as the options say: waits of 2, 4, 8, .. minutes, an hour at most. Six
    /// tries take about an hour.
    Limited,
    /// Without end: waits of 10, 20, 40, .. seconds, ten minutes at most. A trusted peer that is
    /// restarted is back soon; one that is down for a week costs a dial every ten minutes.
    Endless,
}

impl Backoff {
    /// How long to wait after `setbacks` of them in a row; not at all after none.
    pub(crate) fn wait(
        &self,
        peer: &PeerId,
        setbacks: u32,
        patience: Patience,
        now: Instant,
    ) -> Duration {
        let Some(doublings) = setbacks.checked_sub(1) else {
            return Duration::ZERO;
        };
        let (first, longest) = patience.waits();
        let wait = first.saturating_mul(2_u32.saturating_pow(doublings)).min(longest);
        let jitter = self.seed.hash_one((peer, setbacks, now)) % JITTER_STEPS;
        let step = wait / SHORTEST_STEPS;
        wait.saturating_sub(step.saturating_mul(u32::try_from(jitter).unwrap_or(0)))
    }
}

impl Patience {
    const fn waits(self) -> (Duration, Duration) {
        match self {
            Self::Limited => (Duration::from_secs(120), Duration::from_secs(3_600)),
            Self::Endless => (Duration::from_secs(10), Duration::from_secs(600)),
        }
    }
}

/// Jitter takes off fewer than 1024 of 4096 parts of a wait.
const JITTER_STEPS: u64 = 1024;
const SHORTEST_STEPS: u32 = 4096;

#[cfg(test)]
mod tests {
    use super::*;

    /// The longest and shortest of many waits, in seconds.
    fn waits(setbacks: u32, patience: Patience) -> (u64, u64) {
        let backoff = Backoff::default();
        let wait = |_| backoff.wait(&PeerId::random(), setbacks, patience, Instant::ORIGIN);
        let all: Vec<_> = (0..2_000).map(wait).collect();
        let longest = all.iter().max().map_or(0, Duration::as_secs);
        (all.iter().min().map_or(0, Duration::as_secs), longest)
    }

    #[test]
    fn waits_double_up_to_a_limit_and_jitter_takes_off_at_most_a_quarter() {
        for (setbacks, patience, documented) in [
            (1, Patience::Limited, 120),
            (2, Patience::Limited, 240),
            (5, Patience::Limited, 1_920),
            (6, Patience::Limited, 3_600),
            (u32::MAX, Patience::Limited, 3_600),
            (1, Patience::Endless, 10),
            (4, Patience::Endless, 80),
            (7, Patience::Endless, 600),
            (u32::MAX, Patience::Endless, 600),
        ] {
            let (shortest, longest) = waits(setbacks, patience);
            assert!(longest <= documented, "{setbacks}: {longest}");
            assert!(longest * 100 >= documented * 90, "{setbacks}: {longest}");
            assert!(shortest * 100 >= documented * 70, "{setbacks}: {shortest}");
            assert!(shortest * 100 <= documented * 85, "{setbacks}: {shortest}");
        }
        assert_eq!(waits(0, Patience::Limited), (0, 0));
    }
}
