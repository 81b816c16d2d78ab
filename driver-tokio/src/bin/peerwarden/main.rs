//! The program `peerwarden`.

mod cli;
mod data_dir;
mod demo;
mod metrics_server;
mod node;

use std::process::ExitCode;

use clap::Parser;

use crate::cli::{Cli, Command};

fn main() -> ExitCode {
    match Cli::parse().command {
        Command::Demo(options) => demo::run(&options),
        Command::Node(flags) => node::run(&flags),
    }
}
