//! Plays random histories and checks after every input what has to hold in all of them.
//!
//! The checks themselves are in [`checks`], which the fuzzer uses too. `PROPTEST_CASES` says how
//! many histories; failures are kept in `regressions.txt`.

#[cfg(test)]
mod checks;
#[cfg(test)]
mod histories;
#[cfg(test)]
#[path = "../differential/policies.rs"]
mod policies;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::FileFailurePersistence;

use checks::Trial;

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: Some(Box::new(FileFailurePersistence::Direct(
            "tests/properties/regressions.txt",
        ))),
        max_shrink_iters: 20_000,
        ..ProptestConfig::default()
    })]

    #[test]
    fn every_history_keeps_every_promise(
        steps in vec(histories::any_step(), 1..60),
        config in policies::any_config(),
    ) {
        let mut trial = Trial::new(config);
        for step in &steps {
            trial.play(step).map_err(TestCaseError::fail)?;
        }
    }

    #[test]
    fn every_promise_is_kept_when_the_policy_changes(
        steps in vec(histories::any_step_or_policy(), 1..60),
        config in policies::any_config(),
    ) {
        let mut trial = Trial::new(config);
        for step in &steps {
            trial.play(step).map_err(TestCaseError::fail)?;
        }
    }

    #[test]
    fn a_restored_engine_keeps_every_promise(
        before in vec(histories::any_step(), 1..30),
        after in vec(histories::any_step(), 1..30),
        elsewhere in histories::any_clock(),
        config in policies::any_config(),
    ) {
        let mut trial = Trial::new(config.clone());
        for step in &before {
            trial.play(step).map_err(TestCaseError::fail)?;
        }
        let restored = Trial::restore(config, trial.snapshot(), elsewhere);
        let mut trial = restored.map_err(|error| TestCaseError::fail(error.to_string()))?;
        for step in &after {
            trial.play(step).map_err(TestCaseError::fail)?;
        }
    }
}
