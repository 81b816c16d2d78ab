//! Settings of the node: its file, and the flags that overrule it.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use clap::ValueEnum;
use libp2p::Multiaddr;
use libp2p::multiaddr::Protocol;
use peerwarden_tokio::peerwarden_host::{Host, KnownPeer};
use peerwarden_tokio::{Settings, StaticPeer};
use serde::Deserialize;

use super::admin::AdminSettings;
use super::topic::{TopicName, TopicRules};
use crate::cli;
use crate::data_dir;

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

/// An address to listen at: TCP or QUIC, on an IP.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq)]
#[serde(try_from = "String")]
pub(crate) struct ListenAddr(pub(crate) Multiaddr);

/// The reason why the settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SettingsError {
    /// The file cannot be read.
    #[error("{} cannot be read ({error})", path.display())]
    Unreadable { path: PathBuf, error: io::Error },
    /// The file says something that it should not.
    #[error("{}, line {line}: {message}", path.display())]
    Wrong { path: PathBuf, line: usize, message: String },
}

/// What the file says. All keys are in [`EXAMPLE`].
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct File {
    data_dir: Option<PathBuf>,
    listen: Option<Vec<ListenAddr>>,
    bootstrap: Vec<Text<StaticPeer>>,
    #[serde(rename = "static")]
    static_peers: Vec<Text<StaticPeer>>,
    topics: BTreeMap<TopicName, TopicRules>,
    limits: Limits,
    metrics: Option<SocketAddr>,
    log_format: LogFormat,
    admin: AdminSettings,
    policy: Settings,
}

/// Something that is written as text.
#[derive(Clone, Debug)]
struct Text<T>(T);

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

/// Reads the policy in a node's file.
#[cfg(unix)]
pub(crate) fn policy_of(path: &Path) -> Result<Settings, SettingsError> {
    File::read(path).map(|file| file.policy)
}

impl File {
    fn read(path: &Path) -> Result<Self, SettingsError> {
        let text = fs::read_to_string(path)
            .map_err(|error| SettingsError::Unreadable { path: path.to_owned(), error })?;
        let mut file: Self = toml::from_str(&text).map_err(|error| {
            let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
            let line = before.matches('\n').count() + 1;
            SettingsError::Wrong {
                path: path.to_owned(),
                line,
                message: error.message().to_owned(),
            }
        })?;
        // What is relative is so to the file, wherever the node is started.
        let directory = path.parent().unwrap_or_else(|| Path::new(""));
        file.data_dir = file.data_dir.map(|data| directory.join(data));
        file.admin = file.admin.in_directory(directory);
        file.policy = file.policy.in_directory(directory);
        Ok(file)
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self { inbound: 500, outbound: 100, pending_inbound: 64, per_peer: 4 }
    }
}

impl TryFrom<String> for ListenAddr {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl FromStr for ListenAddr {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = |why: &str| {
            format!(
                "{text:?} {why}: give one such as /ip4/0.0.0.0/tcp/4001 or /ip4/0.0.0.0/udp/4001/quic-v1"
            )
        };
        let addr: Multiaddr =
            text.parse().map_err(|error| wrong(&format!("is no multiaddress ({error})")))?;
        let parts: Vec<_> = addr.iter().collect();
        match parts[..] {
            [Protocol::Ip4(_) | Protocol::Ip6(_), Protocol::Tcp(_)]
            | [Protocol::Ip4(_) | Protocol::Ip6(_), Protocol::Udp(_), Protocol::QuicV1] => {
                Ok(Self(addr))
            }
            _ => Err(wrong("is no address to listen at with TCP or QUIC")),
        }
    }
}

impl<'de, T: FromStr<Err: std::fmt::Display>> Deserialize<'de> for Text<T> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map(Self).map_err(serde::de::Error::custom)
    }
}

/// What the flags say, or else the file.
fn either(flags: &[StaticPeer], file: Vec<Text<StaticPeer>>) -> Vec<StaticPeer> {
    if flags.is_empty() {
        file.into_iter().map(|Text(peer)| peer).collect()
    } else {
        flags.to_vec()
    }
}

fn default_listen() -> Vec<Multiaddr> {
    ["/ip4/0.0.0.0/tcp/4001", "/ip4/0.0.0.0/udp/4001/quic-v1"]
        .into_iter()
        .filter_map(|addr| addr.parse().ok())
        .collect()
}

/// A settings file with every key of the node and its default. It says what an empty one does.
pub(crate) const EXAMPLE: &str = include_str!("../../../../node.example.toml");

/// File of the bans in the data directory.
const BANS: &str = "bans.redb";
