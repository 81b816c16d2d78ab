//! Policy in a file.

use std::path::Path;

use peerwarden_tokio::{Config, OneLine, ReadSettingsError, Settings};
use toml::{Table, Value};

use crate::bounded_file;
use crate::client::failure::Failure;
use crate::node::policy_of;

/// The text of a policy that can be put in force, and what in it is likely not meant.
#[derive(Clone, Debug)]
pub(in crate::client) struct PolicyText {
    pub(in crate::client) text: String,
    pub(in crate::client) warnings: Vec<String>,
    pub(super) config: Config,
}

impl PolicyText {
    /// Reads a node's file, with `[policy]`, or one with policy settings alone; `-` is standard input.
    pub(in crate::client) fn read(path: &Path) -> Result<Self, Failure> {
        let text = bounded_file::text_or_stdin(path, Settings::MAX_LEN).map_err(|error| {
            let path = OneLine(path.display());
            Failure::refused(format!(
                "{path} cannot be read ({error}): give a file with a policy in TOML"
            ))
        })?;
        let refused = |error: &dyn std::fmt::Display| Failure::refused(OneLine(error).to_string());
        let table: Option<Table> = text.parse().ok();
        let of_node = table.and_then(|mut table| match table.remove("policy") {
            Some(Value::Table(policy)) => Some(policy),
            Some(_) | None => None,
        });
        let (settings, text) = match of_node {
            Some(policy) => {
                let settings = policy_of(path, &text).map_err(|error| refused(&error))?;
                (settings, policy.to_string())
            }
            None => {
                let wrong = |error| ReadSettingsError::Wrong { path: path.to_owned(), error };
                let settings =
                    Settings::from_toml(&text).map_err(|error| refused(&wrong(error)))?;
                (settings, text)
            }
        };
        let warnings = settings.warnings().iter().map(ToString::to_string).collect();
        Ok(Self { text, warnings, config: settings.config })
    }
}
