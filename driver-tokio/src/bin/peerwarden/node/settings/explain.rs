//! Errors in a node's file, in words: the line, the setting, its value, what is wrong and what would be right.

use std::ops::Range;

use peerwarden_tokio::{OneLine, Settings, SettingsError};
use toml::de::{DeTable, DeValue, Error};

use super::right::{TOP, right};

/// Says in which line of `text` the error is, and what is wrong there.
pub(super) fn explain(text: &str, error: &Error) -> (usize, String) {
    let table = match DeTable::parse(text) {
        Ok(table) => table,
        Err(error) => {
            let span = error.span().unwrap_or_default();
            return (line_of(text, span.start), syntax(written(text, &span), error.message()));
        }
    };
    let (span, message) = (error.span().unwrap_or_default(), error.message());
    let line = line_of(text, span.start);
    let mut path = Vec::new();
    let told = match find(table.get_ref(), &span, &mut path) {
        Some(Found::Key) => of_key(&path, message),
        Some(Found::Value) => of_value(&path, written(text, &span), message),
        None => OneLine(message).to_string(),
    };
    (line, told)
}

fn syntax(written: &str, message: &str) -> String {
    if message == "duplicate key" {
        return format!("{} is there twice: leave one out", OneLine(written));
    }
    format!("not TOML: {}", OneLine(message))
}

/// What a place in a file is.
enum Found {
    Key,
    Value,
}

/// Finds the setting to which a place belongs; its path is in `path` then.
fn find(table: &DeTable<'_>, span: &Range<usize>, path: &mut Vec<String>) -> Option<Found> {
    for (key, value) in table {
        path.push(key.get_ref().to_string());
        if key.span() == *span {
            return Some(Found::Key);
        }
        let value_itself = value.get_ref();
        let entries = value_itself.as_array().into_iter().flatten().map(|each| each.get_ref());
        for inner in entries.chain([value_itself]).filter_map(DeValue::as_table) {
            if let Some(found) = find(inner, span, path) {
                return Some(found);
            }
        }
        let of_value = value.span();
        if of_value.start <= span.start && span.end <= of_value.end {
            return Some(Found::Value);
        }
        path.pop();
    }
    None
}

fn of_key(path: &[String], message: &str) -> String {
    let Some((key, above)) = path.split_last() else {
        return OneLine(message).to_string();
    };
    let shown = OneLine(key);
    if let ([table], true) = (above, message.starts_with("unknown setting "))
        && table == "policy"
        && TOP.contains(&key.as_str())
    {
        return format!("unknown setting {shown} in [policy]: it belongs above all tables");
    }
    let Some(names) = message.strip_prefix("unknown field ") else {
        let names_it = !key.is_empty() && message.contains(key.as_str());
        let place = if names_it { String::new() } else { format!("{}: ", dotted(path)) };
        return format!("{place}{}", OneLine(message));
    };
    if is_of_policy(key) {
        return format!("unknown setting {shown} here: it belongs in [policy]");
    }
    let known: Vec<_> = names.split('`').skip(3).step_by(2).collect();
    let place = if above.is_empty() { String::new() } else { format!(" in [{}]", dotted(above)) };
    let nearest = known.iter().map(|name| (strsim::jaro_winkler(key, name), *name));
    let nearest =
        nearest.max_by(|(a, _), (b, _)| a.total_cmp(b)).filter(|(alike, _)| *alike > ALIKE);
    match nearest {
        Some((_, nearest)) => format!("unknown setting {shown}{place}: did you mean {nearest}?"),
        None => format!("unknown setting {shown}{place}: there are {}", known.join(", ")),
    }
}

fn of_value(path: &[String], written: &str, message: &str) -> String {
    let names: Vec<_> = path.iter().map(String::as_str).collect();
    let of_serde = OF_SERDE.iter().any(|start| message.starts_with(start));
    match right(&names).filter(|_| of_serde) {
        Some(right) => about(path, written, &format!("give {right}")),
        None => about(path, written, message),
    }
}

/// Names the setting, and the value unless the message names it or the entry of the list that it is about.
fn about(path: &[String], written: &str, message: &str) -> String {
    let texts = written.split(['\'', '"']).skip(1).step_by(2);
    let is_named = written.is_empty()
        || texts.into_iter().any(|text| !text.is_empty() && message.contains(text));
    let (path, message) = (dotted(path), OneLine(message));
    if is_named {
        return format!("{path}: {message}");
    }
    let mut value: String = OneLine(written).to_string();
    if value.chars().count() > LONGEST_SHOWN {
        value = value.chars().take(LONGEST_SHOWN).collect::<String>() + "…";
    }
    format!("{path} is {value}: {message}")
}

/// `topics.blocks.max_rate`, with quotes where TOML wants them.
fn dotted(path: &[String]) -> String {
    let bare = |name: &str| {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        !name.is_empty() && name.bytes().all(plain)
    };
    let names = path.iter().map(|name| if bare(name) { name.clone() } else { format!("{name:?}") });
    names.collect::<Vec<_>>().join(".")
}

/// Whether the policy has a setting of this name.
fn is_of_policy(key: &str) -> bool {
    let is_name =
        key.bytes().all(|byte| byte.is_ascii_lowercase() || matches!(byte, b'_' | b'0'..=b'9'));
    let read = Settings::from_toml(&format!("{key} = 0"));
    is_name && !matches!(read, Err(SettingsError::UnknownKey { .. } | SettingsError::Syntax { .. }))
}

fn written<'a>(text: &'a str, span: &Range<usize>) -> &'a str {
    text.get(span.clone()).unwrap_or_default()
}

fn line_of(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1
}

/// How messages begin that say which type was expected, and not what to write.
const OF_SERDE: [&str; 5] =
    ["invalid length ", "invalid type: ", "invalid value: ", "missing field ", "unknown variant "];
/// How alike, from 0 to 1, two names have to be for one to be taken for a slip of the other.
const ALIKE: f64 = 0.85;
/// The most characters of a value that are shown.
const LONGEST_SHOWN: usize = 80;
