//! Settings of a fleet as an operator writes them: the table `[fleet]`.

mod error;
mod read;
#[cfg(test)]
mod tests;
mod value;

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Deserializer};

pub use error::FleetSettingsError;

use crate::fleet::FleetConfig;
use crate::name::FleetName;
use crate::roster::Roster;
use crate::rules::{FleetRules, Mode};
use crate::signing::{PublicKey, ReadKeyError, SecretKey};

/// What the table `[fleet]` of a settings file says, every value of it checked.
///
/// All keys are in [`EXAMPLE`](Self::EXAMPLE). An unknown key is refused, and so is a value that makes no sense:
/// the error names line, key and value, and what would be right.
///
/// ```
/// use peerwarden_fleet::FleetSettings;
///
/// let text = "[fleet]\nmode = 'off'\nquorum = 0\n";
/// let error = FleetSettings::from_toml(text).unwrap_err();
/// assert_eq!(error.to_string(), "line 3: fleet.quorum is 0: give a whole number, at least 1");
/// ```
///
/// To keep it in a node's own settings, make it a field of what these are deserialized to.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct FleetSettings {
    /// The name of the fleet.
    pub name: FleetName,
    /// Addresses of the NATS servers.
    pub servers: Vec<String>,
    /// The file with the key that signs what this node says.
    pub member_key_file: PathBuf,
    /// The file with the seed of this node's nkey.
    pub nkey_file: Option<PathBuf>,
    /// The file with the certificates that the server's has to be signed by.
    pub ca_file: Option<PathBuf>,
    /// The file with this node's own certificate, and the one with its key.
    pub client_cert: Option<(PathBuf, PathBuf)>,
    /// The members; `None` if the roster in the bucket says who they are.
    pub members: Option<Roster>,
    /// The keys of the operators.
    pub operator_keys: Vec<PublicKey>,
    /// The rules.
    pub rules: FleetRules,
    /// How often own bans are compared with what the bucket has.
    pub resync_interval: Duration,
}

impl FleetSettings {
    /// A table with every key, its default and what it is for, to start from.
    pub const EXAMPLE: &'static str = include_str!("../fleet.example.toml");

    /// Reads the table `[fleet]` of a text, which may have others. `None` if there is no such table. Relative
    /// files stay as they are, and so are relative to the working directory.
    ///
    /// # Errors
    ///
    /// [`FleetSettingsError`] for a text that is not TOML, and for an unknown key or a bad value of the table.
    pub fn from_toml(text: &str) -> Result<Option<Self>, FleetSettingsError> {
        let file: toml::Table =
            toml::from_str(text).map_err(|error| FleetSettingsError::from_toml(text, &error))?;
        let Some(table) = file.get("fleet") else {
            return Ok(None);
        };
        let table = table.as_table().ok_or_else(FleetSettingsError::no_table);
        let read = table.and_then(read::settings);
        read.map(Some).map_err(|error| error.located(text))
    }

    /// Has relative files be relative to `directory`.
    #[must_use]
    pub fn in_directory(self, directory: impl AsRef<Path>) -> Self {
        let directory = directory.as_ref();
        let file = |path: PathBuf| directory.join(path);
        Self {
            member_key_file: file(self.member_key_file),
            nkey_file: self.nkey_file.map(file),
            ca_file: self.ca_file.map(file),
            client_cert: self.client_cert.map(|(certificate, key)| (file(certificate), file(key))),
            ..self
        }
    }

    /// Returns whether the node takes part.
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.rules.mode != Mode::Off
    }

    /// Reads the key, and returns what the [state machine](crate::Fleet) goes by.
    ///
    /// # Errors
    ///
    /// [`ReadKeyError`] if there is no key in the file, or others can read it.
    pub fn config(&self) -> Result<FleetConfig, ReadKeyError> {
        Ok(FleetConfig {
            name: self.name.clone(),
            key: SecretKey::read(&self.member_key_file)?,
            roster: self.members.clone(),
            operators: self.operator_keys.clone(),
            rules: self.rules.clone(),
        })
    }

    /// Returns options for the link of the member with this key.
    #[cfg(feature = "nats")]
    #[must_use]
    pub fn nats_options(&self, member: &PublicKey) -> crate::NatsOptions {
        let mut options = crate::NatsOptions::new(self.name.clone(), self.servers.clone());
        options.inbox = inbox(member);
        options.nkey_file.clone_from(&self.nkey_file);
        options.ca_file.clone_from(&self.ca_file);
        options.client_cert.clone_from(&self.client_cert);
        // A roster in the bucket has to stay there.
        options.max_age = options.max_age.filter(|_| self.members.is_some());
        options
    }
}

/// As [`from_toml`](Self::from_toml), for a table of a node's own file.
impl<'de> Deserialize<'de> for FleetSettings {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let table = toml::Table::deserialize(deserializer)?;
        read::settings(&table).map_err(serde::de::Error::custom)
    }
}

/// What the names of a node's inboxes begin with: a part of its key, so that permissions can name it.
#[cfg(any(feature = "init", feature = "nats"))]
pub(crate) fn inbox(member: &PublicKey) -> String {
    let id = member.to_string();
    format!("_INBOX_{}", id.get(..16).unwrap_or(&id))
}
