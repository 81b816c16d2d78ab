//! One value, read from whatever TOML makes of it.

use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

/// What can be written as one value.
pub(super) trait Scalar: Sized {
    /// Says what would be right: `a whole number, at least 1`.
    fn right(f: &mut fmt::Formatter<'_>) -> fmt::Result;

    fn from_bool(_: bool) -> Option<Self> {
        None
    }

    fn from_float(_: f64) -> Option<Self> {
        None
    }

    fn from_integer(_: i128) -> Option<Self> {
        None
    }

    fn from_text(_: &str) -> Option<Self> {
        None
    }

    /// What is wrong with a text, where more can be said than what would be right.
    fn why_not(_: &str) -> Option<String> {
        None
    }
}

/// A value that was read.
pub(super) struct Value<T>(pub(super) T);

/// So many bits of an address, at most `MOST`.
#[derive(Clone, Copy)]
pub(super) struct Bits<const MOST: u8>(pub(super) u8);

/// An interval or timeout, within its bounds.
#[derive(Clone, Copy)]
pub(super) struct Interval(pub(super) Duration);

impl<'de, T: Scalar> Deserialize<'de> for Value<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor(PhantomData)).map(Self)
    }
}

struct ValueVisitor<T>(PhantomData<T>);

impl<T: Scalar> ValueVisitor<T> {
    fn given<E: Error>(value: Option<T>) -> Result<T, E> {
        value.ok_or_else(Self::wrong)
    }

    fn wrong<E: Error>() -> E {
        E::custom(format_args!("give {}", Right::<T>(PhantomData)))
    }
}

impl<'de, T: Scalar> Visitor<'de> for ValueVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        T::right(f)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<T, E> {
        Self::given(T::from_bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<T, E> {
        Self::given(T::from_integer(value.into()))
    }

    fn visit_i128<E: Error>(self, value: i128) -> Result<T, E> {
        Self::given(T::from_integer(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<T, E> {
        Self::given(T::from_integer(value.into()))
    }

    fn visit_u128<E: Error>(self, _: u128) -> Result<T, E> {
        Err(Self::wrong())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<T, E> {
        Self::given(T::from_float(value))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        T::from_text(text).ok_or_else(|| T::why_not(text).map_or_else(Self::wrong, E::custom))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, _: A) -> Result<T, A::Error> {
        Err(Self::wrong())
    }

    fn visit_map<A: MapAccess<'de>>(self, _: A) -> Result<T, A::Error> {
        Err(Self::wrong())
    }
}

struct Right<T>(PhantomData<T>);

impl<T: Scalar> fmt::Display for Right<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        T::right(f)
    }
}
