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
