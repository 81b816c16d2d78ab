//! Options that every command to a running node has.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};
use peerwarden_tokio::lists::parse_network;

/// Which node is asked, and in what form its answer is printed.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Node and output")]
pub(crate) struct Options {
    /// Asks the node behind the Unix socket PATH.
    ///
    /// Without it: PEERWARDEN_SOCKET, else admin.sock in the data directory.
    #[arg(long, value_name = "PATH", global = true)]
    pub(crate) socket: Option<PathBuf>,

    /// Asks the node whose data are in DIR.
    ///
    /// Without it: PEERWARDEN_DATA_DIR, else systemd's STATE_DIRECTORY, else peerwarden/ in
    /// XDG_STATE_HOME or ~/.local/state.
    #[arg(long, value_name = "DIR", global = true, conflicts_with = "socket")]
    pub(crate) data_dir: Option<PathBuf>,

    /// Prints JSON: what the node answers, arrays never null, moments in seconds on the node's clock.
    #[arg(long, global = true)]
    pub(crate) json: bool,

    /// Colours the output: where it is a terminal and NO_COLOR is not set, always or never.
    #[arg(long, value_name = "WHEN", global = true, default_value = "auto")]
    pub(crate) color: ColorChoice,

    /// Waits no longer than this for an answer: 5s unless it is said, and 1m for import.
    #[arg(long, value_name = "TIME", global = true, value_parser = duration)]
    #[arg(allow_hyphen_values = true)]
    pub(crate) timeout: Option<Duration>,

    /// Prints errors only; the exit code says the rest.
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,
}

/// When output is coloured.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum ColorChoice {
    /// On a terminal, unless NO_COLOR is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// Reads a duration above zero, such as `1h 30m`.
pub(crate) fn duration(text: &str) -> Result<Duration, String> {
    let read = humantime::parse_duration(text).ok().filter(|read| !read.is_zero());
    read.ok_or_else(|| {
        format!("{text:?} is not a duration above zero: give one such as 90s, \"1h 30m\" or 7d")
    })
}

/// Reads a number of things to show.
pub(crate) fn at_least_one(text: &str) -> Result<NonZeroU32, String> {
    text.parse().map_err(|_| format!("{text:?} is not a whole number from 1 to {}", u32::MAX))
}

/// Reads an IP.
pub(crate) fn ip(text: &str) -> Result<IpAddr, String> {
    match parse_network(text) {
        Ok(read) if read.net.prefix_len() == read.net.max_prefix_len() => Ok(read.net.addr()),
        Ok(_) => Err(format!("{text:?} is a network: give one IP, such as 192.0.2.1")),
        Err(error) => Err(format!("{text:?} {error}; give an IP such as 192.0.2.1 or 2001:db8::1")),
    }
}
