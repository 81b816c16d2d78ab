//! Arbitrary steps of a history.

use arbitrary::{Arbitrary, Result, Unstructured};

use peerwarden_core::Event;

use crate::checks::{Moment, Peer, Step};
use crate::settings::SmallConfig;
use crate::small_world;

/// Likely moments and extreme ones.
impl<'a> Arbitrary<'a> for Moment {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let some = |u: &mut Unstructured<'a>, unit: u64| Ok(u64::from(u8::arbitrary(u)?) * unit);
        Ok(match u8::arbitrary(u)? {
            0..80 => Self::Same,
            80..140 => {
                let which = u8::arbitrary(u)?;
                Self::Around { which: usize::from(which / 3), nanos: i64::from(which % 3) - 1 }
            }
            140..180 => Self::Later { nanos: some(u, 100_000_000)? },
            180..200 => Self::Later { nanos: u.arbitrary::<u32>()?.into() },
            200..215 => Self::Back { nanos: some(u, 100_000_000)? },
            215..230 => Self::Second,
            230..245 => Self::Later { nanos: some(u, DAY)? },
            245..250 => Self::Later { nanos: u.arbitrary()? },
            250..253 => Self::At { nanos: u64::MAX - u64::from(u8::arbitrary(u)?) },
            253.. => Self::At { nanos: u.arbitrary()? },
        })
    }
}

impl<'a> Arbitrary<'a> for Step {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        Ok(Self { moment: u.arbitrary()?, event: event(u)?, restarts: u.ratio(1, 16)? })
    }
}

/// An event about one of few peers, or another policy.
///
/// The byte that chooses among the events of the core, which know no arbitrary policies, is looked
/// at first: only the largest mean something else here, so that seeds keep their meaning.
pub(crate) fn event(u: &mut Unstructured<'_>) -> Result<Event<Peer>> {
    if !matches!(u.peek_bytes(1), Some([RECONFIGURE..=u8::MAX])) {
        return u.arbitrary().map(small_world::event);
    }
    u.bytes(1)?;
    let SmallConfig(config) = u.arbitrary()?;
    Ok(Event::Reconfigure { config: Box::new(config) })
}

/// As many steps as there are bytes for, but no more than make sense.
pub(crate) fn steps<'a, T: Arbitrary<'a>>(u: &mut Unstructured<'a>) -> Result<Vec<T>> {
    u.arbitrary_iter()?.take(MOST_STEPS).collect()
}

const DAY: u64 = 86_400_000_000_000;
const MOST_STEPS: usize = 100;
/// From here on.
const RECONFIGURE: u8 = 250;
