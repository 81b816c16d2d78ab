//! The program `peerwarden`.
// Those macros panic where a stream is closed or full.
#![deny(clippy::print_stdout, clippy::print_stderr)]

mod bounded_file;
mod cli;
#[cfg(unix)]
mod client;
mod data_dir;
mod demo;
mod error_chain;
mod metrics_server;
mod node;
mod panic_hook;
#[cfg(unix)]
mod replay;
mod shell;
mod streams;
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
