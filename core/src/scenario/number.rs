//! Decimal numbers of scenario files, exact to the last digit.

use alloc::format;
use alloc::string::{String, ToString as _};
use core::fmt;
use core::time::Duration;

use serde::de::Error as _;
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

use crate::penalty::{Amplification, Points};
use crate::time::Instant;

/// A moment in seconds since the origin, to the nanosecond.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct At(pub(super) Instant);

/// A duration in seconds, to the nanosecond.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Span(pub(super) Duration);

/// An amount of points, to the millionth.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Amount(pub(super) Points);

/// A floating-point number, the nearest that there is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Number(pub(super) f64);

impl<'de> Deserialize<'de> for At {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = <&RawValue>::deserialize(deserializer)?;
        Self::read(raw.get()).map_err(D::Error::custom)
    }
}

impl At {
    pub(super) fn read(text: &str) -> Result<Self, String> {
        let nanos = u64::try_from(fixed_point(text, 9)?);
        nanos.map(|nanos| Self(Instant::from_nanos(nanos))).map_err(|_| too_large(text))
    }
}

impl Serialize for At {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        raw(&self.0, serializer)
    }
}

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = <&RawValue>::deserialize(deserializer)?;
        let nanos = fixed_point(raw.get(), 9).map_err(D::Error::custom)?;
        let secs = u64::try_from(nanos / NANOS_PER_SEC);
        let rest = u32::try_from(nanos % NANOS_PER_SEC);
        match (secs, rest) {
            (Ok(secs), Ok(rest)) => Ok(Self(Duration::new(secs, rest))),
            (Err(_), _) | (_, Err(_)) => Err(D::Error::custom(too_large(raw.get()))),
        }
    }
}

impl Serialize for Span {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        raw(self, serializer)
    }
}

/// Seconds with as many decimals as it takes.
impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.as_secs())?;
        let (mut rest, mut width) = (self.0.subsec_nanos(), 9);
        if rest == 0 {
            return Ok(());
        }
        while rest.is_multiple_of(10) {
            rest /= 10;
            width -= 1;
        }
        write!(f, ".{rest:0width$}")
    }
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = <&RawValue>::deserialize(deserializer)?;
        let micros = u64::try_from(fixed_point(raw.get(), 6).map_err(D::Error::custom)?);
        micros
            .map(|micros| Self(Points::from_micros(micros)))
            .map_err(|_| D::Error::custom(too_large(raw.get())))
    }
}

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        raw(&self.0, serializer)
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = <&RawValue>::deserialize(deserializer)?;
        Self::read(raw.get()).map_err(D::Error::custom)
    }
}

impl Number {
    fn read(text: &str) -> Result<Self, String> {
        // `parse` knows words that are no numbers of JSON, but those cannot get here without quotes.
        text.parse().map(Self).map_err(|_| format!("{} is not a number", shortened(text)))
    }
}

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.0)
    }
}

/// A factor: exact in parts of 10^15 where it has no more decimals, else the nearest.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Factor(pub(super) Amplification);

impl<'de> Deserialize<'de> for Factor {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = <&RawValue>::deserialize(deserializer)?;
        let parts = fixed_point(raw.get(), 15).ok().and_then(|parts| parts.try_into().ok());
        if let Some(exact) = parts.and_then(Amplification::from_parts) {
            return Ok(Self(exact));
        }
        let Number(factor) = Number::read(raw.get()).map_err(D::Error::custom)?;
        Amplification::try_from(factor).map(Self).map_err(D::Error::custom)
    }
}

/// Tells a key that is `null` from one that is not there.
pub(super) fn present<'de, T, D>(deserializer: D) -> Result<Option<T>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    T::deserialize(deserializer).map(Some)
}

/// Moments as fields of what is derived.
pub(super) mod instant {
    use super::{At, Deserialize as _, Deserializer, Instant, Serialize as _, Serializer};

