//! Fuzz target: any policy that is accepted works.

use arbitrary::{Arbitrary, Result, Unstructured};
use peerwarden_core::Config;

use crate::checks::{Step, Trial};
use crate::unchecked_config::Setting;

/// Settings, and a short history.
#[derive(Clone, Debug)]
pub struct Input {
    settings: Vec<Setting>,
    steps: Vec<Step>,
}

impl<'a> Arbitrary<'a> for Input {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let mut settings = Vec::new();
        for _ in 0..u.int_in_range(0..=12)? {
            settings.push(u.arbitrary()?);
        }
        Ok(Self { settings, steps: u.arbitrary_iter()?.take(20).collect::<Result<_>>()? })
    }
}

/// Makes the policy and plays by it, with everything checked after each step.
///
/// # Panics
///
/// If something does not hold.
pub fn run(input: Input) {
    let config =
        input.settings.into_iter().fold(Config::default(), |config, setting| setting.apply(config));
    let mut trial = Trial::new(config);
    for step in &input.steps {
        trial.play(step).unwrap_or_else(|fault| panic!("{fault}"));
    }
}
