//! Options that every command to a running node has.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};

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

    /// Waits no longer than this for an answer.
    #[arg(long, value_name = "TIME", global = true, default_value = "5s", value_parser = duration)]
    pub(crate) timeout: Duration,

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
