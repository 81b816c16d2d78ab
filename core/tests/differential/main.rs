//! Drives the engine and the reference model with the same random histories and compares every
//! action and every answer.
//!
//! `PROPTEST_CASES` says how many histories; failures are kept in `regressions.txt`.

#[cfg(test)]
mod deadline;
#[cfg(test)]
mod duel;
#[cfg(test)]
#[path = "../scenarios/files.rs"]
mod files;
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
#[path = "../scenarios/number.rs"]
mod number;
#[cfg(test)]
mod policies;
#[cfg(test)]
mod properties;
#[cfg(test)]
#[path = "../scenarios/replay.rs"]
mod replay;
#[cfg(test)]
#[path = "../scenarios/scenario.rs"]
mod scenario;
#[cfg(test)]
mod scenes;
#[cfg(test)]
#[path = "../scenarios/settings.rs"]
mod settings;
#[cfg(test)]
#[path = "../scenarios/step.rs"]
mod step;
#[cfg(test)]
mod steps;
#[cfg(test)]
#[path = "../scenarios/subject.rs"]
mod subject;
#[cfg(test)]
mod values;
#[cfg(test)]
mod witness;

use proptest::prelude::*;
use proptest::test_runner::FileFailurePersistence;

use duel::Duel;
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
        let mut duel = Duel::new(config);
        for step in &steps {
            duel.play(step).map_err(TestCaseError::fail)?;
        }
    }
}

#[test]
fn zz_stats() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut stats = std::collections::BTreeMap::<String, (u32, u32)>::new();
    let n = 400;
    for case in 1..=n {
        let (steps, config) = (scenes::any_history(), policies::any_config())
            .new_tree(&mut runner)
            .unwrap()
            .current();
        let mut model = model::Model::new(config);
        let mut latest = peerwarden_core::Instant::ORIGIN;
        for step in &steps {
            let now = step.moment.resolve(latest, &model);
            latest = latest.max(now);
            for _ in 0..step.times {
                for action in model.handle_input(step.event.clone(), now) {
                    use peerwarden_core::{Action, Subject};
                    let s = |s: &Subject<u8>| match s {
                        Subject::Peer(_) => "peer",
                        Subject::Addr(_) => "addr",
                    };
                    let key = match &action {
                        Action::Withhold { subject, cause, why } => {
                            format!("withhold {} {cause} {why}", s(subject))
                        }
                        Action::Ban { subject, cause, .. } => format!("ban {} {cause}", s(subject)),
                        Action::Amend { subject, cause, .. } => {
                            format!("amend {} {cause}", s(subject))
                        }
                        Action::Unban { subject, cause } => format!("unban {} {cause}", s(subject)),
                        Action::Incident { on } => format!("incident {on}"),
                        other => format!("{other}").split(' ').next().unwrap().to_owned(),
                    };
                    let e = stats.entry(key).or_default();
                    if e.1 < case {
                        e.0 += 1;
                        e.1 = case;
                    }
                }
            }
        }
    }
    for (k, (v, _)) in stats {
        println!("{k}: {v}/{n}");
    }
}
