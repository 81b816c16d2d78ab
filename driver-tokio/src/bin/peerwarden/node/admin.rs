//! Admin API of the node.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

#[cfg(unix)]
use peerwarden_tokio::{Admin, AdminError, AdminOptions, Handle};
use serde::{Deserialize, Deserializer};

#[cfg(unix)]
use super::settings::NodeSettings;

/// Where the admin API is served beside the socket in the data directory.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct AdminSettings {
    /// Loopback address.
    #[serde(deserialize_with = "loopback")]
    tcp: Option<SocketAddr>,
    /// File with the token that is asked for on TCP.
    token_file: Option<PathBuf>,
}

impl AdminSettings {
    /// Takes a relative token file to be in `directory`.
    pub(crate) fn in_directory(mut self, directory: &Path) -> Self {
        self.token_file = self.token_file.map(|file| directory.join(file));
        self
    }
}

/// Serves the admin API of the node until what is returned is dropped.
#[cfg(unix)]
pub(crate) fn start(settings: &NodeSettings, warden: &Handle) -> Result<Admin, AdminError> {
    let AdminSettings { tcp, token_file } = &settings.admin;
    let mut options = AdminOptions::new(&settings.data_dir);
    if let Some(address) = tcp {
        let in_data_dir = || settings.data_dir.join(TOKEN);
        options = options.with_tcp(*address, token_file.clone().unwrap_or_else(in_data_dir));
    }
    let admin = Admin::start(warden, options)?;
    tracing::info!("admin API at {}", admin.socket().display());
    if let Some(address) = admin.tcp() {
        tracing::info!("admin API at http://{address}, for requests with the token");
    }
    Ok(admin)
}

fn loopback<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<SocketAddr>, D::Error> {
    let address = SocketAddr::deserialize(deserializer)?;
    if address.ip().is_loopback() {
        return Ok(Some(address));
    }
    let ip = address.ip();
    let message = format!(
        "{ip} is not a loopback IP: give one such as 127.0.0.1:8780, and reach it from elsewhere by ssh -L"
    );
    Err(serde::de::Error::custom(message))
}

/// Token file in the data directory.
#[cfg(unix)]
const TOKEN: &str = "admin.token";
