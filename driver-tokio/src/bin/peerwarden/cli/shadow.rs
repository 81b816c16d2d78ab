//! Command line of `peerwarden shadow`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use peerwarden_tokio::peerwarden_host::shadow::ShadowName;

use super::options::Options;

#[derive(Args, Debug)]
pub(crate) struct Shadow {
    #[command(subcommand)]
    pub(crate) command: Option<ShadowCommand>,

    #[command(flatten)]
    pub(crate) options: Options,
}

/// What can be done with shadow policies. Without a command, all are listed.
#[derive(Debug, Subcommand)]
pub(crate) enum ShadowCommand {
    /// Says what a policy would have done since it began, of whom and why.
    Show(ShadowShow),
    /// Has the policy in FILE judge as well from here on, without anything coming of it.
    Start(ShadowStart),
    /// Ends a shadow policy.
    Stop(ShadowEnd),
    /// Puts a shadow policy in force without a restart, and says in words what that changes.
    Promote(ShadowPromote),
}

#[derive(Args, Debug)]
pub(crate) struct ShadowShow {
    /// The shadow policy.
    #[arg(value_name = "NAME")]
    pub(crate) name: ShadowName,

    /// Shows N subjects at most, those of one policy alone first.
    #[arg(short = 'n', long, value_name = "N", default_value_t = 100)]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub(crate) limit: u32,

    /// Shows ids, addresses and reasons whole, however wide that is.
    #[arg(long)]
    pub(crate) wide: bool,
}

#[derive(Args, Debug)]
pub(crate) struct ShadowStart {
    /// What it is called; one of that name ends.
    #[arg(value_name = "NAME")]
    pub(crate) name: ShadowName,

    /// The file, in TOML: a node's, with its policy as a table, or one of policy settings alone.
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
}

#[derive(Args, Debug)]
pub(crate) struct ShadowEnd {
    /// The shadow policy.
    #[arg(value_name = "NAME")]
    pub(crate) name: ShadowName,
}

#[derive(Args, Debug)]
pub(crate) struct ShadowPromote {
    /// The shadow policy.
    #[arg(value_name = "NAME")]
    pub(crate) name: ShadowName,

    /// Only says what would change.
    #[arg(long)]
    pub(crate) dry_run: bool,
}
