//! Durations as Go writes them.

use std::fmt::{self, Write};
use std::time::Duration;

/// A duration as Go's standard library writes it, which CrowdSec does: `3h59m12.5s`, `-1h`, `90s`.
///
/// Days (`7d`), which newer versions of CrowdSec take, are read as well, and not written.
///
/// ```
/// use std::time::Duration;
/// use peerwarden_host::lists::GoDuration;
///
/// let left: GoDuration = "1h30m0.5s".parse()?;
/// assert_eq!(left.left(), Some(Duration::from_millis(5_400_500)));
/// assert_eq!("-3h47m".parse::<GoDuration>()?.left(), None);
/// assert_eq!(GoDuration::from(Duration::from_millis(5_400_500)).to_string(), "1h30m0.5s");
/// # Ok::<(), peerwarden_host::lists::GoDurationError>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct GoDuration {
    negative: bool,
    amount: Duration,
}

impl GoDuration {
    /// Returns the duration, unless it is zero or less.
    #[must_use]
    pub fn left(self) -> Option<Duration> {
        (!self.negative && !self.amount.is_zero()).then_some(self.amount)
    }
}

impl From<Duration> for GoDuration {
    fn from(amount: Duration) -> Self {
        Self { negative: false, amount }
    }
}

impl std::str::FromStr for GoDuration {
    type Err = GoDurationError;

    fn from_str(text: &str) -> Result<Self, GoDurationError> {
        let (negative, amount) = match text.strip_prefix('-') {
            Some(amount) => (true, amount),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        if amount == "0" {
            return Ok(Self { negative, amount: Duration::ZERO });
        }
        if amount.is_empty() {
            return Err(GoDurationError::Empty);
        }
        let (mut rest, mut nanos) = (amount, 0_u128);
        while !rest.is_empty() {
            let (part, after) = part(rest)?;
            nanos = nanos.checked_add(part).filter(|nanos| *nanos <= LONGEST).ok_or(TOO_LONG)?;
            rest = after;
        }
        let nanos = u64::try_from(nanos).map_err(|_| TOO_LONG)?;
        Ok(Self { negative, amount: Duration::from_nanos(nanos) })
    }
}

/// `1h30m0.5s`: hours, minutes and seconds, larger units only where there are some.
impl fmt::Display for GoDuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.amount.as_secs();
        let (hours, minutes, seconds) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
        if self.negative {
            f.write_char('-')?;
        }
        if hours > 0 {
            write!(f, "{hours}h")?;
        }
        if hours > 0 || minutes > 0 {
            write!(f, "{minutes}m")?;
        }
        write!(f, "{seconds}")?;
        if self.amount.subsec_nanos() > 0 {
            let fraction = format!("{:09}", self.amount.subsec_nanos());
            write!(f, ".{}", fraction.trim_end_matches('0'))?;
        }
        f.write_char('s')
    }
}

/// Why a text is no [`GoDuration`].
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum GoDurationError {
    /// There is nothing.
    #[error("a duration is missing")]
    Empty,
    /// A number is missing.
    #[error("a duration is numbers with units, such as 3h59m12s")]
    Number,
    /// It is longer than Go can say.
    #[error("a duration is at most 2562047h")]
    TooLong,
    /// A number has no unit, or one that is unknown.
    #[error("a duration has a unit after each number: d, h, m, s, ms, us or ns")]
    Unit,
}

