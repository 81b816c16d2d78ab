//! Recording from the start on: `[recording]`.

use std::fmt;
use std::path::PathBuf;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};

use super::value::Value;
use crate::recording::RecordingOptions;

/// The recording, if there is to be one.
pub(super) struct Recording(pub(super) Option<RecordingOptions>);

impl<'de> Deserialize<'de> for Recording {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RecordingVisitor).map(Self)
    }
}

struct RecordingVisitor;

impl<'de> Visitor<'de> for RecordingVisitor {
    type Value = Option<RecordingOptions>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(EXAMPLE)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        if text == "none" { Ok(None) } else { Err(E::custom(format_args!("give {EXAMPLE}"))) }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let (mut file, mut pseudonyms) = (None, false);
        while let Some(field) = map.next_key()? {
            match field {
                Field::File => file = Some(map.next_value::<Value<PathBuf>>()?.0),
                Field::Pseudonyms => pseudonyms = map.next_value::<Value<bool>>()?.0,
            }
        }
        let file = file.ok_or_else(|| A::Error::custom(format_args!("give {EXAMPLE}")))?;
        Ok(Some(RecordingOptions::new(file).with_pseudonyms(pseudonyms)))
    }
}

/// The name of a part of a recording's settings.
enum Field {
    File,
    Pseudonyms,
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
        f.write_str("file or pseudonyms")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Field, E> {
        match text {
            "file" => Ok(Field::File),
            "pseudonyms" => Ok(Field::Pseudonyms),
            _ => Err(E::custom("a recording has file and pseudonyms, and nothing else")),
        }
    }
}

const EXAMPLE: &str = "\"none\", or a table such as { file = \"/var/lib/node/day.jsonl.zst\" }";
