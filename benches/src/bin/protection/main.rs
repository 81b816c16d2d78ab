//! Measures whether policies protect a node, and whether they spare honest peers.

mod actor;
mod attackers;
mod cli;
mod clock;
mod columns;
mod document;
mod goals;
mod habits;
mod honest;
mod json;
mod ledger;
mod network;
mod peer;
mod plots;
mod policies;
mod policy;
mod queue;
mod recording;
mod runner;
mod scenario;
mod scenarios;
mod scorer;
mod spread;
mod tables;
mod time;
mod world;

use std::error::Error;
use std::path::Path;
use std::process::ExitCode;

use clap::Parser;

use crate::cli::Cli;
use crate::runner::{Cell, Plan};

fn main() -> ExitCode {
    let cli = Cli::parse();
    if cli.list {
        print!("{}", tables::names());
        return ExitCode::SUCCESS;
    }
    match run(&cli) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Runs, writes and judges what was asked for; whether everything is as it should be.
fn run(cli: &Cli) -> Result<bool, Box<dyn Error>> {
    if let Some(unknown) = cli.unknown() {
        return Err(format!("no scenario or column is named like {unknown}: see --list").into());
    }
    let (seed, seeds) = cli.seeds();
    let plan = Plan { seed, seeds, scale: cli.scale(), record: cli.record.clone() };
    let cells = runner::run(&cli.scenarios(), &cli.columns(), &plan)?;
    let verdicts = if cli.judges() { goals::judge(&cells) } else { Vec::new() };

    let mut text = tables::all(&cells);
    if cli.judges() {
        text = format!("### Goals\n\n{}\n{text}", goals::table(&verdicts));
    }
    match &cli.markdown {
        Some(file) => document::write(file, &text)?,
        None => print!("{text}"),
    }
    if let Some(file) = &cli.json {
        write(file, &json::document(&cells, seed, &verdicts).to_string())?;
    }
    if let Some(folder) = &cli.plots {
        plots::draw(&cells, folder)
            .map_err(|error| format!("cannot draw into {}: {error}", folder.display()))?;
    }
    let together = seeds < 2 || cli.scale().is_smoke() || agree(&cells);
    let missed: Vec<_> = verdicts.into_iter().filter(|goal| !goal.is_fine()).collect();
    if !missed.is_empty() {
        eprint!("goals missed:\n{}", goals::table(&missed));
    }
    Ok(together && missed.is_empty())
}

/// Says how far the seeds are apart; whether that is within what is stated.
fn agree(cells: &[Cell]) -> bool {
    match spread::check(cells) {
        Ok(widest) => eprintln!("{widest}"),
        Err(beyond) => {
            eprintln!("seeds are further apart than stated:\n{beyond}");
            return false;
        }
    }
    true
}

fn write(file: &Path, text: &str) -> Result<(), String> {
    std::fs::write(file, text).map_err(|error| format!("cannot write {}: {error}", file.display()))
}
