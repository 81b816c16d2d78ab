//! The program `peerwarden`.

mod cli;
#[cfg(unix)]
mod client;
mod data_dir;
mod demo;
mod metrics_server;
mod node;
#[cfg(unix)]
mod replay;
mod shell;
mod words;

use std::process::ExitCode;

use clap::Parser;

use crate::cli::{Cli, Command};

fn main() -> ExitCode {
    match Cli::parse().command {
        Command::Demo(options) => demo::run(&options),
        Command::Node(flags) => node::run(&flags),
        #[cfg(unix)]
        Command::Request(request) => client::run(&request),
        #[cfg(unix)]
        Command::Replay(args) => replay::run(&args),
        Command::Completions { shell } => shell::completions(shell),
        Command::Man => shell::man(),
    }
}
