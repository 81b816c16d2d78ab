//! Rates at which peers publish.

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::time::{Duration, Instant};

use libp2p::PeerId;

/// Counts messages of one topic by their authors, within a rate each.
///
/// A bucket with as many tokens as the rate has a second fills again within one. A full bucket says the
/// same as none, so only peers that published within the last second take memory.
#[derive(Debug)]
pub(crate) struct Rates {
    rate: NonZeroU32,
    buckets: BTreeMap<PeerId, Bucket>,
    swept: Instant,
}

#[derive(Clone, Copy, Debug)]
struct Bucket {
    /// In millionths of a token.
    left: u64,
    at: Instant,
}

impl Rates {
    pub(crate) fn new(rate: NonZeroU32, now: Instant) -> Self {
        Self { rate, buckets: BTreeMap::new(), swept: now }
    }

    /// Counts a message of `peer`; returns whether it is within the rate.
    pub(crate) fn admit(&mut self, peer: PeerId, now: Instant) -> bool {
        self.sweep(now);
        let full = u64::from(self.rate.get()) * TOKEN;
        let bucket = self.buckets.entry(peer).or_insert(Bucket { left: full, at: now });
        let passed = now.saturating_duration_since(bucket.at).as_micros();
        let refill = passed.saturating_mul(u128::from(self.rate.get()));
        let refill = u64::try_from(refill).unwrap_or(u64::MAX);
        bucket.left = bucket.left.saturating_add(refill).min(full);
        bucket.at = now;
        let within = bucket.left >= TOKEN;
        if within {
            bucket.left -= TOKEN;
        }
        within
    }

    /// Drops the buckets that are full again.
    fn sweep(&mut self, now: Instant) {
        if now.saturating_duration_since(self.swept) >= FULL_AGAIN {
            self.swept = now;
            self.buckets.retain(|_, bucket| now.saturating_duration_since(bucket.at) < FULL_AGAIN);
        }
    }
}

const TOKEN: u64 = 1_000_000;
const FULL_AGAIN: Duration = Duration::from_secs(1);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_peer_may_publish_as_many_at_once_as_a_second_allows_and_then_at_the_rate() {
        let (start, peer) = (Instant::now(), PeerId::random());
        let mut rates = Rates::new(NonZeroU32::new(4).unwrap(), start);
        let at = |millis| start + Duration::from_millis(millis);
        assert_eq!([0; 5].map(|t| rates.admit(peer, at(t))), [true, true, true, true, false]);
        assert_eq!([249, 250, 251].map(|t| rates.admit(peer, at(t))), [false, true, false]);
        assert!(rates.admit(PeerId::random(), at(251)), "each has its own");
        assert_eq!([10_000; 5].map(|t| rates.admit(peer, at(t))), [true, true, true, true, false]);
    }

    #[test]
    fn peers_that_are_quiet_for_a_second_take_no_memory() {
        let start = Instant::now();
        let mut rates = Rates::new(NonZeroU32::MIN, start);
        for _ in 0..1_000 {
            assert!(rates.admit(PeerId::random(), start));
        }
        assert!(rates.admit(PeerId::random(), start + Duration::from_secs(1)));
        assert_eq!(rates.buckets.len(), 1);
    }
}
