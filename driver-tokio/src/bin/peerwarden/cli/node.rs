//! Command line of `peerwarden node`.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;

use super::address;
use crate::node::{ListenAddr, PeerAddr, TopicName};

/// How the node goes. A flag overrules the file; one that can be given more than once replaces the
/// file's whole list.
#[derive(Args, Debug, Default)]
pub(crate) struct Node {
    /// Reads settings from FILE, in TOML; `peerwarden node --example` prints one with every key.
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,

    /// Keeps identity, bans and the admin socket in DIR, which is made if it is not there.
    ///
    /// Without it: PEERWARDEN_DATA_DIR, else systemd's STATE_DIRECTORY, else peerwarden/ in
    /// XDG_STATE_HOME or ~/.local/state.
    #[arg(long, value_name = "DIR")]
    pub(crate) data_dir: Option<PathBuf>,

    /// Listens at ADDR, such as /ip4/0.0.0.0/tcp/4001 or /ip4/0.0.0.0/udp/4001/quic-v1.
    #[arg(long, value_name = "ADDR")]
    pub(crate) listen: Vec<ListenAddr>,

    /// Learns of other peers from the one at ADDR, such as /ip4/203.0.113.7/tcp/4001/p2p/12D3KooW...
    #[arg(long, value_name = "ADDR")]
    pub(crate) bootstrap: Vec<PeerAddr>,

    /// Protects the peer at ADDR, and keeps a connection with it.
    #[arg(long = "static", value_name = "ADDR")]
    pub(crate) static_peers: Vec<PeerAddr>,

    /// Subscribes to the gossipsub topic NAME, with the rules that the file has for it or the default.
    #[arg(long, value_name = "NAME")]
    pub(crate) topic: Vec<TopicName>,

    /// Serves metrics at http://ADDR/metrics; port 0 is any that is free.
    #[arg(long, value_name = "ADDR", value_parser = address)]
    pub(crate) metrics: Option<SocketAddr>,

    /// Records what happens to FILE, from the start on, for a replay under another policy.
    ///
    /// A file that is there is not overwritten: another one is made beside it.
    #[arg(long, value_name = "FILE")]
    pub(crate) record: Option<PathBuf>,

    /// Logs in this format.
    #[arg(long, value_name = "FORMAT")]
    pub(crate) log_format: Option<crate::node::LogFormat>,

    /// Reads everything, identity, bans, lists and token included, says what is wrong, and starts nothing.
    #[arg(long)]
    pub(crate) check: bool,

    /// Prints a settings file with every key of the node and its default, and does nothing else.
    #[arg(long, exclusive = true)]
    pub(crate) example: bool,
}
