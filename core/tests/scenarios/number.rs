//! Numbers of the scenario files, read without the rounding of binary fractions.

use peerwarden_core::Instant;
use serde::de::Error;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use std::time::Duration;

/// An amount of points, in millionths.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Micropoints(pub(crate) u64);

impl<'de> Deserialize<'de> for Micropoints {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        fixed_point(raw.get(), 6).map(Self).map_err(Error::custom)
    }
}

/// A floating-point number, to the nearest that there is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Number(pub(crate) f64);

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        let text = raw.get();
        text.parse().map(Self).map_err(|_| Error::custom(format!("{text} is not a number")))
    }
}

/// Seconds, to the nanosecond.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Seconds(u64);

impl Seconds {
    pub(crate) fn duration(self) -> Duration {
        Duration::from_nanos(self.0)
    }

    pub(crate) fn instant(self) -> Instant {
        Instant::from_nanos(self.0)
    }
}

impl<'de> Deserialize<'de> for Seconds {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        fixed_point(raw.get(), 9).map(Self).map_err(Error::custom)
    }
}

/// When a status says that a ban ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum End {
    At(Seconds),
    Forever,
    NotBanned,
}

impl<'de> Deserialize<'de> for End {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        match raw.get() {
            "null" => Ok(Self::NotBanned),
            "\"forever\"" => Ok(Self::Forever),
            text => {
                fixed_point(text, 9).map(|nanos| Self::At(Seconds(nanos))).map_err(Error::custom)
            }
        }
    }
}

/// Tells a key that is `null` from one that is not there.
pub(crate) fn present<'de, T, D>(deserializer: D) -> Result<Option<T>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    T::deserialize(deserializer).map(Some)
}

/// The JSON number `text` in units of ten to the power of `-decimals`, exactly.
fn fixed_point(text: &str, decimals: usize) -> Result<u64, String> {
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    let exponent: i64 = exponent.parse().map_err(|_| format!("{text} is not a number"))?;
    if !digits.bytes().all(|digit| digit.is_ascii_digit()) || digits.is_empty() {
        return Err(format!("{text} is not a number of at least 0"));
    }
    let trimmed = digits.trim_end_matches('0');
    if trimmed.is_empty() {
        return Ok(0);
    }

    let dropped = digits.len() - trimmed.len();
    let scale = exponent + decimals as i64 + dropped as i64 - fraction.len() as i64;
    let scale =
        u32::try_from(scale).map_err(|_| format!("{text} has more than {decimals} decimals"))?;
    10_u64
        .checked_pow(scale)
        .zip(trimmed.parse::<u64>().ok())
        .and_then(|(factor, number)| number.checked_mul(factor))
        .ok_or_else(|| format!("{text} is too large"))
}

#[test]
fn decimals_are_read_to_the_last_digit() {
    let read = |text| fixed_point(text, 9);

    assert_eq!(read("87.263999999"), Ok(87_263_999_999));
    assert_eq!(read("0"), Ok(0));
    assert_eq!(read("0.50"), Ok(500_000_000));
    assert_eq!(read("1e-9"), Ok(1));
    assert_eq!(read("12.5e2"), Ok(1_250_000_000_000));
    assert_eq!(read("18446744073.709551615"), Ok(u64::MAX));
}

#[test]
fn numbers_that_would_lose_something_are_refused() {
    for text in ["0.1234567891", "-1", "1e-10", "18446744074", "\"1\"", "null"] {
        assert!(fixed_point(text, 9).is_err(), "{text}");
    }
}
