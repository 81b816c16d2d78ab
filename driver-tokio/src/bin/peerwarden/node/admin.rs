//! Admin API of the node.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
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

/// Where and how the admin API is served.
#[cfg(unix)]
pub(crate) fn options(settings: &NodeSettings) -> AdminOptions {
    let AdminSettings { tcp, token_file } = &settings.admin;
    let options = AdminOptions::new(&settings.data_dir);
    let Some(address) = tcp else {
        return options;
    };
    let in_data_dir = || settings.data_dir.join(TOKEN);
    options.with_tcp(*address, token_file.clone().unwrap_or_else(in_data_dir))
}

/// Serves the admin API of the node until what is returned is dropped.
#[cfg(unix)]
pub(crate) fn start(settings: &NodeSettings, warden: &Handle) -> Result<Admin, AdminError> {
    let admin = Admin::start(warden, options(settings))?;
    tracing::info!("admin API at {}", admin.socket().display());
    if let Some(address) = admin.tcp() {
        tracing::info!("admin API at http://{address}, for requests with the token");
    }
    Ok(admin)
}

fn loopback<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<SocketAddr>, D::Error> {
    let text = String::deserialize(deserializer)?;
    let wrong = |why: &str| {
        let message = format!(
            "{text:?} {why}: give 127.0.0.1 or [::1] with a port, such as 127.0.0.1:8780, and reach it from \
             elsewhere by ssh -L"
        );
        serde::de::Error::custom(message)
    };
    let address: SocketAddr = text.parse().map_err(|_| wrong("is no IP address with a port"))?;
    // No other is a host that the admin API lets in.
    let is_served = [IpAddr::from(Ipv4Addr::LOCALHOST), Ipv6Addr::LOCALHOST.into()];
    if is_served.contains(&address.ip()) {
        return Ok(Some(address));
    }
    Err(wrong("is not where the admin API is served"))
}

/// Token file in the data directory.
#[cfg(unix)]
const TOKEN: &str = "admin.token";
