//! Drives the engine and the reference model with the same random histories and compares every
//! action and every answer.
//!
//! `PROPTEST_CASES` says how many histories; failures are kept in `regressions.txt`.

#[cfg(test)]
mod compare;
#[cfg(test)]
mod deadline;
#[cfg(test)]
#[path = "../scenarios/files.rs"]
mod files;
#[cfg(test)]
mod incidents;
#[cfg(test)]
#[path = "../scenarios/judge.rs"]
mod judge;
#[cfg(test)]
#[path = "../model/mod.rs"]
mod model;
#[cfg(test)]
mod moment;
#[cfg(test)]
mod named;
#[cfg(test)]
mod policies;
#[cfg(test)]
mod properties;
#[cfg(test)]
#[path = "../scenarios/replay.rs"]
mod replay;
#[cfg(test)]
mod resumed;
#[cfg(test)]
mod scenes;
#[cfg(test)]
mod steps;
#[cfg(test)]
mod values;
#[cfg(test)]
mod witness;

use proptest::prelude::*;
use proptest::test_runner::FileFailurePersistence;

use compare::Comparison;
use named::Named;

#[test]
fn every_scenario_file_holds_for_the_model() {
    files::replay_all::<Named>();
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: Some(Box::new(FileFailurePersistence::Direct(
            "tests/differential/regressions.txt",
        ))),
        max_shrink_iters: 600,
        ..ProptestConfig::default()
    })]

    #[test]
    fn engine_and_model_agree_on_every_history(
        steps in scenes::any_history(),
        config in policies::any_config(),
    ) {
        let mut comparison = Comparison::new(config);
        for step in &steps {
            comparison.play(step).map_err(TestCaseError::fail)?;
        }
    }

    #[test]
    fn engine_and_model_agree_on_every_incident(
        (config, steps) in incidents::any_policy_and_history(),
    ) {
        let mut comparison = Comparison::new(config);
        for step in &steps {
            comparison.play(step).map_err(TestCaseError::fail)?;
        }
    }
}
