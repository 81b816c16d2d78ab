//! Command line of `peerwarden record`.

use clap::{Args, Subcommand};

use super::options::Options;

#[derive(Args, Debug)]
pub(crate) struct Record {
    #[command(subcommand)]
    pub(crate) command: RecordCommand,

    #[command(flatten)]
    pub(crate) options: Options,
}

/// What can be done with a recording of a running node.
#[derive(Debug, Subcommand)]
pub(crate) enum RecordCommand {
    /// Begins a recording, in the directory recordings/ of the node's data directory.
    Start(RecordStart),
    /// Ends the recording; what was recorded stays.
    Stop,
    /// Says how the recording goes, or how the last one went.
    Status,
}

#[derive(Args, Debug)]
pub(crate) struct RecordStart {
    /// The name of the recording, and so of its files: NAME.jsonl.zst, NAME.2.jsonl.zst and so on.
    #[arg(value_name = "NAME", default_value = "recording")]
    pub(crate) name: String,

    /// Replaces ids and IPs, so that the recording can be given away.
    ///
    /// Two IPs have as many leading bits in common as before, so networks stay networks. Times, kinds of
    /// misbehavior and scores stay as they are.
    #[arg(long)]
    pub(crate) pseudonymise: bool,
}
