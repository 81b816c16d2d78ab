//! Levels of places: `[{ length = 32, debts = 864000, crowd = 5 }]`.

use std::fmt;

use peerwarden_core::{PlaceLevel, Points};
use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};

use super::list::{Distinct, Entry};
use super::value::{Bits, Value};

/// The levels of places of one family of addresses, of prefix lengths up to `MOST`, no length twice.
pub(super) struct PlaceLevels<const MOST: u8>(pub(super) Vec<PlaceLevel>);

impl<'de, const MOST: u8> Deserialize<'de> for PlaceLevels<MOST> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Distinct(levels) = Distinct::deserialize(deserializer)?;
        Ok(Self(levels.into_iter().map(|Level::<MOST>(level)| level).collect()))
    }
}

/// One level.
struct Level<const MOST: u8>(PlaceLevel);

impl<'de, const MOST: u8> Deserialize<'de> for Level<MOST> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(LevelVisitor)
    }
}

impl<const MOST: u8> Entry for Level<MOST> {
    const EXAMPLE: &'static str = EXAMPLE;

    fn repeats(&self, other: &Self) -> Option<String> {
        let length = self.0.length;
        (length == other.0.length)
            .then(|| format!("/{length} is there twice: give each length once"))
    }
}

struct LevelVisitor<const MOST: u8>;

impl<'de, const MOST: u8> Visitor<'de> for LevelVisitor<MOST> {
    type Value = Level<MOST>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(EXAMPLE)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let (mut length, mut debts, mut crowd) = (None, None, None);
        while let Some(field) = map.next_key()? {
            match field {
                Field::Crowd => crowd = Some(map.next_value::<Value<u32>>()?.0),
                Field::Debts => debts = Some(map.next_value::<Value<Points>>()?.0),
                Field::Length => length = Some(map.next_value::<Value<Bits<MOST>>>()?.0.0),
            }
        }
        let level = length.zip(debts).zip(crowd);
        let level = level.map(|((length, debts), crowd)| PlaceLevel { length, debts, crowd });
        level.map(Level).ok_or_else(|| A::Error::custom(format_args!("give {EXAMPLE}")))
    }
}

/// The name of a part of a level.
enum Field {
    Crowd,
    Debts,
    Length,
}

impl<'de> Deserialize<'de> for Field {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(FieldVisitor)
    }
}

struct FieldVisitor;

impl Visitor<'_> for FieldVisitor {
    type Value = Field;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("length, debts or crowd")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Field, E> {
        match text {
            "crowd" => Ok(Field::Crowd),
            "debts" => Ok(Field::Debts),
            "length" => Ok(Field::Length),
            _ => Err(E::custom(format_args!("give {EXAMPLE}"))),
        }
    }
}

const EXAMPLE: &str = "a table such as { length = 32, debts = 864000, crowd = 5 }";
