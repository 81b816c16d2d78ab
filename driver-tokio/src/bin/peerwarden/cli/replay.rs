//! Command line of `peerwarden replay`.

use std::path::PathBuf;
use std::time::SystemTime;

use clap::Args;
use peerwarden_tokio::peerwarden_host::replay::Since;

use super::options::{ColorChoice, duration};

#[derive(Args, Debug)]
pub(crate) struct Replay {
    /// The files of one recording, in any order.
    #[arg(value_name = "FILE", required = true)]
    pub(crate) files: Vec<PathBuf>,

    /// Compares with POLICY: a file in TOML, or the preset default, flow or op-node. Once for each.
    #[arg(long = "policy", value_name = "POLICY")]
    pub(crate) policies: Vec<PathBuf>,

    /// Follows the penalty of PEER, by the name that it has in the recording.
    #[arg(long, value_name = "PEER")]
    pub(crate) peer: Option<String>,

    /// Says which of the peers in FILE, a name a line, each policy hits: those known to be honest.
    #[arg(long, value_name = "FILE")]
    pub(crate) honest: Option<PathBuf>,

    /// Counts from TIME on: 2026-11-28T01:00:00Z, or so long after the beginning, such as 1h.
    ///
    /// What comes before is replayed all the same, and bans in force by then count from then on.
    #[arg(long, value_name = "TIME", value_parser = since)]
    pub(crate) since: Option<Since>,

    /// Draws a picture into FILE, as SVG: of the peer's penalty with --peer, else of all bans.
    #[arg(long, value_name = "FILE")]
    pub(crate) plot: Option<PathBuf>,

    /// Prints JSON: everything, arrays never null, moments in seconds on the node's clock.
    #[arg(long)]
    pub(crate) json: bool,

    /// Shows names whole, however wide that is.
    #[arg(long)]
    pub(crate) wide: bool,

    /// Colours the output: where it is a terminal and NO_COLOR is not set, always or never.
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: ColorChoice,

    /// Prints errors only.
    #[arg(short, long)]
    pub(crate) quiet: bool,
}

/// Reads a time of day or a duration.
fn since(text: &str) -> Result<Since, String> {
    if let Ok(time) = humantime::parse_rfc3339_weak(text) {
        return Ok(Since::At(SystemTime::max(time, SystemTime::UNIX_EPOCH)));
    }
    duration(text).map(Since::After).map_err(|_| {
        format!(
            "{text:?} is neither a time of day such as 2026-11-28T01:00:00Z nor a duration such as 90s or \
             \"1h 30m\""
        )
    })
}
