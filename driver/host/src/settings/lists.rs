//! Lists of bans in files: `[[list]]`.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};

use super::list::{Distinct, Entry};
use super::value::{Scalar, Value};
use crate::lists::{ListFormat, ListFormatError, ListName, ListOptions};

/// The lists, no name twice.
pub(super) struct Lists(pub(super) Vec<ListOptions>);

impl<'de> Deserialize<'de> for Lists {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Distinct(lists) = Distinct::deserialize(deserializer)?;
        Ok(Self(lists.into_iter().map(|OneList(options)| options).collect()))
    }
}

/// One list.
struct OneList(ListOptions);

impl<'de> Deserialize<'de> for OneList {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ListVisitor)
    }
}

impl Entry for OneList {
    const EXAMPLE: &'static str = EXAMPLE;

    fn repeats(&self, other: &Self) -> Option<String> {
        let name = self.0.name();
        (name == other.0.name())
            .then(|| format!("{name} is there twice: give each list a name of its own"))
    }
}

struct ListVisitor;

impl<'de> Visitor<'de> for ListVisitor {
    type Value = OneList;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(EXAMPLE)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<OneList, A::Error> {
        let (mut name, mut path, mut format, mut lasting) = (None, None, None, None);
        while let Some(field) = map.next_key()? {
            match field {
                Field::For => lasting = Some(map.next_value::<Value<Duration>>()?.0),
                Field::Format => format = Some(map.next_value::<Value<ListFormat>>()?.0),
                Field::Name => name = Some(map.next_value::<Value<ListName>>()?.0),
                Field::Path => path = Some(map.next_value::<Value<PathBuf>>()?.0),
            }
        }
        let list = name.zip(path).map(|(name, path)| ListOptions::new(name, path));
        let list = list.map(|list| list.with_format(format).with_lasting(lasting));
        list.map(OneList).ok_or_else(|| A::Error::custom(format_args!("give {EXAMPLE}")))
    }
}

/// The name of a part of a list.
enum Field {
    For,
    Format,
    Name,
    Path,
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
        f.write_str("name, path, format or for")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Field, E> {
        match text {
            "for" => Ok(Field::For),
            "format" => Ok(Field::Format),
            "name" => Ok(Field::Name),
            "path" => Ok(Field::Path),
            _ => Err(E::custom("a list has name, path, format and for, and nothing else")),
        }
    }
}

impl Scalar for ListName {
    fn right(f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name such as \"firehol-level1\"")
    }

    fn from_text(text: &str) -> Option<Self> {
        text.parse().ok()
    }

    fn why_not(text: &str) -> Option<String> {
        text.parse::<Self>().err().map(|error| error.to_string())
    }
}

impl Scalar for ListFormat {
    fn right(f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a format of lists: {ListFormatError}")
    }

    fn from_text(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

const EXAMPLE: &str =
    "a table such as { name = \"level1\", path = \"/var/lib/lists/level1.netset\" }";
