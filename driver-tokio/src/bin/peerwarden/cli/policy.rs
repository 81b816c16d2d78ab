//! Command line of `peerwarden policy`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::options::Options;

#[derive(Args, Debug)]
pub(crate) struct Policy {
    #[command(subcommand)]
    pub(crate) command: PolicyCommand,

    #[command(flatten)]
    pub(crate) options: Options,
}

/// What can be done with a policy. A file is a node's, with `[policy]`, or one of policy settings alone.
#[derive(Debug, Subcommand)]
pub(crate) enum PolicyCommand {
    /// Prints the policy in force, as the text of a settings file.
    Show,
    /// Says whether the policy in FILE could be put in force; needs no node.
    Check(CheckedPolicy),
    /// Says in words what the policy in FILE would change.
    Diff(CheckedPolicy),
    /// Says in three sentences what the policy in FILE would have done to a recording; needs no node.
    #[command(after_help = "More of it says: peerwarden replay RECORDING --policy FILE")]
    Try(TriedPolicy),
    /// Puts the policy in FILE in force without a restart, and says in words what that changes.
    Load(PolicyFile),
}

#[derive(Args, Debug)]
pub(crate) struct PolicyFile {
    /// The file, in TOML; - is standard input.
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
}

#[derive(Args, Debug)]
pub(crate) struct CheckedPolicy {
    #[command(flatten)]
    pub(crate) policy: PolicyFile,

    /// Says too what it would have done to a recording, which may be in several files.
    #[arg(long, value_name = "RECORDING", num_args = 1..)]
    pub(crate) on: Vec<PathBuf>,
}

#[derive(Args, Debug)]
pub(crate) struct TriedPolicy {
    #[command(flatten)]
    pub(crate) policy: PolicyFile,

    /// The recording, which may be in several files.
    #[arg(long, value_name = "RECORDING", num_args = 1.., required = true)]
    pub(crate) on: Vec<PathBuf>,
}
