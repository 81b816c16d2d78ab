//! Errors of reading settings.

use std::fmt;

use peerwarden_host::OneLine;
use toml::de::DeTable;

/// What is wrong with the table `[fleet]`. Prints as a sentence: `line 4: fleet.quorum is 0: give ..`.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct FleetSettingsError {
    /// Where it is, counted from 1, if that is known.
    pub line: Option<usize>,
    /// The setting; `None` if the text is not TOML.
    pub key: Option<String>,
    /// The value, or the entry of a list, as it is written.
    pub value: Option<String>,
    /// What would be right.
    pub expected: String,
}

impl FleetSettingsError {
    pub(super) fn from_toml(text: &str, error: &toml::de::Error) -> Self {
        let line = error.span().map(|span| line_of(text, span.start));
        Self { line, key: None, value: None, expected: format!("not TOML: {}", error.message()) }
    }

    pub(super) fn no_table() -> Self {
        let expected = "give a table: [fleet]".to_owned();
        Self { line: None, key: Some(String::new()), value: None, expected }
    }

    /// About a setting, or a part of it: `members.id`.
    pub(super) fn of(key: &str, value: Option<&toml::Value>, expected: impl fmt::Display) -> Self {
        let value = value.map(toml::Value::to_string);
        Self { line: None, key: Some(key.to_owned()), value, expected: expected.to_string() }
    }

    /// Says in which line of a text that is TOML it is.
    pub(super) fn located(mut self, text: &str) -> Self {
        let Ok(file) = DeTable::parse(text) else {
            return self;
        };
        let name = self.key.as_deref().and_then(|key| key.split('.').next()).unwrap_or_default();
        let fleet = file.get_ref().get_key_value("fleet");
        let key = fleet.map(|(fleet, table)| {
            let entry = table.get_ref().as_table().and_then(|table| table.get_key_value(name));
            entry.map_or_else(|| fleet.span(), |(key, _)| key.span())
        });
        self.line = key.map(|span| line_of(text, span.start));
        self
    }
}

impl fmt::Display for FleetSettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = self.line {
            write!(f, "line {line}: ")?;
        }
        match &self.key {
            None => {}
            Some(key) if key.is_empty() => write!(f, "fleet: ")?,
            Some(key) => {
                write!(f, "fleet.{}", OneLine(key))?;
                if let Some(value) = &self.value {
                    write!(f, " is {}", OneLine(value))?;
                }
                write!(f, ": ")?;
            }
        }
        write!(f, "{}", OneLine(&self.expected))
    }
}

impl std::error::Error for FleetSettingsError {}

fn line_of(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|byte| *byte == b'\n').count().saturating_add(1)
}
