//! Where in a text an error is, and what it is about.

use std::ops::Range;

use toml::de::{DeTable, DeValue, Error};

use super::error::SettingsError;
use super::keys::{Values, nearest};

/// Says of `error` which line, key and value of `text` it is about.
pub(super) fn explain(text: &str, error: &Error) -> SettingsError {
    let span = error.span().unwrap_or_default();
    let line = line_of(text, span.start);
    let table = match DeTable::parse(text) {
        Ok(table) => table,
        Err(error) => {
            let line = line_of(text, error.span().unwrap_or_default().start);
            return SettingsError::Syntax { line, problem: error.message().to_owned() };
        }
    };
    match find(table.get_ref(), &span) {
        Some(Place::Kind) => SettingsError::Kind {
            line,
            name: text.get(span).unwrap_or_default().to_owned(),
            expected: error.message().to_owned(),
        },
        Some(Place::Key(key)) => {
            SettingsError::UnknownKey { line, nearest: nearest(&key), key, known: Values::KEYS }
        }
        Some(Place::Value(key)) => SettingsError::Value {
            line,
            key,
            value: text.get(span).unwrap_or_default().to_owned(),
            expected: error.message().to_owned(),
        },
        None => SettingsError::Syntax { line, problem: error.message().to_owned() },
    }
}

/// What a place in a text belongs to.
enum Place {
    /// It is the name of a setting.
    Key(String),
    /// It is the name of an entry in the table of weights.
    Kind,
    /// It is in the value of this setting, or in that of an entry of a table.
    Value(String),
}

fn find(settings: &DeTable<'_>, span: &Range<usize>) -> Option<Place> {
    settings.iter().find_map(|(key, value)| {
        let name = key.get_ref().to_string();
        if key.span() == *span {
            return Some(Place::Key(name));
        }
        if let DeValue::Table(entries) = value.get_ref() {
            for (entry, value) in entries {
                if entry.span() == *span {
                    return Some(Place::Kind);
                }
                if holds(&value.span(), span) {
                    return Some(Place::Value(format!("{name}.{}", entry.get_ref())));
                }
            }
        }
        holds(&value.span(), span).then_some(Place::Value(name))
    })
}

fn holds(outer: &Range<usize>, inner: &Range<usize>) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}

fn line_of(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1
}
