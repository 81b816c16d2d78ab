//! Drives the engine and the reference model with the same random histories and compares every
//! action and every answer.
//!
//! `PROPTEST_CASES` says how many histories; failures are kept in `regressions.txt`.

#[cfg(test)]
mod deadline;
#[cfg(test)]
mod duel;
#[cfg(test)]
#[path = "../model/mod.rs"]
mod model;
#[cfg(test)]
mod moment;
#[cfg(test)]
mod policies;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod steps;
#[cfg(test)]
mod witness;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::FileFailurePersistence;

use duel::Duel;

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: Some(Box::new(FileFailurePersistence::Direct(
            "tests/differential/regressions.txt",
        ))),
        max_shrink_iters: 20_000,
        ..ProptestConfig::default()
    })]

    #[test]
    fn engine_and_model_agree_on_every_history(
        steps in vec(steps::any_step(), 1..60),
        config in policies::any_config(),
    ) {
        let mut duel = Duel::new(config);
        for step in &steps {
            duel.play(step).map_err(TestCaseError::fail)?;
        }
    }
}