/// One number with its unit, in nanoseconds, and what follows.
fn part(text: &str) -> Result<(u128, &str), GoDurationError> {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let (whole, rest) = text.split_at_checked(digits(text)).ok_or(GoDurationError::Number)?;
    let (fraction, rest) = match rest.strip_prefix('.') {
        Some(rest) => rest.split_at_checked(digits(rest)).ok_or(GoDurationError::Number)?,
        None => ("", rest),
    };
    if whole.is_empty() && fraction.is_empty() {
        return Err(GoDurationError::Number);
    }
    let unit = rest.find(|each: char| each.is_ascii_digit() || each == '.').unwrap_or(rest.len());
    let (unit, rest) = rest.split_at_checked(unit).ok_or(GoDurationError::Unit)?;
    let unit: u128 = match unit {
        "ns" => 1,
        "us" | "\u{b5}s" | "\u{3bc}s" => 1_000,
        "ms" => 1_000_000,
        "s" => 1_000_000_000,
        "m" => 60_000_000_000,
        "h" => 3_600_000_000_000,
        "d" => 86_400_000_000_000,
        _ => return Err(GoDurationError::Unit),
    };
    let mut amount = 0_u128;
    for digit in whole.bytes() {
        amount = amount * 10 + u128::from(digit - b'0');
        if amount > LONGEST {
            return Err(TOO_LONG);
        }
    }
    // Digits after the eighteenth are less than a nanosecond of any unit.
    let (mut part, mut scale) = (0_u128, 1_u128);
    for digit in fraction.bytes().take(18) {
        scale *= 10;
        part = part * 10 + u128::from(digit - b'0');
    }
    let fraction = part.saturating_mul(unit) / scale;
    Ok((amount.saturating_mul(unit).saturating_add(fraction), rest))
}

const TOO_LONG: GoDurationError = GoDurationError::TooLong;

/// What fits into Go's 64 bits of nanoseconds.
const LONGEST: u128 = i64::MAX as u128;

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<(bool, u128), GoDurationError> {
        let read: GoDuration = text.parse()?;
        Ok((read.negative, read.amount.as_nanos()))
    }

    #[test]
    fn what_go_writes_is_read() {
        for (text, nanos) in [
            ("3h59m12.5s", 14_352_500_000_000),
            ("0", 0),
            ("0s", 0),
            ("90s", 90_000_000_000),
            ("1.5h", 5_400_000_000_000),
            (".5s", 500_000_000),
            ("5.s", 5_000_000_000),
            ("1m0.000000001s", 60_000_000_001),
            ("100ms", 100_000_000),
            ("2us3\u{b5}s4\u{3bc}s", 9_000),
            ("7d", 604_800_000_000_000),
            ("+1ns", 1),
            ("2562047h47m16.854775807s", i64::MAX as u128),
            ("0.0000000000000000000000000001s", 0),
        ] {
            assert_eq!(read(text), Ok((false, nanos)), "{text}");
        }
        assert_eq!(read("-3h47m"), Ok((true, 13_620_000_000_000)));
    }

    #[test]
    fn what_go_would_not_read_is_refused() {
        for (text, error) in [
            ("", GoDurationError::Empty),
            ("-", GoDurationError::Empty),
            ("3600", GoDurationError::Unit),
            ("1d12", GoDurationError::Unit),
            ("h", GoDurationError::Number),
            (".s", GoDurationError::Number),
            ("1 h", GoDurationError::Unit),
            ("1w", GoDurationError::Unit),
            ("1\u{20ac}", GoDurationError::Unit),
            ("2562047h47m17s", GoDurationError::TooLong),
            ("87600000h", GoDurationError::TooLong),
            (&"9".repeat(100_000), GoDurationError::Unit),
        ] {
            assert_eq!(read(text), Err(error), "{text}");
        }
        assert_eq!(read(&format!("{}h", "9".repeat(100_000))), Err(GoDurationError::TooLong));
    }

    #[test]
    fn what_is_written_is_read_again() {
        for (nanos, text) in [
            (0, "0s"),
            (14_352_500_000_000, "3h59m12.5s"),
            (3_600_000_000_000, "1h0m0s"),
            (60_000_000_001, "1m0.000000001s"),
        ] {
            let written = GoDuration::from(Duration::from_nanos(nanos)).to_string();
            assert_eq!(written, text);
            assert_eq!(read(&written), Ok((false, nanos.into())));
        }
    }
}
