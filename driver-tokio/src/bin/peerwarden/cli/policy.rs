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
    Check(PolicyFile),
    /// Says in words what the policy in FILE would change.
    Diff(PolicyFile),
    /// Puts the policy in FILE in force without a restart, and says in words what that changes.
    Load(PolicyFile),
}

#[derive(Args, Debug)]
pub(crate) struct PolicyFile {
    /// The file, in TOML; - is standard input.
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
}
