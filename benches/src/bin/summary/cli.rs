//! What can be asked for.

use clap::{Parser, ValueEnum};

use crate::scale::Scale;
use crate::sections::Section;

/// Measures what peerwarden costs, in under two minutes.
///
/// Prints a line for each figure, `name value unit`, and then whether the goals are met. Fails if one
/// is not. Every figure that is judged is a ratio, taken in turns with a baseline in the same run;
/// the times beside them are those of this machine at this moment.
#[derive(Debug, Parser)]
#[command(name = "summary")]
pub(crate) struct Cli {
    /// What to measure; everything if nothing is named
    #[arg(value_name = "SECTION")]
    only: Vec<Section>,
    /// Small sizes and few turns: shows that everything runs, and judges nothing
    #[arg(long)]
    pub(crate) smoke: bool,
    /// Print figures and goals as JSON instead
    #[arg(long, conflicts_with = "markdown")]
    pub(crate) json: bool,
    /// Print the tables of the README instead
    #[arg(long)]
    pub(crate) markdown: bool,
}

impl Cli {
    pub(crate) fn sections(&self) -> Vec<Section> {
        if self.only.is_empty() { Section::value_variants().to_vec() } else { self.only.clone() }
    }

    pub(crate) fn scale(&self) -> Scale {
        if self.smoke { Scale::SMOKE } else { Scale::FULL }
    }
}
