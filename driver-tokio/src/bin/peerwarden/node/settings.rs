//! Settings of the node: its file, and the flags that overrule it.

mod addresses;
mod explain;
mod file;
mod right;

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use libp2p::Multiaddr;
use peerwarden_tokio::peerwarden_host::{Host, KnownPeer};
use peerwarden_tokio::{OneLine, Settings, StaticPeer};
use serde::Deserialize;

pub(crate) use addresses::{ListenAddr, PeerAddr};
#[cfg(unix)]
pub(crate) use file::policy_of;

use super::admin::AdminSettings;
use super::topic::{TopicName, TopicRules};
use crate::bounded_file::Unreadable;
use crate::cli;
use crate::data_dir;
use addresses::default_listen;
use file::File;

/// Everything that a node goes by.
#[derive(Clone, Debug)]
pub(crate) struct NodeSettings {
    pub(crate) data_dir: PathBuf,
    pub(crate) listen: Vec<Multiaddr>,
    pub(crate) bootstrap: Vec<StaticPeer>,
    pub(crate) topics: BTreeMap<TopicName, TopicRules>,
    pub(crate) limits: Limits,
    pub(crate) metrics: Option<SocketAddr>,
    pub(crate) log_format: LogFormat,
    pub(crate) admin: AdminSettings,
    /// With static peers and data file.
    pub(crate) policy: Settings,
}

/// How many connections there may be.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Limits {
    pub(crate) inbound: u32,
    pub(crate) outbound: u32,
    pub(crate) pending_inbound: u32,
    pub(crate) per_peer: u32,
}

/// Form of the log's lines.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// An object a line.
    Json,
}

/// The reason why the settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SettingsError {
    /// The file cannot be read.
    #[error(
        "{} cannot be read ({error}): give another --config; peerwarden node --example prints one",
        OneLine(path.display())
    )]
    Unreadable { path: PathBuf, error: Unreadable },
    /// The file says something that it should not.
    #[error("{}, line {line}: {message}", OneLine(path.display()))]
    Wrong { path: PathBuf, line: usize, message: String },
}

impl NodeSettings {
    /// Puts together what file and flags say.
    pub(crate) fn read(flags: &cli::Node) -> Result<Self, SettingsError> {
        let file = flags.config.as_deref().map_or(Ok(File::default()), File::read)?;
        let data_dir = flags.data_dir.clone().or(file.data_dir);
        let data_dir = data_dir.unwrap_or_else(data_dir::default_path);
        let listen = if flags.listen.is_empty() { file.listen } else { Some(flags.listen.clone()) };
        let listen = listen.map(|all| all.into_iter().map(|ListenAddr(addr)| addr).collect());
        let mut topics = file.topics;
        if !flags.topic.is_empty() {
            let named =
                |name: &TopicName| (name.clone(), topics.get(name).copied().unwrap_or_default());
            topics = flags.topic.iter().map(named).collect();
        }
        let static_peers = either(&flags.static_peers, file.static_peers);
        let mut policy = file.policy;
        let mut options = policy.options;
        if !static_peers.is_empty() {
            let all = options.static_peers().iter().cloned().chain(static_peers).collect();
            options = options.with_static_peers(all);
        }
        let bans = options.data_file().map_or_else(|| data_dir.join(BANS), Path::to_owned);
        policy.options = options.with_data_file(Some(bans));
        if flags.record.is_some() {
            policy.options = policy.options.with_recording(None);
        }
        Ok(Self {
            listen: listen.unwrap_or_else(default_listen),
            bootstrap: either(&flags.bootstrap, file.bootstrap),
            topics,
            limits: file.limits,
            metrics: flags.metrics.or(file.metrics),
            log_format: flags.log_format.unwrap_or(file.log_format),
            admin: file.admin,
            policy,
            data_dir,
        })
    }
}

impl NodeSettings {
    /// Returns the IPs of the bootstrap peers, which no list is to ban.
    pub(crate) fn bootstrap_ips(&self) -> Vec<IpAddr> {
        let hosts = self.bootstrap.iter().flat_map(KnownPeer::hosts);
        let ips = hosts.filter_map(|host| if let Host::Ip(ip) = host { Some(ip) } else { None });
        ips.collect()
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self { inbound: 500, outbound: 100, pending_inbound: 64, per_peer: 4 }
    }
}

/// What the flags say, or else the file.
fn either(flags: &[PeerAddr], file: Vec<PeerAddr>) -> Vec<StaticPeer> {
    let all = if flags.is_empty() { file } else { flags.to_vec() };
    all.into_iter().map(|PeerAddr(peer)| peer).collect()
}

/// A settings file with every key of the node and its default. It says what an empty one does.
pub(crate) const EXAMPLE: &str = include_str!("../../../../node.example.toml");

/// File of the bans in the data directory.
const BANS: &str = "bans.redb";
