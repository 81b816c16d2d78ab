//! Fuzz target: the engine against the reference model.

use arbitrary::{Arbitrary, Result, Unstructured};

use crate::compare::Comparison;
use crate::inputs::steps;
use crate::settings::SmallConfig;
use crate::steps::Step;

/// A policy and a history.
#[derive(Clone, Debug)]
pub struct Input {
    config: SmallConfig,
    steps: Vec<Step>,
}

impl<'a> Arbitrary<'a> for Input {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let (config, far) = (u.arbitrary()?, u.arbitrary()?);
        let steps: Vec<Step> = steps(u)?;
        let fit = |step: Step| if far { step.without_restart() } else { step.within_reach() };
        Ok(Self { config, steps: steps.into_iter().map(fit).collect() })
    }
}

/// Plays the history to both and compares every action and every answer.
///
/// # Panics
///
/// If they differ.
pub fn run(input: Input) {
    let mut comparison = Comparison::new(input.config.0);
    for step in &input.steps {
        comparison.play(step).unwrap_or_else(|fault| panic!("{fault}"));
    }
}
