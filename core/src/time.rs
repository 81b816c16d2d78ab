//! Instants on the caller's clock.

use core::fmt;
use core::time::Duration;

/// A moment: nanoseconds since an origin that the caller chose.
///
/// The engine never reads a clock. The caller says what time it is, and may count from process
/// start, from the Unix epoch or from anything else, as long as it always counts from the same. The
/// range is 584 years; arithmetic saturates at its ends, and no value has a special meaning.
///
/// ```
/// use core::time::Duration;
/// use peerwarden_core::Instant;
///
/// let later = Instant::ORIGIN.saturating_add(Duration::from_millis(1_500));
/// assert_eq!(later.to_string(), "1.5");
/// ```
#[derive(Clone, Copy, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Instant(u64);

impl Instant {
    /// The moment from which the caller counts.
    pub const ORIGIN: Self = Self(0);

    /// Returns the moment `nanos` nanoseconds after the origin.
    #[must_use]
    pub const fn from_nanos(nanos: u64) -> Self {
        Self(nanos)
    }

    /// Returns the moment `secs` seconds after the origin, or the last one there is if that is
    /// later.
    #[must_use]
    pub const fn from_secs(secs: u64) -> Self {
        Self(secs.saturating_mul(NANOS_PER_SEC))
    }

    /// Returns the moment `millis` milliseconds after the origin, or the last one there is if that
    /// is later.
    #[must_use]
    pub const fn from_millis(millis: u64) -> Self {
        Self(millis.saturating_mul(1_000_000))
    }

    /// Returns the nanoseconds since the origin.
    #[must_use]
    pub const fn as_nanos(self) -> u64 {
        self.0
    }

    /// Returns the moment `duration` later, or the last one there is if that is later still.
    #[must_use]
    pub fn saturating_add(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(nanos(duration)))
    }

    /// Returns how long ago `earlier` was, zero if it lies ahead.
    #[must_use]
    pub const fn saturating_duration_since(self, earlier: Self) -> Duration {
        Duration::from_nanos(self.0.saturating_sub(earlier.0))
    }

    /// Returns this moment, or the next one that is a whole number of seconds from the origin.
    pub(crate) fn ceil_to_second(self) -> Self {
        Self(self.0.checked_next_multiple_of(NANOS_PER_SEC).unwrap_or(u64::MAX))
    }
}

/// Seconds since the origin, with as many decimals as it takes: `87.264`.
impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_decimal(f, self.0, NANOS_PER_SEC, 9)
    }
}

/// As [`Display`](fmt::Display).
impl fmt::Debug for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// End of something: a moment, or never.
///
/// Exhaustive, since an end is a moment or there is none.
///
/// Ordered: every moment comes before [`Forever`](Self::Forever).
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Until {
    /// Holds before this moment, and no longer at it.
    At(Instant),
    /// Holds until it is ended.
    Forever,
}

impl Until {
    /// Returns whether what lasts until then is over at `now`.
    #[must_use]
    pub fn is_over(self, now: Instant) -> bool {
        match self {
            Self::At(end) => end <= now,
            Self::Forever => false,
        }
    }

    /// Returns the moment, if there is one.
    #[must_use]
    pub const fn instant(self) -> Option<Instant> {
        match self {
            Self::At(end) => Some(end),
            Self::Forever => None,
        }
    }
}

/// `until` and the moment in seconds, or `forever`.
impl fmt::Display for Until {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::At(end) => write!(f, "until {end}"),
            Self::Forever => f.write_str("forever"),
        }
    }
}

/// As [`Display`](fmt::Display).
impl fmt::Debug for Until {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Returns the nanoseconds of `duration`, as many as fit.
pub(crate) fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

/// Writes `value / unit`, where `unit` is ten to the power of `decimals`, without trailing zeros.
pub(crate) fn write_decimal(
    f: &mut fmt::Formatter<'_>,
    value: u64,
    unit: u64,
    decimals: usize,
) -> fmt::Result {
    let whole = value / unit;
    let mut rest = value % unit;
    if rest == 0 {
        return write!(f, "{whole}");
    }
    let mut width = decimals;
    while rest.is_multiple_of(10) {
        rest /= 10;
        width -= 1;
    }
    write!(f, "{whole}.{rest:0width$}")
}

const NANOS_PER_SEC: u64 = 1_000_000_000;
