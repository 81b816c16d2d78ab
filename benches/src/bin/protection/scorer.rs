//! Model of gossipsub's peer score with op-node's weights.
//!
//! Invalid messages weigh -112.358 times the square of their counter, which falls by 1.523 % every
//! two seconds (weight -140.4475 times topic weight 0.8, decay 0.98477). A peer in the mesh for an
//! hour has 26.4 points to its credit; here they grow evenly with the time connected. Payloads
//! that the application rejects count -20 each, 20 at most, with a half-life of 18 s. While a peer is
//! away its score stands still, as op-node has it stored, and after 20 minutes it is forgotten
//! (`RetainScore`).
//! Source: optimism, op-node/p2p/peer_params.go and app_params.go, 2024-10.

use std::time::Duration;

use peerwarden_core::Instant;

use crate::peer::{PeerNo, Peers};
use crate::time::{mins, secs};

/// Scores of all peers, charged to whoever delivered a message.
#[derive(Debug, Default)]
pub(crate) struct Scorer {
    marks: Peers<Marks>,
}

impl Scorer {
    /// The peer is connected from now on.
    pub(crate) fn connected(&mut self, peer: PeerNo, now: Instant) {
        let marks = self.marks(peer);
        let away = marks.left.take().map(|left| now.saturating_duration_since(left));
        if away.is_none_or(|away| away > RETAINED) {
            *marks = Marks::default();
        }
        marks.decayed_at = now;
        marks.since = Some(now);
    }

    /// The peer is gone.
    pub(crate) fn disconnected(&mut self, peer: PeerNo, now: Instant) {
        let marks = self.marks(peer);
        marks.decay(now);
        marks.credit = marks.credit(now);
        marks.since = None;
        marks.left = Some(now);
    }

    /// The peer delivered an invalid message.
    pub(crate) fn invalid(&mut self, peer: PeerNo, now: Instant) {
        let marks = self.marks(peer);
        marks.decay(now);
        marks.invalid += 1.0;
    }

    /// The application rejected a payload of this peer.
    pub(crate) fn rejected(&mut self, peer: PeerNo, now: Instant) {
        let marks = self.marks(peer);
        marks.decay(now);
        marks.rejected = (marks.rejected + 1.0).min(20.0);
    }

    /// The peer's score; 0 of one that is not known.
    pub(crate) fn score(&mut self, peer: PeerNo, now: Instant) -> f64 {
        let marks = self.marks(peer);
        if marks.left.is_some_and(|left| now.saturating_duration_since(left) > RETAINED) {
            return 0.0;
        }
        marks.decay(now);
        marks.credit(now) - INVALID * marks.invalid * marks.invalid - REJECTED * marks.rejected
    }

    fn marks(&mut self, peer: PeerNo) -> &mut Marks {
        self.marks.entry(peer).or_default()
    }
}

#[derive(Clone, Copy, Debug, Default)]
struct Marks {
    invalid: f64,
    rejected: f64,
    decayed_at: Instant,
    /// Credit for the time here, of one that has left.
    credit: f64,
    since: Option<Instant>,
    left: Option<Instant>,
}

impl Marks {
    fn credit(&self, now: Instant) -> f64 {
        let Some(since) = self.since else { return self.credit };
        let here = now.saturating_duration_since(since);
        MESH_CREDIT * (here.as_secs_f64() / MESH_TIME.as_secs_f64()).min(1.0)
    }

    /// Lets the full slots pass that have gone by. Nothing falls while the peer is away.
    fn decay(&mut self, now: Instant) {
        if self.since.is_none() {
            return;
        }
        let slots = now.saturating_duration_since(self.decayed_at).as_secs() / SLOT.as_secs();
        if slots > 0 {
            self.decayed_at = self.decayed_at.saturating_add(secs(slots * SLOT.as_secs()));
            self.invalid = fallen(self.invalid, INVALID_DECAY, slots);
            self.rejected = fallen(self.rejected, REJECTED_DECAY, slots);
        }
    }
}

/// Counter after so many slots; below 0.01 it is zero.
fn fallen(counter: f64, factor: f64, slots: u64) -> f64 {
    let left = counter * power(factor, slots);
    if left < 0.01 { 0.0 } else { left }
}

/// By squaring: the same on every machine, which `powi` is not bound to be.
fn power(mut base: f64, mut exponent: u64) -> f64 {
    let mut product = 1.0;
    while exponent > 0 {
        if exponent % 2 == 1 {
            product *= base;
        }
        base *= base;
        exponent /= 2;
    }
    product
}

const INVALID: f64 = 112.358;
const INVALID_DECAY: f64 = 0.984_77;
const MESH_CREDIT: f64 = 26.4;
const MESH_TIME: Duration = mins(60);
const REJECTED: f64 = 20.0;
const REJECTED_DECAY: f64 = 0.926_118_728_128_793_5;
const RETAINED: Duration = mins(20);
const SLOT: Duration = secs(2);

#[cfg(test)]
mod tests {
    use super::*;

    const PEER: PeerNo = PeerNo(3);

    fn at(secs: u64) -> Instant {
        Instant::from_secs(secs)
    }

    #[test]
    fn one_invalid_message_is_below_op_nodes_minimum_until_its_counter_has_fallen() {
        let mut scorer = Scorer::default();
        scorer.connected(PEER, at(0));
        scorer.invalid(PEER, at(0));
        assert!(scorer.score(PEER, at(1)) < -100.0);
        assert!(scorer.score(PEER, at(20)) > -100.0);
        assert!((scorer.score(PEER, at(7_200)) - 26.4).abs() < 1e-9);
    }

    #[test]
    fn counters_stand_still_while_a_peer_is_away_and_are_gone_after_twenty_minutes() {
        let mut scorer = Scorer::default();
        scorer.connected(PEER, at(0));
        scorer.invalid(PEER, at(10));
        scorer.disconnected(PEER, at(10));
        assert!(scorer.score(PEER, at(1_000)) < -100.0);
        scorer.connected(PEER, at(1_000));
        assert!(scorer.score(PEER, at(1_000)) < -100.0);
        scorer.disconnected(PEER, at(1_000));
        scorer.connected(PEER, at(2_300));
        assert!(scorer.score(PEER, at(2_300)).abs() < 1e-9);
    }

    #[test]
    fn rejected_payloads_weigh_twenty_each_and_fade_by_half_in_eighteen_seconds() {
        let mut scorer = Scorer::default();
        scorer.connected(PEER, at(0));
        for _ in 0..30 {
            scorer.rejected(PEER, at(0));
        }
        assert!((scorer.score(PEER, at(0)) + 400.0).abs() < 1e-9);
        assert!((scorer.score(PEER, at(18)) + 200.0).abs() < 5.0);
    }
}
