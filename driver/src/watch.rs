//! What is made of everything that happens: counts and log lines.

use libp2p::PeerId;
use peerwarden_core::{Event, Instant};

use crate::gate::Gate;
use crate::log::{self, Limiter};
#[cfg(feature = "metrics")]
use crate::metrics;
use crate::notes::Notes;
use crate::redial_error::RedialError;
use crate::refusal::Refusal;

/// Counts and logs. Nothing of it runs under the engine's lock, apart from
/// [`begin`](Self::begin), which reads the system's clock if somebody wants to know.
#[derive(Debug, Default)]
pub(crate) struct Watch {
    #[cfg(feature = "metrics")]
    pub(crate) metrics: std::sync::OnceLock<metrics::Metrics>,
    denials: Limiter,
    redials: Limiter,
    given_up: Limiter,
}

/// An input that the engine is at work on, if anybody counts.
#[must_use]
pub(crate) struct Begun(#[cfg(feature = "metrics")] Option<metrics::Begun>);

impl Watch {
    /// The engine gets to work on `event`.
    pub(crate) fn begin(&self, event: &Event<PeerId>) -> Begun {
        #[cfg(not(feature = "metrics"))]
        let _ = event;
        Begun(
            #[cfg(feature = "metrics")]
            self.metrics.get().map(|metrics| metrics.begin(event)),
        )
    }

    /// The engine has made this of what it got to work on then.
    pub(crate) fn input(&self, begun: Begun, notes: &Notes, now: Instant) {
        #[cfg(feature = "metrics")]
        if let (Some(metrics), Some(begun)) = (self.metrics.get(), begun.0) {
            metrics.input(begun, notes);
        }
        #[cfg(not(feature = "metrics"))]
        let Begun() = begun;
        for note in &notes.notes {
            log::note(note, now);
        }
    }

    /// A dial of the behaviour's own failed, and the peer is given up if that was the last of so
    /// many tries.
    pub(crate) fn redial_failed(
        &self,
        peer: &PeerId,
        error: &RedialError,
        gave_up: Option<u32>,
        now: Instant,
    ) {
        if let Some(suppressed) = self.redials.admit(now) {
            log::redial_failed(peer, error, suppressed);
        }
        if let Some(tries) = gave_up
            && let Some(suppressed) = self.given_up.admit(now)
        {
            log::redial_gave_up(peer, tries, suppressed);
        }
    }

    /// A connection was refused.
    pub(crate) fn refused(&self, gate: Gate, refusal: &Refusal) {
        #[cfg(feature = "metrics")]
        if let Some(metrics) = self.metrics.get() {
            metrics.refused(gate, refusal);
        }
        if log::denials_are_wanted()
            && let Some(suppressed) = self.denials.admit(refusal.at())
        {
            log::refused(gate, refusal, suppressed);
        }
    }
}
