//! Moments of random steps, most of them around times at which something changes by itself.

use peerwarden_core::Instant;
use proptest::prelude::*;
use proptest::sample::select;

use crate::model::Model;

/// A time that depends on what is going on.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Moment {
    /// A nanosecond before, at or after one of the next times at which something changes by itself.
    Around {
        which: usize,
        nanos_off: i64,
    },
    /// So much earlier than the latest.
    Back {
        millis: u64,
    },
    Later {
        nanos: u64,
    },
    Same,
    /// The next full second.
    Second,
}

pub(crate) fn any_moment() -> impl Strategy<Value = Moment> {
    prop_oneof![
        8 => Just(Moment::Same),
        5 => around(4),
        3 => around(64),
        3 => (select(SPANS.to_vec()), -1_i64..=1).prop_map(|(seconds, off)| Moment::Later {
            nanos: (seconds * SECOND).saturating_add_signed(off)
        }),
        2 => (1_u64..20_000).prop_map(|millis| Moment::Later { nanos: millis * 1_000_000 }),
        1 => (1_u64..5_000_000_000).prop_map(|nanos| Moment::Later { nanos }),
        1 => (1_u64..4).prop_map(|nanos| Moment::Later { nanos }),
        1 => (1_u64..20_000).prop_map(|millis| Moment::Back { millis }),
        1 => Just(Moment::Second),
        1 => (0_u64..400).prop_map(|days| Moment::Later { nanos: days * DAY }),
    ]
}

/// Around one of so many next changes.
fn around(next: usize) -> impl Strategy<Value = Moment> {
    (0..next, -1_i64..=1).prop_map(|(which, nanos_off)| Moment::Around { which, nanos_off })
}

impl Moment {
    pub(crate) fn resolve(self, latest: Instant, model: &Model) -> Instant {
        let latest = latest.as_nanos();
        let nanos = match self {
            Self::Around { which, nanos_off } => {
                let changes = model.changes();
                match changes.get(which % changes.len().max(1)) {
                    Some(change) => change.as_nanos().saturating_add_signed(nanos_off),
                    None => latest,
                }
            }
            Self::Back { millis } => latest.saturating_sub(millis * 1_000_000),
            Self::Later { nanos } => latest.saturating_add(nanos),
            Self::Same => latest,
            Self::Second => (latest / SECOND + 1).saturating_mul(SECOND),
        };
        Instant::from_nanos(nanos.min(LATEST))
    }
}

/// Times in seconds that some rule names.
const SPANS: [u64; 12] = [1, 5, 10, 30, 60, 600, 1_200, 1_800, 3_600, 7_200, 86_400, 7 * 86_400];

/// Nothing happens nearer to the end of time, where moments run into each other: what holds there is
/// in the properties of every history.
const LATEST: u64 = u64::MAX / 2;
const DAY: u64 = 86_400 * SECOND;
const SECOND: u64 = 1_000_000_000;
