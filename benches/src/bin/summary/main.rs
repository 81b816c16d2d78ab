//! Measures what peerwarden costs, prints one figure a line, and judges them by the goals.

mod cli;
mod goals;
mod plots;
mod results;
mod scale;
mod sections;

use std::process::ExitCode;

use clap::Parser;

use crate::cli::Cli;
use crate::results::Results;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let mut results = Results::new(!cli.json && !cli.markdown);
    for section in cli.sections() {
        if let Err(failure) = section.run(&cli.scale(), &mut results) {
            eprintln!("error: {failure}");
            return ExitCode::FAILURE;
        }
    }
    if let Some(folder) = &cli.plots
        && let Err(failure) = plots::draw(&results, folder)
    {
        eprintln!("error: cannot draw into {}: {failure}", folder.display());
        return ExitCode::FAILURE;
    }
    let verdicts = if cli.judges() { goals::judge(&results) } else { Vec::new() };
    if cli.json {
        println!("{}", results.json(&verdicts));
    } else {
        if cli.markdown {
            println!("{}", results.table());
        }
        print!("{}", goals::table(&verdicts, cli.markdown));
    }
    let missed = verdicts.iter().any(|verdict| verdict.met == Some(false));
    if missed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
