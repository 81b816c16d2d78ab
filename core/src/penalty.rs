//! Penalties, points, amplifications and decay rates.

use core::error::Error;
use core::fmt;
use core::num::NonZeroU64;

use crate::time::write_decimal;

/// An amount of points, possibly none: fixed-point, in millionths of a point.
///
/// Used for the penalty points of a peer and for the threshold. At most about 18 trillion points;
/// sums saturate there.
#[derive(Clone, Copy, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
#[cfg_attr(feature = "serde", serde(transparent))]
pub struct Points(u64);

impl Points {
    /// No points.
    pub const ZERO: Self = Self(0);

    /// Returns this number of millionths of a point.
    #[must_use]
    pub const fn from_micros(micros: u64) -> Self {
        Self(micros)
    }

    /// Returns this number of whole points, or the most that there can be.
    #[must_use]
    pub const fn from_points(points: u64) -> Self {
        Self(points.saturating_mul(MICROS_PER_POINT))
    }

    /// Returns the amount in millionths of a point.
    #[must_use]
    pub const fn as_micros(self) -> u64 {
        self.0
    }

    /// Returns the amount as a number of points, the nearest there is, for display.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "the nearest number is what is wanted")]
    pub fn as_f64(self) -> f64 {
        self.0 as f64 / 1e6
    }

    /// Returns the sum, or the most that there can be.
    #[must_use]
    pub const fn saturating_add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// Returns the difference, or nothing if `other` is more.
    #[must_use]
    pub const fn saturating_sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl From<Penalty> for Points {
    fn from(penalty: Penalty) -> Self {
        Self(penalty.as_micros())
    }
}

/// Points to the nearest millionth, halves up.
impl TryFrom<f64> for Points {
    type Error = PenaltyError;

    fn try_from(points: f64) -> Result<Self, PenaltyError> {
        fixed_point(points, 1e6).map(Self).ok_or(PenaltyError { value: points, what: POINTS })
    }
}

/// Points with as many decimals as it takes: `86.4`.
impl fmt::Display for Points {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_decimal(f, self.0, MICROS_PER_POINT, 6)
    }
}

/// As [`Display`](fmt::Display).
impl fmt::Debug for Points {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Points that one report adds: more than zero.
///
/// Fixed-point, in millionths of a point, so that adding and decaying give the same answer on
/// every machine.
///
/// ```
/// use peerwarden_core::{Amplification, Penalty};
///
/// let twice = Amplification::try_from(2.0)?;
/// assert_eq!(Penalty::DEFAULT.amplified(twice).to_string(), "1728");
/// assert!(Penalty::try_from(0.0).is_err());
/// # Ok::<(), peerwarden_core::PenaltyError>(())
/// ```
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
#[cfg_attr(feature = "serde", serde(transparent))]
pub struct Penalty(NonZeroU64);

impl Penalty {
    /// 864 points: a hundredth of the default threshold. Flow's default.
    pub const DEFAULT: Self = match NonZeroU64::new(864 * MICROS_PER_POINT) {
        Some(micros) => Self(micros),
        None => Self(NonZeroU64::MIN),
    };

    /// Returns this number of millionths of a point.
    ///
    /// # Errors
    ///
    /// [`PenaltyError`] if that is zero.
    pub const fn from_micros(micros: u64) -> Result<Self, PenaltyError> {
        match NonZeroU64::new(micros) {
            Some(micros) => Ok(Self(micros)),
            None => Err(PenaltyError { value: 0.0, what: PENALTY }),
        }
    }

    /// Returns this number of whole points, or the most that there can be.
    ///
    /// # Errors
    ///
    /// [`PenaltyError`] if that is zero.
    pub const fn from_points(points: u64) -> Result<Self, PenaltyError> {
        Self::from_micros(points.saturating_mul(MICROS_PER_POINT))
    }

    /// Returns the penalty in millionths of a point.
    #[must_use]
    pub const fn as_micros(self) -> u64 {
        self.0.get()
    }

    /// Returns a tenth of it to the nearest millionth of a point, halves up, and at least one of
    /// them.
    pub(crate) const fn tenth(self) -> Self {
        let micros = self.0.get();
        let half_up = if micros % 10 >= 5 { 1 } else { 0 };
        match NonZeroU64::new((micros / 10).saturating_add(half_up)) {
            Some(micros) => Self(micros),
            None => Self(NonZeroU64::MIN),
        }
    }

    /// Returns this penalty times `amplification`, to the nearest millionth of a point, halves up,
    /// and at least one of them.
    #[must_use]
    pub fn amplified(self, amplification: Amplification) -> Self {
        let product = u128::from(self.as_micros()) * u128::from(amplification.0.get());
        let rounded = (product + u128::from(PARTS_PER_ONE / 2)) / u128::from(PARTS_PER_ONE);
        let micros = u64::try_from(rounded).unwrap_or(u64::MAX);
        Self(NonZeroU64::new(micros).unwrap_or(NonZeroU64::MIN))
    }
}

impl Default for Penalty {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// Points to the nearest millionth, halves up, and at least one of them.
impl TryFrom<f64> for Penalty {
    type Error = PenaltyError;

    fn try_from(points: f64) -> Result<Self, PenaltyError> {
        positive(points, 1e6).map(Self).ok_or(PenaltyError { value: points, what: PENALTY })
    }
}

/// Points with as many decimals as it takes: `86.4`.
impl fmt::Display for Penalty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Points::from(*self).fmt(f)
    }
}

