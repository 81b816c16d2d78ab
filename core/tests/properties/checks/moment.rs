//! Moments of random inputs.

use peerwarden_core::{Instant, Until};

use super::Engine;

/// A time that depends on what is going on.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Moment {
    /// Some nanoseconds before or after one of the next moments at which something changes.
    Around {
        which: usize,
        nanos: i64,
    },
    /// On the clock, wherever the history is.
    At {
        nanos: u64,
    },
    Back {
        nanos: u64,
    },
    Later {
        nanos: u64,
    },
    Same,
    /// The next full second.
    Second,
}

impl Moment {
    /// The moment, if `latest` was the latest so far and something changes at `changes`.
    pub(crate) fn resolve(self, latest: Instant, changes: &[Instant]) -> Instant {
        let latest = latest.as_nanos();
        Instant::from_nanos(match self {
            Self::Around { which, nanos } => match changes.get(which % changes.len().max(1)) {
                Some(change) => change.as_nanos().saturating_add_signed(nanos),
                None => latest,
            },
            Self::At { nanos } => nanos,
            Self::Back { nanos } => latest.saturating_sub(nanos),
            Self::Later { nanos } => latest.saturating_add(nanos),
            Self::Same => latest,
            Self::Second => latest.checked_next_multiple_of(SECOND).unwrap_or(u64::MAX),
        })
    }
}

/// The moments at which an engine is known to change by itself.
pub(crate) fn changes(engine: &Engine, latest: Instant) -> Vec<Instant> {
    let mut changes: Vec<_> = engine.next_deadline().into_iter().collect();
    for ban in engine.bans(latest) {
        changes.extend(ban.causes.iter().map(|active| active.until).filter_map(Until::instant));
    }
    changes.sort_unstable();
    changes.dedup();
    changes
}

const SECOND: u64 = 1_000_000_000;
