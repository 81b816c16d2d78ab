//! Fuzz target: properties that hold in every history.

use arbitrary::{Arbitrary, Result, Unstructured};

use crate::checks::{Step, Trial};
use crate::inputs::steps;
use crate::settings::SmallConfig;

/// A policy and a history.
#[derive(Clone, Debug)]
pub struct Input {
    config: SmallConfig,
    steps: Vec<Step>,
}

impl<'a> Arbitrary<'a> for Input {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        Ok(Self { config: u.arbitrary()?, steps: steps(u)? })
    }
}

/// Plays the history and checks everything after each step.
///
/// # Panics
///
/// If something does not hold.
pub fn run(input: Input) {
    let mut trial = Trial::new(input.config.0);
    for step in &input.steps {
        trial.play(step).unwrap_or_else(|fault| panic!("{fault}"));
    }
}
