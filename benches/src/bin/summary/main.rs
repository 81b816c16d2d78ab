//! Measures what peerwarden costs, prints one figure a line, and judges them by the goals.

mod cli;
mod goals;
mod plots;
mod scale;
mod sections;
mod sheet;

use std::process::ExitCode;

use clap::Parser;

use crate::cli::Cli;
use crate::sheet::Sheet;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let mut sheet = Sheet::new(!cli.json && !cli.markdown);
    for section in cli.sections() {
        if let Err(failure) = section.run(&cli.scale(), &mut sheet) {
            eprintln!("error: {failure}");
            return ExitCode::FAILURE;
        }
    }
    if let Some(folder) = &cli.plots
        && let Err(failure) = plots::draw(&sheet, folder)
    {
        eprintln!("error: cannot draw into {}: {failure}", folder.display());
        return ExitCode::FAILURE;
    }
    let verdicts = if cli.judges() { goals::judge(&sheet) } else { Vec::new() };
    if cli.json {
        println!("{}", sheet.json(&verdicts));
    } else {
        if cli.markdown {
            println!("{}", sheet.table());
        }
        print!("{}", goals::table(&verdicts, cli.markdown));
    }
    let missed = verdicts.iter().any(|verdict| verdict.met == Some(false));
    if missed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
