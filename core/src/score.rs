//! Scores from an outside scorer.

use core::cmp::Ordering;
use core::error::Error;
use core::fmt;

/// A peer's score from an outside scorer, such as gossipsub: finite, higher is better.
///
/// The engine only ever compares scores. A NaN would compare false with every limit and so never
/// be banned, or always; therefore none can be built.
///
/// ```
/// use peerwarden_core::Score;
///
/// assert!(Score::try_from(-100.5)? < Score::try_from(-100.0)?);
/// assert!(Score::try_from(f64::NAN).is_err());
/// # Ok::<(), peerwarden_core::ScoreError>(())
/// ```
#[derive(Clone, Copy)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
#[cfg_attr(feature = "serde", serde(try_from = "f64", into = "f64"))]
pub struct Score(f64);

impl Score {
    /// -100, op-node's default for the least a peer may have.
    pub const DEFAULT_MIN: Self = Self(-100.0);

    /// Returns the score as a number.
    #[must_use]
    pub const fn get(self) -> f64 {
        self.0
    }
}

impl TryFrom<f64> for Score {
    type Error = ScoreError;

    fn try_from(value: f64) -> Result<Self, ScoreError> {
        if value.is_finite() { Ok(Self(value)) } else { Err(ScoreError { value }) }
    }
}

impl From<Score> for f64 {
    fn from(score: Score) -> Self {
        score.0
    }
}

impl Ord for Score {
    fn cmp(&self, other: &Self) -> Ordering {
        // Both are finite, so they do compare.
        self.0.partial_cmp(&other.0).unwrap_or(Ordering::Equal)
    }
}

impl PartialOrd for Score {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Score {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Score {}

impl fmt::Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// As [`Display`](fmt::Display).
impl fmt::Debug for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Why a number cannot be a [`Score`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ScoreError {
    value: f64,
}

impl fmt::Display for ScoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "score {} is not a finite number", self.value)
    }
}

impl Error for ScoreError {}
