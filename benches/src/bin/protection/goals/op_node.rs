//! Comparison of `op_node()` with the monitor that it stands for.

use super::{Limit, Verdict, outcome};
use crate::ledger::Figures;
use crate::runner::Cell;
use crate::scenario::Tells;

/// Bad messages and lost time under `op_node()` as a multiple of those under op-node's own monitor.
///
/// Means over all seeds: where the next look is the only thing that stops an attacker, its moment
/// decides over seconds of full speed. What nothing stops under either is not compared.
pub(super) fn judge(cells: &[Cell]) -> Vec<Verdict> {
    let harm = |scenario: &str| {
        let harm = |figures: &Figures| figures.harm;
        ratio(cells, scenario, Tells::Harm, FEW, harm)
    };
    let lost = |scenario: &str| ratio(cells, scenario, Tells::Lost, 1.0, |run| run.honest_lost);
    vec![
        verdict(
            "`op_node()` against op-node's monitor, bad messages, but for oscillating scores",
            worst(cells, |name| harm(name).filter(|_| name != OSCILLATION)),
            None,
        ),
        verdict(
            "the same, oscillating scores",
            worst(cells, |name| harm(name).filter(|_| name == OSCILLATION)),
            Some(Limit {
                at_most: 250.0,
                why: "the order in which peers are looked at is the same in every cycle, so an \
                      attacker that sees when it is looked at knows when it will be again",
            }),
        ),
        verdict("the same, honest time lost", worst(cells, lost), None),
    ]
}

fn verdict(
    what: &'static str,
    worst: Option<(f64, &'static str)>,
    limit: Option<Limit>,
) -> Verdict {
    let ratio = worst.map(|(ratio, _)| ratio);
    Verdict {
        what,
        at_most: AT_MOST,
        unit: "times",
        worst: ratio,
        at: worst.map(|(_, name)| name.to_owned()),
        outcome: outcome(ratio, AT_MOST, limit),
    }
}

fn worst(cells: &[Cell], ratio: impl Fn(&str) -> Option<f64>) -> Option<(f64, &'static str)> {
    let ours = cells.iter().filter(|cell| cell.column.name == OURS);
    ours.filter_map(|cell| Some((ratio(cell.scenario.name)?, cell.scenario.name)))
        .max_by(|(one, _), (other, _)| one.total_cmp(other))
}

/// Ours as a multiple of theirs; so much more than theirs means nothing.
fn ratio(
    cells: &[Cell],
    scenario: &str,
    tells: Tells,
    nothing: f64,
    figure: fn(&Figures) -> f64,
) -> Option<f64> {
    let mean = |column: &str| {
        let cell = cells.iter().find(|cell| {
            cell.scenario.name == scenario
                && cell.scenario.tells == tells
                && cell.column.name == column
        })?;
        if cell.runs.iter().any(|run| run.cut_short) {
            return None;
        }
        Some(cell.runs.iter().map(figure).sum::<f64>() / cell.runs.len() as f64)
    };
    let (ours, theirs) = (mean(OURS)?, mean(THEIRS)?);
    Some((ours - nothing).max(0.0) / theirs.max(1.0))
}

const AT_MOST: f64 = 1.1;
/// Bad messages that mean nothing.
const FEW: f64 = 50.0;
const OSCILLATION: &str = "oscillating-score";
const OURS: &str = "op_node";
const THEIRS: &str = "op-node's";
