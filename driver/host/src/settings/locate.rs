//! Locates an error in a text: line, key and value.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue, Error};

use super::error::SettingsError;
use super::keys::{KEYS, nearest};
use super::retired;

/// Says of `error` which line, key and value of `text` it is about.
pub(super) fn explain(text: &str, error: &Error) -> SettingsError {
    let span = error.span().unwrap_or_default();
    let line = line_of(text, span.start);
    let table = match DeTable::parse(text) {
        Ok(table) => table,
        Err(error) => {
            let span = error.span().unwrap_or_default();
            let line = line_of(text, span.start);
            let mut problem = error.message().to_owned();
            if problem == "duplicate key" {
                problem = format!("{} is there twice", text.get(span).unwrap_or_default());
            }
            return SettingsError::Syntax { line, problem };
        }
    };
    match find(text, table.get_ref(), &span) {
        Some(Location::Kind) => SettingsError::Kind {
            line,
            name: text.get(span).unwrap_or_default().to_owned(),
            expected: error.message().to_owned(),
        },
        Some(Location::Table(key))
            if KEYS.contains(&key.as_str()) || nearest(&key) != Some("weights") =>
        {
            SettingsError::Table { line, key }
        }
        Some(Location::Key(key) | Location::Table(key)) => match retired::instead_of(&key) {
            Some(instead) => SettingsError::Retired { line, key, instead },
            None => SettingsError::UnknownKey { line, nearest: nearest(&key), key, known: KEYS },
        },
        Some(Location::Value(key)) => SettingsError::Value {
            line,
            key,
            value: text.get(span).unwrap_or_default().to_owned(),
            expected: error.message().to_owned(),
        },
        None => SettingsError::Syntax { line, problem: error.message().to_owned() },
    }
}

/// What a position in a text belongs to.
enum Location {
    /// It is the name of a setting.
    Key(String),
    /// It is the name of an entry in the table of weights.
    Kind,
    /// It is the name of a table, or of an array of tables, that is not a setting, or is in a table under the
    /// name of a setting that has none.
    Table(String),
    /// It is in the value of this setting, or in that of an entry of a table.
    Value(String),
}

fn find(text: &str, settings: &DeTable<'_>, span: &Range<usize>) -> Option<Location> {
    settings.iter().find_map(|(key, value)| {
        let name = key.get_ref().to_string();
        let inside = key.span() == *span || holds(&value.span(), span);
        if inside && has_heading(text, value) && !TABLES.contains(&name.as_str()) {
            return Some(Location::Table(name));
        }
        if key.span() == *span && name == POLICIES {
            return Some(Location::Value(name));
        }
        if key.span() == *span {
            let table = is_table(value.get_ref());
            return Some(if table { Location::Table(name) } else { Location::Key(name) });
        }
        if let Some(policies) = value.get_ref().as_table().filter(|_| name == POLICIES) {
            return policies.iter().find_map(|policy| find_in_policy(text, policy, span));
        }
        if let DeValue::Table(entries) = value.get_ref() {
            for (entry, value) in entries {
                if entry.span() == *span {
                    let value = || Location::Value(format!("{name}.{}", entry.get_ref()));
                    return Some(if name == "weights" { Location::Kind } else { value() });
                }
                if holds(&value.span(), span) {
                    return Some(Location::Value(format!("{name}.{}", entry.get_ref())));
                }
            }
        }
        if holds(&value.span(), span) {
            return Some(Location::Value(name));
        }
        // The span of tables such as `[[list]]` is that of the first one's head.
        let tables = value.get_ref().as_array().into_iter().flatten();
        let entries = tables.filter_map(|table| table.get_ref().as_table()).flatten();
        let mut entries =
            entries.filter(|(entry, value)| entry.span() == *span || holds(&value.span(), span));
        entries.next().map(|(entry, _)| Location::Value(format!("{name}.{}", entry.get_ref())))
    })
}

/// Finds a position in the table of a shadow policy, which is as a file of settings.
fn find_in_policy(
    text: &str,
    (name, policy): (&Spanned<DeString<'_>>, &Spanned<DeValue<'_>>),
    span: &Range<usize>,
) -> Option<Location> {
    let key = format!("{POLICIES}.{}", name.get_ref());
    let inside = policy.get_ref().as_table().and_then(|policy| find(text, policy, span));
    match inside {
        Some(Location::Value(inner)) => Some(Location::Value(format!("{key}.{inner}"))),
        Some(location) => Some(location),
        None => {
            let is_it = name.span() == *span || holds(&policy.span(), span);
            is_it.then_some(Location::Value(key))
        }
    }
}

/// Returns whether it is a table with a heading, an array of such, or a table of dotted keys: not one that
/// is written as a value.
fn has_heading(text: &str, value: &Spanned<DeValue<'_>>) -> bool {
    let written = text.get(value.span()).unwrap_or_default();
    is_table(value.get_ref())
        && !written.starts_with('{')
        && (!value.get_ref().is_array() || written.starts_with("[["))
}

fn is_table(value: &DeValue<'_>) -> bool {
    match value {
        DeValue::Table(_) => true,
        DeValue::Array(list) => {
            list.first().is_some_and(|first| matches!(first.get_ref(), DeValue::Table(_)))
        }
        DeValue::Boolean(_)
        | DeValue::Datetime(_)
        | DeValue::Float(_)
        | DeValue::Integer(_)
        | DeValue::String(_) => false,
    }
}

/// The lines of these settings, and of the kinds in the table of weights where the key is
/// `weights.KIND`, in a text that is TOML.
pub(super) fn lines<'a>(text: &str, keys: impl Iterator<Item = &'a str>) -> Vec<Option<usize>> {
    let Ok(table) = DeTable::parse(text) else {
        return keys.map(|_| None).collect();
    };
    let find = |key: &str| {
        let (name, entry) = key.split_once('.').unwrap_or((key, ""));
        let (outer, value) = table.get_ref().get_key_value(name)?;
        let entries = value.get_ref().as_table();
        let inner = entries.and_then(|entries| entries.get_key_value(entry));
        let inner = inner.map(|(key, _)| key.span());
        Some(line_of(text, inner.unwrap_or_else(|| outer.span()).start))
    };
    keys.map(find).collect()
}

fn holds(outer: &Range<usize>, inner: &Range<usize>) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}

fn line_of(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1
}

/// The settings that are tables.
const TABLES: [&str; 4] = ["list", "recording", POLICIES, "weights"];
/// The setting whose entries are policies.
const POLICIES: &str = "shadow";
