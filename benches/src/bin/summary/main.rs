//! Measures what peerwarden costs, prints one figure a line, and judges them by the goals.

mod cli;
mod goals;
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
    let verdicts = goals::judge(&sheet);
    if cli.json {
        println!("{}", sheet.json(&verdicts));
    } else {
        print!("{}", goals::table(&verdicts, cli.markdown));
    }
    let missed = verdicts.iter().any(|verdict| verdict.met == Some(false));
    if missed && !cli.smoke { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
