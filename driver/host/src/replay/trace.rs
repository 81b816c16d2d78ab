//! Penalty of one peer over time.

use std::time::Duration;

use peerwarden_core::{Direction, Instant, Points, Warden};
use serde::Serialize;

use super::names::{NumberHasher, PeerNo};

/// The penalty of one peer over time, and when it was refused.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Trace {
    /// Its penalty at moments in order, those of every report among them unless there are very many. In
    /// between it falls.
    pub points: Vec<TracePoint>,
    /// When its connections were refused, in order.
    pub refused: Vec<Refusal>,
}

/// The penalty at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct TracePoint {
    /// The moment.
    pub at: Instant,
    /// The penalty in points.
    pub penalty: f64,
}

/// A time for which an inbound connection of the peer was refused.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Refusal {
    /// The beginning.
    pub from: Instant,
    /// The end, or the end of the recording.
    pub until: Instant,
    /// Whether it is its network that was banned, and not the peer itself.
    pub network: bool,
}

/// A trace under way.
#[derive(Debug)]
pub(super) struct Tracer {
    peer: PeerNo,
    points: Vec<(Instant, Points)>,
    refused: Vec<Refusal>,
    /// Since when it is refused, and whether for its network.
    refused_since: Option<(Instant, bool)>,
    step: Duration,
    next: Instant,
}

type Engine = Warden<PeerNo, NumberHasher>;

impl Tracer {
    pub(super) fn new(peer: PeerNo, from: Instant) -> Self {
        Self {
            peer,
            points: Vec::new(),
            refused: Vec::new(),
            refused_since: None,
            step: Duration::from_secs(1),
            next: from,
        }
    }

    pub(super) const fn peer(&self) -> PeerNo {
        self.peer
    }

    /// Looks at the peer at regular moments up to `at`, before the engine sees that one.
    pub(super) fn advance(&mut self, engine: &Engine, at: Instant) {
        while self.next < at {
            self.look(engine, self.next);
            self.next = self.next.saturating_add(self.step);
        }
    }

    /// Looks at the peer at a moment that is not earlier than any before.
    pub(super) fn look(&mut self, engine: &Engine, at: Instant) {
        let status = engine.status(&self.peer, at);
        let penalty = status.map_or(Points::ZERO, |status| status.penalty);
        self.add(at, penalty);
        let addr = engine.last_seen(&self.peer).0;
        let denial = engine.check_peer(&self.peer, addr, at).denial(Direction::Inbound);
        let now = denial.map(|denial| denial.network.is_some());
        if self.refused_since.map(|(_, network)| network) != now {
            self.refused_until(at);
            self.refused_since = now.map(|network| (at, network));
        }
    }

    fn add(&mut self, at: Instant, penalty: Points) {
        // Of a level stretch the two ends are enough.
        match self.points.as_mut_slice() {
            [.., (_, before), (last, same)] if *before == penalty && *same == penalty => *last = at,
            _ => self.points.push((at, penalty)),
        }
        if self.points.len() >= MOST {
            self.thin();
            self.step = self.step.saturating_mul(2);
        }
    }

    /// Keeps the lowest and the highest of each four, and so every peak.
    fn thin(&mut self) {
        let kept = self.points.chunks(4).flat_map(|chunk| {
            let low = chunk.iter().min_by_key(|(_, penalty)| *penalty);
            let high = chunk.iter().max_by_key(|(_, penalty)| *penalty);
            let mut ends: Vec<_> = low.into_iter().chain(high).copied().collect();
            ends.sort_by_key(|(at, _)| *at);
            ends.dedup();
            ends
        });
        self.points = kept.collect();
    }

    fn refused_until(&mut self, until: Instant) {
        if let Some((from, network)) = self.refused_since.take() {
            self.refused.push(Refusal { from, until, network });
        }
    }

    /// Returns the trace, which ends at this moment.
    pub(super) fn close(mut self, engine: &Engine, end: Instant) -> Trace {
        self.advance(engine, end);
        self.look(engine, end);
        self.refused_until(end);
        let point = |(at, penalty): (Instant, Points)| TracePoint { at, penalty: penalty.as_f64() };
        Trace { points: self.points.into_iter().map(point).collect(), refused: self.refused }
    }
}

/// More than any picture has columns.
const MOST: usize = 1 << 14;
