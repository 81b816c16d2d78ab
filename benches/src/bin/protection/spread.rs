//! Spread of a figure over runs with different seeds.

use crate::ledger::Figures;
use crate::runner::Cell;
use crate::tables::short;

/// Share of the most bad messages by which seeds may differ, as `PROTECTION.md` says.
const HARM: f64 = 0.25;
/// Bad messages by which they may differ whatever their number.
const FEW: f64 = 250.0;
/// Share of the most time lost by which seeds may differ.
const LOST: f64 = 0.3;
/// Points of time lost by which they may differ whatever it is.
const POINTS: f64 = 2.0;

/// Cells whose seeds are further apart than stated, a line each, and the widest that are not.
pub(crate) fn check(cells: &[Cell]) -> Result<String, String> {
    let mut beyond = Vec::new();
    let (mut harm_widest, mut lost_widest) = ((0.0, ""), (0.0, ""));
    for cell in cells.iter().filter(|cell| cell.runs.len() > 1 && !turns_on_chance(cell)) {
        let (low, high) = range(&cell.runs, |figures| figures.harm);
        let (less, more) = range(&cell.runs, |figures| figures.honest_lost);
        let harm = ((high - low - FEW) / high.max(1.0)).max(0.0);
        let lost = ((more - less - POINTS) / more.max(1e-9)).max(0.0);
        if harm > HARM || lost > LOST {
            beyond.push(format!(
                "{}, {}: {} to {} bad messages, {less:.2} to {more:.2} % lost",
                cell.scenario.name,
                cell.column.name,
                short(low),
                short(high)
            ));
        }
        if harm > harm_widest.0 {
            harm_widest = (harm, cell.scenario.name);
        }
        if lost > lost_widest.0 {
            lost_widest = (lost, cell.scenario.name);
        }
    }
    if beyond.is_empty() {
        let percent = |share: f64| (share * 100.0).round();
        Ok(format!(
            "seeds differ by at most {} % of the bad messages ({}) and {} % of the time lost ({})",
            percent(harm_widest.0),
            harm_widest.1,
            percent(lost_widest.0),
            lost_widest.1
        ))
    } else {
        Err(beyond.join("\n"))
    }
}

/// Returns whether the seeds of a column can be far apart: those that look at one peer a second, where the
/// moment of the next look is all that stops an attacker.
fn turns_on_chance(cell: &Cell) -> bool {
    ["op-node's", "op_node"].contains(&cell.column.name)
}

fn range(runs: &[Figures], figure: impl Fn(&Figures) -> f64) -> (f64, f64) {
    runs.iter()
        .map(figure)
        .fold((f64::MAX, f64::MIN), |(low, high), value| (low.min(value), high.max(value)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runner::samples::cell;

    #[test]
    fn seeds_that_are_further_apart_than_stated_are_named() {
        let near = cell("burst", "default", &[(10_000.0, 1.0), (9_000.0, 2.0)]);
        assert!(check(std::slice::from_ref(&near)).is_ok());
        let far = cell("drip", "flow", &[(10_000.0, 1.0), (5_000.0, 1.0)]);
        let lost = cell("nat-attacked", "flow", &[(1.0, 1.0), (1.0, 20.0)]);
        let chance = cell("burst", "op-node's", &[(10_000.0, 1.0), (5_000.0, 1.0)]);
        let beyond = check(&[near, far, lost, chance]).unwrap_err();
        let named: Vec<_> = beyond.lines().filter_map(|line| line.split(':').next()).collect();
        assert_eq!(named, ["drip, flow", "nat-attacked, flow"]);
    }
}
