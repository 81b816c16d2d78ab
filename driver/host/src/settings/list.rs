//! Lists of values.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, Error, SeqAccess, Visitor};

use super::value::{Scalar, Value};

/// A list, which may be empty.
pub(super) struct List<T>(pub(super) Vec<T>);

/// A list with at least one entry.
pub(super) struct NonEmpty<T>(pub(super) Vec<T>);

impl<'de, T: Scalar> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ListVisitor(PhantomData)).map(Self)
    }
}

impl<'de, T: Scalar> Deserialize<'de> for NonEmpty<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let List(entries) = List::deserialize(deserializer)?;
        if entries.is_empty() {
            return Err(D::Error::custom("give at least one entry"));
        }
        Ok(Self(entries))
    }
}

/// A list of tables, of which no two are about the same.
pub(super) struct Distinct<T>(pub(super) Vec<T>);

/// A table that is an entry of a list.
pub(super) trait Entry: Sized {
    /// A right one, as the messages show it.
    const EXAMPLE: &'static str;

    /// Says what is wrong with having both, if they are about the same.
    fn repeats(&self, other: &Self) -> Option<String>;
}

impl<'de, T: Entry + Deserialize<'de>> Deserialize<'de> for Distinct<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(DistinctVisitor(PhantomData)).map(Self)
    }
}

struct DistinctVisitor<T>(PhantomData<T>);

impl<'de, T: Entry + Deserialize<'de>> Visitor<'de> for DistinctVisitor<T> {
    type Value = Vec<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a list, each entry {}", T::EXAMPLE)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Vec<T>, A::Error> {
        let mut entries = Vec::<T>::new();
        while let Some(entry) = list.next_element::<T>()? {
            if let Some(wrong) = entries.iter().find_map(|other| entry.repeats(other)) {
                return Err(A::Error::custom(wrong));
            }
            entries.push(entry);
        }
        Ok(entries)
    }
}

struct ListVisitor<T>(PhantomData<T>);

impl<'de, T: Scalar> Visitor<'de> for ListVisitor<T> {
    type Value = Vec<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list, each entry ")?;
        T::right(f)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Vec<T>, A::Error> {
        let mut entries = Vec::new();
        while let Some(Value(entry)) = list.next_element()? {
            entries.push(entry);
        }
        Ok(entries)
    }
}
