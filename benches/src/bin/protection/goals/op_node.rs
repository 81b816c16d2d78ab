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
            "`op_node()` against op-node's monitor, bad messages, all other scenarios",
            worst(cells, |name| {
                harm(name).filter(|_| !KNOWN.iter().any(|(known, _)| *known == name))
            }),
            None,
        ),
        verdict("the same, oscillating score", worst(cells, |name| known(name, harm, 0)), limit(0)),
        verdict("the same, standing abuse", worst(cells, |name| known(name, harm, 1)), limit(1)),
        verdict("the same, honest time lost", worst(cells, lost), None),
    ]
}

/// The ratio, if this is the scenario of that known limit.
fn known(name: &str, ratio: impl Fn(&str) -> Option<f64>, number: usize) -> Option<f64> {
    KNOWN.get(number).filter(|(known, _)| *known == name).and_then(|_| ratio(name))
}

fn limit(number: usize) -> Option<Limit> {
    KNOWN.get(number).map(|(_, limit)| *limit)
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
/// Scenarios in which it is weaker, and why.
const KNOWN: [(&str, Limit); 2] = [
    (
        "oscillating-score",
        Limit {
            at_most: 100.0,
            why: "peers are looked at in the same order in every cycle, so an attacker that sees when \
                  it is looked at knows when it will be again",
        },
    ),
    (
        "standing-abuse",
        Limit {
            at_most: 1.5,
            why: "a peer that comes back is looked at a whole cycle later, never sooner",
        },
    ),
];
const OURS: &str = "op_node";
const THEIRS: &str = "op-node's";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::goals::Outcome;
    use crate::runner::samples::cell;

    #[test]
    fn means_of_all_seeds_are_compared_and_what_nothing_stops_is_not() {
        let mut cells = vec![
            cell("burst", OURS, &[(1_000.0, 0.0), (3_050.0, 0.0)]),
            cell("burst", THEIRS, &[(1_500.0, 0.0), (500.0, 0.0)]),
            cell("sybils-v4", OURS, &[(9e9, 0.0)]),
            cell("sybils-v4", THEIRS, &[(1.0, 0.0)]),
        ];
        for cut in cells.iter_mut().skip(2).flat_map(|cell| &mut cell.runs) {
            cut.cut_short = true;
        }
        let verdicts = judge(&cells);
        let worst = verdicts.first().and_then(|verdict| verdict.worst);
        assert!((worst.unwrap() - 1.975).abs() < 1e-9, "{worst:?}");
        let outcomes: Vec<_> = verdicts.iter().map(|verdict| verdict.outcome).collect();
        let none = Outcome::NotMeasured;
        assert_eq!(outcomes, [Outcome::Missed, none, none, none]);
    }

    #[test]
    fn what_is_known_to_be_weaker_is_judged_by_its_own_limit() {
        let cells = [
            cell("oscillating-score", OURS, &[(10_000.0, 0.0)]),
            cell("oscillating-score", THEIRS, &[(100.0, 0.0)]),
            cell("noise-1%", OURS, &[(0.0, 95.0)]),
            cell("noise-1%", THEIRS, &[(0.0, 96.0)]),
        ];
        let outcomes: Vec<_> = judge(&cells).iter().map(|verdict| verdict.outcome).collect();
        let [general, oscillation, standing, lost] = outcomes.try_into().unwrap();
        assert_eq!((general, standing), (Outcome::NotMeasured, Outcome::NotMeasured));
        assert!(matches!(oscillation, Outcome::Limit { .. }));
        assert_eq!(lost, Outcome::Met);
    }
}
