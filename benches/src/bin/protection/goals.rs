//! Goals, and whether they are met.

mod list;
mod op_node;

use std::fmt::Write;

use serde::Serialize;

use crate::ledger::Figures;
use crate::runner::Cell;
use crate::tables::short;

/// Bound on a figure of some scenarios under some columns, with every seed.
struct Goal {
    what: &'static str,
    scenarios: &'static [&'static str],
    columns: &'static [&'static str],
    figure: fn(&Figures) -> f64,
    unit: &'static str,
    at_most: f64,
    /// What is reached instead, where it is known why the goal cannot be.
    limit: Option<Limit>,
}

/// Bound that holds where a goal is known to be out of reach.
#[derive(Clone, Copy)]
struct Limit {
    at_most: f64,
    why: &'static str,
}

/// A goal, and what came of it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Verdict {
    what: &'static str,
    at_most: f64,
    unit: &'static str,
    /// The worst of the figures; none if they were not measured.
    worst: Option<f64>,
    /// Scenario and column of that.
    at: Option<String>,
    outcome: Outcome,
}

/// What came of a goal.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Outcome {
    Met,
    /// Missed, by no more than is known.
    Limit {
        at_most: f64,
        why: &'static str,
    },
    Missed,
    NotMeasured,
}

impl Verdict {
    /// Whether it is met, or missed by no more than is known.
    pub(crate) fn is_fine(&self) -> bool {
        match self.outcome {
            Outcome::Met | Outcome::Limit { .. } => true,
            Outcome::Missed | Outcome::NotMeasured => false,
        }
    }
}

/// Judges every goal.
pub(crate) fn judge(cells: &[Cell]) -> Vec<Verdict> {
    let mut verdicts: Vec<_> = list::GOALS.iter().map(|goal| goal.judge(cells)).collect();
    verdicts.extend(op_node::judge(cells));
    verdicts
}

/// A line for each goal, as Markdown.
pub(crate) fn table(verdicts: &[Verdict]) -> String {
    let mut text = "| goal | at most | measured | worst at | |\n|---|---|---|---|---|\n".to_owned();
    for Verdict { what, at_most, unit, worst, at, outcome } in verdicts {
        let worst = worst.map_or_else(|| "-".to_owned(), number);
        let outcome = match outcome {
            Outcome::Met => "met".to_owned(),
            Outcome::Limit { at_most, why } => {
                format!("missed: {why} (limit {})", number(*at_most))
            }
            Outcome::Missed => "**missed**".to_owned(),
            Outcome::NotMeasured => "**not measured**".to_owned(),
        };
        let (at_most, at) = (number(*at_most), at.as_deref().unwrap_or("-"));
        // Writing to a string does not fail.
        let _ = writeln!(text, "| {what} | {at_most} {unit} | {worst} | {at} | {outcome} |");
    }
    text
}

impl Goal {
    fn judge(&self, cells: &[Cell]) -> Verdict {
        let worst = cells
            .iter()
            .filter(|cell| {
                self.scenarios.contains(&cell.scenario.name)
                    && self.columns.contains(&cell.column.name)
            })
            .flat_map(|cell| cell.runs.iter().map(move |figures| ((self.figure)(figures), cell)))
            .max_by(|(one, _), (other, _)| one.total_cmp(other));
        Verdict {
            what: self.what,
            at_most: self.at_most,
            unit: self.unit,
            worst: worst.map(|(value, _)| value),
            at: worst.map(|(_, cell)| format!("{}, {}", cell.scenario.name, cell.column.name)),
            outcome: outcome(worst.map(|(value, _)| value), self.at_most, self.limit),
        }
    }
}

fn outcome(worst: Option<f64>, goal: f64, limit: Option<Limit>) -> Outcome {
    match (worst, limit) {
        (None, _) => Outcome::NotMeasured,
        (Some(worst), _) if worst <= goal => Outcome::Met,
        (Some(worst), Some(Limit { at_most, why })) if worst <= at_most => {
            Outcome::Limit { at_most, why }
        }
        (Some(_), _) => Outcome::Missed,
    }
}

/// With two decimals where they mean something.
fn number(value: f64) -> String {
    match value {
        ..100.0 => format!("{}", (value * 100.0).round() / 100.0),
        _ => short(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use crate::runner::samples::cell;

    const LIMIT: Limit = Limit { at_most: 30.0, why: "reasons" };

    #[test]
    fn a_figure_at_the_goal_meets_it_and_one_beyond_the_known_limit_misses_it() {
        assert_eq!(outcome(Some(20.0), 20.0, None), Outcome::Met);
        assert_eq!(outcome(Some(20.1), 20.0, None), Outcome::Missed);
        let at_limit = Outcome::Limit { at_most: 30.0, why: "reasons" };
        assert_eq!(outcome(Some(30.0), 20.0, Some(LIMIT)), at_limit);
        assert_eq!(outcome(Some(30.1), 20.0, Some(LIMIT)), Outcome::Missed);
        assert_eq!(outcome(Some(19.0), 20.0, Some(LIMIT)), Outcome::Met);
        assert_eq!(outcome(None, 20.0, Some(LIMIT)), Outcome::NotMeasured);
    }

    #[test]
    fn every_goal_names_scenarios_and_columns_that_there_are() {
        let scenarios: Vec<_> = crate::scenarios::all().iter().map(|each| each.name).collect();
        let columns: Vec<_> = crate::columns::all().iter().map(|each| each.name).collect();
        for goal in list::GOALS {
            assert!(goal.scenarios.iter().all(|name| scenarios.contains(name)), "{}", goal.what);
            assert!(goal.columns.iter().all(|name| columns.contains(name)), "{}", goal.what);
        }
    }

    #[test]
    fn the_worst_seed_of_the_worst_cell_is_judged_and_others_are_not() {
        let goal = Goal {
            what: "sybils",
            scenarios: &["sybils-v4", "sybils-64"],
            columns: &["default"],
            figure: |figures| figures.harm,
            unit: "messages",
            at_most: 50.0,
            limit: None,
        };
        let cells = [
            cell("sybils-v4", "default", &[(10.0, 0.0), (40.0, 0.0), (20.0, 0.0)]),
            cell("sybils-64", "default", &[(30.0, 0.0)]),
            cell("sybils-64", "+valid", &[(99.0, 0.0)]),
            cell("sybils-48", "default", &[(99.0, 0.0)]),
        ];
        let verdict = goal.judge(&cells);
        assert_eq!(verdict.worst, Some(40.0));
        assert_eq!(verdict.at.as_deref(), Some("sybils-v4, default"));
        assert_eq!(verdict.outcome, Outcome::Met);
        assert_eq!(goal.judge(&cells[2..]).outcome, Outcome::NotMeasured);
    }
}
