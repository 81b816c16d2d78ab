//! A node's settings file.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use peerwarden_tokio::Settings;
use serde::{Deserialize, Deserializer};

use super::explain::explain;
use super::{Limits, ListenAddr, LogFormat, PeerAddr, SettingsError};
use crate::bounded_file;
use crate::node::admin::AdminSettings;
use crate::node::topic::{TopicName, TopicRules};

/// What the file says. All keys are in [`EXAMPLE`](super::EXAMPLE).
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct File {
    pub(super) data_dir: Option<PathBuf>,
    pub(super) listen: Option<Vec<ListenAddr>>,
    pub(super) bootstrap: Vec<PeerAddr>,
    #[serde(rename = "static")]
    pub(super) static_peers: Vec<PeerAddr>,
    pub(super) topics: BTreeMap<TopicName, TopicRules>,
    pub(super) limits: Limits,
    #[serde(deserialize_with = "socket_addr")]
    pub(super) metrics: Option<SocketAddr>,
    pub(super) log_format: LogFormat,
    pub(super) admin: AdminSettings,
    pub(super) policy: Settings,
}

/// Reads the policy in the text of a node's file.
#[cfg(unix)]
pub(crate) fn policy_of(path: &Path, text: &str) -> Result<Settings, SettingsError> {
    File::parse(path, text).map(|file| file.policy)
}

impl File {
    pub(super) fn read(path: &Path) -> Result<Self, SettingsError> {
        let text = bounded_file::text(path, Settings::MAX_LEN)
            .map_err(|error| SettingsError::Unreadable { path: path.to_owned(), error })?;
        Self::parse(path, &text)
    }

    fn parse(path: &Path, text: &str) -> Result<Self, SettingsError> {
        let mut file: Self = toml::from_str(text).map_err(|error| {
            let (line, message) = explain(text, &error);
            SettingsError::Wrong { path: path.to_owned(), line, message }
        })?;
        // What is relative is so to the file, wherever the node is started.
        let directory = path.parent().unwrap_or_else(|| Path::new(""));
        file.data_dir = file.data_dir.map(|data| directory.join(data));
        file.admin = file.admin.in_directory(directory);
        file.policy = file.policy.in_directory(directory);
        Ok(file)
    }
}

fn socket_addr<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<SocketAddr>, D::Error> {
    let text = String::deserialize(deserializer)?;
    crate::cli::address(&text).map(Some).map_err(serde::de::Error::custom)
}
