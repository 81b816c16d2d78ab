//! Amounts of points, fixed or as a share of the threshold.

use crate::penalty::Points;

/// A limit in points that is a share of the threshold until it is set.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Amount {
    /// No limit.
    Off,
    /// Half of the threshold.
    Half,
    /// This many thresholds.
    Times(u64),
    /// This many points.
    Set(Points),
}

impl Amount {
    /// Returns the limit under this threshold. Rounded down: nothing lies between a limit and that,
    /// so comparisons are exact.
    pub(super) const fn under(self, threshold: Points) -> Option<Points> {
        match self {
            Self::Off => None,
            Self::Half => Some(Points::from_micros(threshold.as_micros() / 2)),
            Self::Times(times) => {
                Some(Points::from_micros(threshold.as_micros().saturating_mul(times)))
            }
            Self::Set(points) => Some(points),
        }
    }
}

#[cfg(feature = "scenario")]
impl Amount {
    /// Returns the limit, if it does not follow the threshold; none in it for no limit.
    pub(super) const fn fixed(self) -> Option<Option<Points>> {
        match self {
            Self::Off => Some(None),
            Self::Set(points) => Some(Some(points)),
            Self::Half | Self::Times(_) => None,
        }
    }
}

impl From<Option<Points>> for Amount {
    fn from(points: Option<Points>) -> Self {
        points.map_or(Self::Off, Self::Set)
    }
}