/// As [`Display`](fmt::Display).
impl fmt::Debug for Penalty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// How many times worse than usual a misbehavior was: more than 0, at most 100.
///
/// Fixed-point, in parts of 10^15: more than a penalty of less than a billion points can tell from
/// the number that was given. The range is Flow's; a value below one makes a report milder.
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Amplification(NonZeroU64);

impl Amplification {
    /// As bad as usual.
    pub const ONE: Self = match NonZeroU64::new(PARTS_PER_ONE) {
        Some(parts) => Self(parts),
        None => Self(NonZeroU64::MIN),
    };
}

#[cfg(feature = "scenario")]
impl Amplification {
    /// Returns this number of parts of 10^15, if the range allows it.
    pub(crate) fn from_parts(parts: u64) -> Option<Self> {
        NonZeroU64::new(parts).filter(|parts| parts.get() <= 100 * PARTS_PER_ONE).map(Self)
    }
}

impl Default for Amplification {
    fn default() -> Self {
        Self::ONE
    }
}

/// The factor to the nearest part of 10^15, halves up, and at least one of them.
impl TryFrom<f64> for Amplification {
    type Error = PenaltyError;

    fn try_from(factor: f64) -> Result<Self, PenaltyError> {
        match positive(factor, 1e15) {
            Some(parts) if factor <= 100.0 => Ok(Self(parts)),
            Some(_) | None => Err(PenaltyError { value: factor, what: AMPLIFICATION }),
        }
    }
}

/// The factor with as many decimals as it takes: `0.5`.
impl fmt::Display for Amplification {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_decimal(f, self.0.get(), PARTS_PER_ONE, 15)
    }
}

/// As [`Display`](fmt::Display).
impl fmt::Debug for Amplification {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Rate at which penalty points decay: points a second, more than zero.
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
#[cfg_attr(feature = "serde", serde(transparent))]
pub struct DecayRate(NonZeroU64);

impl DecayRate {
    /// The slowest there is: a millionth of a point a second.
    pub const MIN: Self = Self(NonZeroU64::MIN);

    /// Returns this number of whole points a second, or the most that there can be.
    ///
    /// # Errors
    ///
    /// [`PenaltyError`] if that is zero: the points would never decay.
    pub const fn from_points_per_second(points: u64) -> Result<Self, PenaltyError> {
        match NonZeroU64::new(points.saturating_mul(MICROS_PER_POINT)) {
            Some(micros) => Ok(Self(micros)),
            None => Err(PenaltyError { value: 0.0, what: RATE }),
        }
    }

    /// Returns this number of millionths of a point a second.
    ///
    /// # Errors
    ///
    /// [`PenaltyError`] if that is zero: the points would never decay.
    pub const fn from_micros_per_second(micros: u64) -> Result<Self, PenaltyError> {
        match NonZeroU64::new(micros) {
            Some(micros) => Ok(Self(micros)),
            None => Err(PenaltyError { value: 0.0, what: RATE }),
        }
    }

    /// Returns the rate in millionths of a point a second.
    #[must_use]
    pub const fn as_micros_per_second(self) -> u64 {
        self.0.get()
    }
}

/// Points a second to the nearest millionth, halves up, and at least one of them.
impl TryFrom<f64> for DecayRate {
    type Error = PenaltyError;

    fn try_from(points: f64) -> Result<Self, PenaltyError> {
        positive(points, 1e6).map(Self).ok_or(PenaltyError { value: points, what: RATE })
    }
}

/// Points a second with as many decimals as it takes: `1000`.
impl fmt::Display for DecayRate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_decimal(f, self.0.get(), MICROS_PER_POINT, 6)
    }
}

/// As [`Display`](fmt::Display).
impl fmt::Debug for DecayRate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Why a number cannot be an amount of points, an amplification or a rate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PenaltyError {
    value: f64,
    what: What,
}

impl fmt::Display for PenaltyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let What { name, range } = self.what;
        write!(f, "{name} {} is not a number {range}", self.value)
    }
}

impl Error for PenaltyError {}

/// The kind of value that a number was refused as, and the range of that kind.
#[derive(Clone, Copy, Debug, PartialEq)]
struct What {
    name: &'static str,
    range: &'static str,
}

/// `value` in units of `1 / scale`, halves up; none if it is negative or not finite.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "checked, and saturating"
)]
fn fixed_point(value: f64, scale: f64) -> Option<u64> {
    (value.is_finite() && value >= 0.0).then_some((value * scale + 0.5) as u64)
}

/// Returns the same as [`fixed_point`], but none for zero, and at least one unit.
fn positive(value: f64, scale: f64) -> Option<NonZeroU64> {
    let units = fixed_point(value, scale).filter(|_| value > 0.0)?;
    Some(NonZeroU64::new(units).unwrap_or(NonZeroU64::MIN))
}

const AMPLIFICATION: What = What { name: "amplification", range: "above 0 and at most 100" };
const MICROS_PER_POINT: u64 = 1_000_000;
const PARTS_PER_ONE: u64 = 1_000_000_000_000_000;
const PENALTY: What = What { name: "penalty", range: "above 0" };
const POINTS: What = What { name: "amount of points", range: "of at least 0" };
const RATE: What = What { name: "decay rate", range: "above 0" };
