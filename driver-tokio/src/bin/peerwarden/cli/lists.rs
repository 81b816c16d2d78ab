//! Command line of `peerwarden lists`, `import` and `export`.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};
use peerwarden_tokio::peerwarden_host::lists::ListName;

use super::commands::{CauseName, Extent};
use super::options::{Options, duration};

#[derive(Args, Debug)]
pub(crate) struct Lists {
    /// Lists the entries of the list NAME instead.
    #[arg(value_name = "NAME")]
    pub(crate) name: Option<ListName>,

    /// Takes the list away: bans that no other list gives end.
    #[arg(long, requires = "name")]
    pub(crate) delete: bool,

    #[command(flatten)]
    pub(crate) extent: Extent,
    #[command(flatten)]
    pub(crate) options: Options,
}

#[derive(Args, Debug)]
pub(crate) struct Import {
    /// The file; - is standard input.
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,

    /// Makes it the list NAME, in the place of what that said before; otherwise it is named as the file is.
    #[arg(long, value_name = "NAME")]
    pub(crate) list: Option<ListName>,

    /// Reads it as this; otherwise it is guessed and told.
    #[arg(long, value_name = "FORMAT")]
    pub(crate) format: Option<ImportFormat>,

    /// Bans for so long what the file gives no end.
    #[arg(long = "for", value_name = "TIME", value_parser = duration, allow_hyphen_values = true)]
    pub(crate) duration: Option<Duration>,

    /// Says what would change and which peers are hit, and does nothing.
    #[arg(long)]
    pub(crate) dry_run: bool,

    #[command(flatten)]
    pub(crate) options: Options,
}

/// Format of a list that is read.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum ImportFormat {
    /// `banlist.json` and `listbanned` of Bitcoin.
    Bitcoin,
    /// Decisions of CrowdSec, JSON or CSV.
    Crowdsec,
    /// `ipfilter.dat` of eMule and qBittorrent.
    Ipfilter,
    /// JSON of peerwarden.
    Peerwarden,
    /// An IP, network or range a line.
    Plain,
}

#[derive(Args, Debug)]
pub(crate) struct Export {
    /// Writes it as this.
    #[arg(long, value_name = "FORMAT", default_value = "peerwarden")]
    pub(crate) format: ExportFormat,

    /// Of CrowdSec, which subjects: it takes one scope a file.
    #[arg(long, value_name = "SCOPE")]
    pub(crate) scope: Option<Scope>,

    /// Only bans with these causes, such as operator,penalty.
    #[arg(long, value_name = "CAUSES", value_delimiter = ',')]
    pub(crate) cause: Vec<CauseName>,

    #[command(flatten)]
    pub(crate) options: Options,
}

/// Format in which bans are written.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum ExportFormat {
    /// `banlist.json` of Bitcoin.
    Bitcoin,
    /// Decisions of CrowdSec in JSON.
    Crowdsec,
    /// Decisions of CrowdSec in CSV.
    CrowdsecCsv,
    /// JSON of peerwarden: bans, causes, ends, notes, protected.
    Peerwarden,
    /// A network a line.
    Plain,
}

/// Scope of a file of CrowdSec.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum Scope {
    /// Single IPs.
    Ip,
    /// Peers.
    Peer,
    /// Networks.
    Range,
}