    pub(in super::super) fn serialize<S: Serializer>(
        at: &Instant,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        At(*at).serialize(serializer)
    }

    pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Instant, D::Error> {
        At::deserialize(deserializer).map(|At(at)| at)
    }
}

/// Writes a number as its text says it.
pub(super) fn raw<S: Serializer>(
    number: &impl fmt::Display,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let text = RawValue::from_string(number.to_string()).map_err(S::Error::custom)?;
    text.serialize(serializer)
}

/// Returns the JSON number `text` in units of ten to the power of `-decimals`, exactly.
fn fixed_point(text: &str, decimals: u32) -> Result<u128, String> {
    short(text, decimals).map_or_else(|| long(text, decimals), |units| Ok(u128::from(units)))
}

/// Reads what nearly every number is: digits that fit into a word, with or without a point.
fn short(text: &str, decimals: u32) -> Option<u64> {
    if text.is_empty() || text.len() > 21 {
        return None;
    }
    let (mut number, mut left, mut point) = (0_u64, decimals, false);
    for byte in text.bytes() {
        match byte {
            b'0'..=b'9' => {
                if point {
                    left = left.checked_sub(1)?;
                }
                number = number.checked_mul(10)?.checked_add(u64::from(byte - b'0'))?;
            }
            b'.' if !point => point = true,
            _ => return None,
        }
    }
    number.checked_mul(10_u64.checked_pow(left)?)
}

fn long(text: &str, decimals: u32) -> Result<u128, String> {
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    let exponent: i64 =
        exponent.parse().map_err(|_| format!("{} is not a number", shortened(text)))?;
    if !digits.bytes().all(|digit| digit.is_ascii_digit()) || digits.is_empty() {
        return Err(format!("{} is not a number of at least 0", shortened(text)));
    }
    let trimmed = digits.trim_end_matches('0');
    if trimmed.is_empty() {
        return Ok(0);
    }

    let dropped = i64::try_from(digits.len() - trimmed.len()).unwrap_or(i64::MAX);
    let after_point = i64::try_from(fraction.len()).unwrap_or(i64::MAX);
    let scale = exponent.saturating_add(i64::from(decimals)).saturating_add(dropped);
    let scale = scale.saturating_sub(after_point);
    if scale < 0 {
        return Err(format!("{} has more than {decimals} decimals", shortened(text)));
    }
    u32::try_from(scale)
        .ok()
        .and_then(|scale| 10_u128.checked_pow(scale))
        .zip(trimmed.parse::<u128>().ok())
        .and_then(|(factor, number)| number.checked_mul(factor))
        .ok_or_else(|| too_large(text))
}

fn too_large(text: &str) -> String {
    format!("{} is too large", shortened(text))
}

/// Returns as much of a value as an error needs.
fn shortened(text: &str) -> String {
    text.chars().take(40).collect()
}

const NANOS_PER_SEC: u128 = 1_000_000_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_read_to_the_last_digit() {
        let read = |text| fixed_point(text, 9);

        assert_eq!(read("87.263999999"), Ok(87_263_999_999));
        assert_eq!(read("0"), Ok(0));
        assert_eq!(read("0.50"), Ok(500_000_000));
        assert_eq!(read("1e-9"), Ok(1));
        assert_eq!(read("12.5e2"), Ok(1_250_000_000_000));
        assert_eq!(read("18446744073.709551615"), Ok(u128::from(u64::MAX)));
        assert_eq!(read("0.50000000000000000000"), Ok(500_000_000));
        assert_eq!(read("9999999999999999999"), Ok(9_999_999_999_999_999_999 * NANOS_PER_SEC));
    }

    #[test]
    fn numbers_that_would_lose_something_are_refused() {
        for text in
            ["0.1234567891", "-1", "1e-10", "1e40", "1e9223372036854775807", "\"1\"", "null"]
        {
            assert!(fixed_point(text, 9).is_err(), "{text}");
        }
        assert!(At::read("18446744074").is_err());
    }
}
