//! The program `peerwarden`.

mod cli;
mod demo;

use std::process::ExitCode;

use clap::Parser;

use crate::cli::{Cli, Command};

fn main() -> ExitCode {
    match Cli::parse().command {
        Command::Demo(options) => demo::run(&options),
    }
}
