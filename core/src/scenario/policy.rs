//! Policies in the words of scenario files.

use core::fmt;

use serde::{Deserialize, Serialize};

use super::settings::Settings;
use crate::config::{Config, ConfigError};

/// A policy: a preset, and the settings that differ from it.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Policy {
    /// The preset to start from.
    pub preset: Preset,
    /// The settings that differ.
    pub set: Settings,
}

impl Policy {
    /// Returns `config` with every setting in it, but those that are shares of the threshold as long as
    /// they follow it: whatever a later version has in its presets, it is the same policy.
    #[must_use]
    pub fn of(config: &Config) -> Self {
        Self { preset: Preset::beneath(config), set: Settings::of(config) }
    }

    /// Returns the policy for an engine.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] if a setting has a value that no policy can have.
    pub fn config(&self) -> Result<Config, ConfigError> {
        self.set.apply(self.preset.config())
    }
}

/// A policy to start from.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Preset {
    /// [`Config::default`].
    #[default]
    Default,
    /// [`Config::flow`].
    Flow,
    /// [`Config::op_node`].
    OpNode,
}

impl Preset {
    /// Returns the policy.
    #[must_use]
    pub fn config(self) -> Config {
        match self {
            Self::Default => Config::default(),
            Self::Flow => Config::flow(),
            Self::OpNode => Config::op_node(),
        }
    }

    /// Returns the name: `op-node`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Flow => "flow",
            Self::OpNode => "op-node",
        }
    }

    /// Returns the preset on which settings can be put to make `config`: one without standing, which no
    /// setting turns off, if it has none.
    fn beneath(config: &Config) -> Self {
        match (config.judges_standing(), config.penalties()) {
            (true, _) => Self::Default,
            (false, true) => Self::Flow,
            (false, false) => Self::OpNode,
        }
    }
}

impl fmt::Display for Preset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
