//! Scenario files: behaviour as data.

use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use serde::Deserialize;

use super::policy::{Policy, Preset};
use super::read_error::ReadError;
use super::settings::Settings;
use super::step::Step;

/// A history, and what is to come of it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// What it shows.
    pub name: String,
    /// Where the behaviour, or the fault that it guards against, is known from.
    #[serde(default)]
    pub source: String,
    /// The preset of its policy.
    #[serde(default)]
    pub preset: Preset,
    /// The settings that differ from the preset.
    #[serde(default)]
    pub set: Settings,
    /// The history, in order.
    pub steps: Vec<Step<String>>,
}

impl Scenario {
    /// Reads the scenarios of one file, which holds one or a list of them.
    ///
    /// # Errors
    ///
    /// [`ReadError`] for what is neither, and for unknown and misplaced keys.
    pub fn read(json: &str) -> Result<Vec<Self>, ReadError> {
        if json.trim_start().starts_with('[') {
            Ok(serde_json::from_str(json)?)
        } else {
            Ok(vec![serde_json::from_str(json)?])
        }
    }

    /// Returns its policy.
    #[must_use]
    pub fn policy(&self) -> Policy {
        Policy { preset: self.preset, set: self.set.clone() }
    }
}
