//! Runs of every scenario under every column, on all processors.

use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use peerwarden_core::ConfigError;

use crate::columns::{Column, Table};
use crate::ledger::Figures;
use crate::policies::Peerwarden;
use crate::policy::Policy;
use crate::recording::Recording;
use crate::scenario::{Scale, Scenario, Variants};
use crate::world::Setup;

/// One cell of the tables, and what came of it under each seed.
#[derive(Clone, Debug)]
pub(crate) struct Cell {
    /// Row.
    pub(crate) scenario: Scenario,
    /// Column.
    pub(crate) column: Column,
    /// Figures by seed, in the order of the seeds.
    pub(crate) runs: Vec<Figures>,
}

/// What is run of each cell.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    /// The first seed.
    pub(crate) seed: u64,
    /// How many seeds.
    pub(crate) seeds: u64,
    /// How much of each scenario.
    pub(crate) scale: Scale,
    /// Where the run with the first seed is recorded, of columns that are the engine.
    pub(crate) record: Option<PathBuf>,
}

/// Runs every scenario that makes sense under a column, with as many seeds as are asked for or as the
/// column needs.
///
/// # Errors
///
/// The engine refuses the settings of a column, or a recording cannot be written.
pub(crate) fn run(
    scenarios: &[Scenario],
    columns: &[Column],
    plan: &Plan,
) -> Result<Vec<Cell>, String> {
    let mut cells = Vec::new();
    for scenario in scenarios {
        for column in columns.iter().filter(|column| makes_sense(scenario, column)) {
            let (scenario, column) = (*scenario, *column);
            cells.push(Cell { scenario, column, runs: Vec::new() });
        }
    }
    let done = in_parallel(&cells, |cell| runs(cell, plan));
    for (cell, runs) in cells.iter_mut().zip(done) {
        cell.runs = runs?;
    }
    Ok(cells)
}

fn makes_sense(scenario: &Scenario, column: &Column) -> bool {
    let variants = match column.table {
        Table::Systems => true,
        Table::Rules => scenario.variants != Variants::None,
        Table::Ladder => scenario.variants == Variants::RulesAndLadder,
    };
    variants && (column.scores || !scenario.needs_scores)
}

/// All runs of a cell. More than were asked for, where a mean is needed: if few bad messages are accepted,
/// few looks decide.
fn runs(cell: &Cell, plan: &Plan) -> Result<Vec<Figures>, String> {
    let least = if plan.scale.is_smoke() { 1 } else { cell.column.least_seeds };
    let mut runs = Vec::new();
    for more in 0..plan.seeds.max(least) {
        let seed = plan.seed.wrapping_add(more);
        let record = plan.record.as_deref().filter(|_| more == 0);
        let figures = one(&cell.scenario, &cell.column, seed, plan.scale, record)?;
        let many = figures.harm > MANY;
        runs.push(figures);
        if many && more + 1 >= plan.seeds {
            break;
        }
    }
    Ok(runs)
}

/// Bad messages beyond which one run is a mean by itself.
const MANY: f64 = 50_000.0;

fn one(
    scenario: &Scenario,
    column: &Column,
    seed: u64,
    scale: Scale,
    record: Option<&Path>,
) -> Result<Figures, String> {
    let refused = |error: ConfigError| error.to_string();
    let config = column.config(scenario).map_err(refused)?;
    let (policy, recording): (Box<dyn Policy>, _) = match record.zip(config) {
        Some((folder, config)) => {
            let name = format!("{} {}", scenario.name, column.name);
            let recording = Recording::begin(folder, &name, &config)?;
            (Box::new(Peerwarden::new(config).recorded(Rc::clone(&recording))), Some(recording))
        }
        None => (column.policy(scenario, seed).map_err(refused)?, None),
    };
    let setup = Setup {
        policy,
        knowledge: column.knowledge,
        feeds_valid: column.feeds_valid,
        slots: scenario.slots,
        warmup: scenario.warmup.min(scale.warmup),
        length: scenario.length.min(scale.length),
        enough: scale.enough,
        seed,
    };
    let figures = scenario.run(setup);
    recording.map_or(Ok(()), |recording| recording.borrow_mut().end())?;
    Ok(figures)
}

/// Does all jobs, each once, on as many threads as there are processors; results in the jobs' order.
fn in_parallel<J: Sync, R: Send>(jobs: &[J], work: impl Fn(&J) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::with_capacity(jobs.len()));
    let threads = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    let Some(job) = jobs.get(number) else { break };
                    let result = work(job);
                    done.lock().unwrap_or_else(PoisonError::into_inner).push((number, result));
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_by_key(|(number, _)| *number);
    done.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
pub(crate) mod samples {
    use peerwarden_core::Instant;

    use super::*;
    use crate::ledger::Ledger;
    use crate::time::hours;
    use crate::{columns, scenarios};

    /// A cell by the names of its row and column, with one run for each of these figures of harm and of
    /// honest time lost.
    pub(crate) fn cell(scenario: &str, column: &str, runs: &[(f64, f64)]) -> Cell {
        let scenario = scenarios::all().into_iter().find(|each| each.name == scenario).unwrap();
        let column = columns::all().into_iter().find(|each| each.name == column).unwrap();
        let nothing = Ledger::new(Instant::ORIGIN, hours(1), 1).close(Instant::from_secs(3_600));
        let run = |(harm, honest_lost): &(f64, f64)| Figures {
            harm: *harm,
            harm_an_hour: *harm,
            honest_lost: *honest_lost,
            ..nothing.clone()
        };
        Cell { scenario, column, runs: runs.iter().map(run).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{columns, scenarios};

    #[test]
    fn variants_run_where_they_can_make_a_difference_and_scores_only_where_somebody_looks() {
        let names = |scenario: &str| {
            let scenario = *scenarios::all().iter().find(|each| each.name == scenario).unwrap();
            let makes_sense = |column: &Column| makes_sense(&scenario, column);
            let columns = columns::all().into_iter().filter(makes_sense);
            columns.map(|column| column.name).collect::<Vec<_>>()
        };
        assert_eq!(names("slots-v4").len(), 10, "systems only");
        assert!(names("incident-5").contains(&"no incident"));
        assert!(!names("incident-5").contains(&"to 80 min"));
        assert!(names("nat-raided-hourly").contains(&"to 80 min"));
        assert!(!names("oscillating-score").contains(&"default"));
        assert!(names("oscillating-score").contains(&"+scores"));
    }

    #[test]
    fn results_of_parallel_jobs_are_in_the_order_of_the_jobs() {
        let jobs: Vec<u64> = (0..500).collect();
        let doubled = in_parallel(&jobs, |job| job * 2);
        assert_eq!(doubled, (0..1_000).step_by(2).collect::<Vec<_>>());
    }

    #[test]
    fn the_same_seed_gives_the_same_figures_to_the_last_digit() {
        let scenarios: Vec<_> = scenarios::all()
            .into_iter()
            .filter(|scenario| ["nat-attacked", "incident-5", "noise-1%"].contains(&scenario.name))
            .collect();
        let columns: Vec<_> =
            columns::all().into_iter().filter(|column| column.variant_of.is_none()).collect();
        let plan = Plan { seed: 7, seeds: 1, scale: Scale::SMOKE, record: None };
        let run = || run(&scenarios, &columns, &plan).unwrap();
        for (one, other) in run().into_iter().zip(run()) {
            assert_eq!(one.runs, other.runs, "{} {}", one.scenario.name, one.column.name);
        }
    }
}
