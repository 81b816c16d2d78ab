//! Arguments.

use std::path::PathBuf;

use clap::Parser;

use crate::columns::{self, Column};
use crate::scenario::{Scale, Scenario};
use crate::scenarios;

/// Measures whether policies protect a node, and whether they spare honest peers.
///
/// A deterministic simulation around the real engine: attackers that have read the policy, honest
/// peers with their faults, and small models of other systems. Prints the tables, and then whether the
/// goals are met; fails if one is not. With `--only` or `--smoke` nothing is judged.
#[derive(Debug, Parser)]
#[command(name = "protection")]
pub(crate) struct Cli {
    /// Run only scenarios and columns whose names contain one of these; give `=NAME` for exactly that
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    only: Vec<String>,
    /// First seed of all random numbers
    #[arg(long, default_value_t = 42)]
    seed: u64,
    /// Run everything with so many seeds, and show how far they are apart
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..=100))]
    seeds: u64,
    /// Minutes instead of hours: shows that everything runs
    #[arg(long)]
    smoke: bool,
    /// Write the tables as Markdown into this file: between its markers, if it has some
    #[arg(long, value_name = "FILE")]
    pub(crate) markdown: Option<PathBuf>,
    /// Write all figures as JSON into this file
    #[arg(long, value_name = "FILE")]
    pub(crate) json: Option<PathBuf>,
    /// Draw the plots into this folder, as SVG
    #[arg(long, value_name = "DIR")]
    pub(crate) plots: Option<PathBuf>,
    /// Write what the engine is told in each run into a file of this folder, for `peerwarden replay`
    #[arg(long, value_name = "DIR")]
    pub(crate) record: Option<PathBuf>,
    /// Print the names that `--only` knows, and what each is
    #[arg(long)]
    pub(crate) list: bool,
}

impl Cli {
    /// Scenarios that were asked for.
    pub(crate) fn scenarios(&self) -> Vec<Scenario> {
        let all = scenarios::all();
        let is_asked = |scenario: &Scenario| {
            // The small ones are not among those that are called like them.
            let is_in_tables = all.iter().any(|each| each.name == scenario.name);
            self.only.iter().any(|asked| {
                fits(asked, scenario.name) && (is_in_tables || asked.contains("small"))
            })
        };
        let asked: Vec<_> = scenarios::named().into_iter().filter(is_asked).collect();
        if asked.is_empty() { all } else { asked }
    }

    /// Columns that were asked for.
    pub(crate) fn columns(&self) -> Vec<Column> {
        let all = columns::all();
        let asked: Vec<_> = all.iter().copied().filter(|column| self.names(column.name)).collect();
        if asked.is_empty() { all } else { asked }
    }

    /// What was asked for and is no scenario or column.
    pub(crate) fn unknown(&self) -> Option<&str> {
        let scenarios = scenarios::named();
        let columns = columns::all();
        let names = || {
            let names = columns.iter().map(|column| column.name);
            scenarios.iter().map(|scenario| scenario.name).chain(names)
        };
        self.only.iter().map(String::as_str).find(|asked| !names().any(|name| fits(asked, name)))
    }

    /// First seed, and how many.
    pub(crate) fn seeds(&self) -> (u64, u64) {
        (self.seed, self.seeds)
    }

    /// How much of each scenario is run.
    pub(crate) fn scale(&self) -> Scale {
        if self.smoke { Scale::SMOKE } else { Scale::FULL }
    }

    /// Whether goals are judged: they are about everything, in full length.
    pub(crate) fn judges(&self) -> bool {
        !self.smoke && self.only.is_empty()
    }

    fn names(&self, name: &str) -> bool {
        self.only.iter().any(|asked| fits(asked, name))
    }
}

fn fits(asked: &str, name: &str) -> bool {
    match asked.strip_prefix('=') {
        Some(exact) => exact == name,
        // Nothing is contained in everything.
        None => !asked.is_empty() && name.contains(asked),
    }
}
