//! Arguments of the command line.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{Parser, ValueEnum};

use crate::scale::Scale;
use crate::sections::Section;

/// Measures what peerwarden costs. The section `store` takes minutes, the others under two together.
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
    /// How many peers are tracked, from few to many, instead of 1 000 to 1 000 000; judges nothing
    #[arg(long, value_delimiter = ',', value_name = "PEERS")]
    sizes: Vec<NonZeroUsize>,
    /// Draw cost against size into this folder, as SVG
    #[arg(long, value_name = "DIR")]
    pub(crate) plots: Option<PathBuf>,
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

    /// Whether goals are judged: they are about the sizes that are measured by default.
    pub(crate) fn judges(&self) -> bool {
        !self.smoke && self.sizes.is_empty()
    }

    pub(crate) fn scale(&self) -> Scale {
        let mut scale = if self.smoke { Scale::smoke() } else { Scale::full() };
        if !self.sizes.is_empty() {
            scale.sizes = self.sizes.iter().map(|size| size.get()).collect();
        }
        scale
    }
}
