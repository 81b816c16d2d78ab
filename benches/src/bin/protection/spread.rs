//! Spread of a figure over runs with different seeds.

use crate::ledger::Figures;
use crate::runner::Cell;
use crate::tables::short;

/// Differences between seeds that are stated in `PROTECTION.md`.
const HARM: f64 = 0.25;
/// Bad messages by which runs may differ whatever their number.
const FEW: f64 = 250.0;
/// Points of time lost by which runs may differ.
const LOST: f64 = 6.0;

/// Cells whose seeds are further apart than stated, a line each, and the widest that are not.
pub(crate) fn check(cells: &[Cell]) -> Result<String, String> {
    let mut beyond = Vec::new();
    let (mut harm_widest, mut lost_widest) = ((0.0, ""), (0.0, ""));
    for cell in cells.iter().filter(|cell| cell.runs.len() > 1) {
        let (low, high) = range(&cell.runs, |figures| figures.harm);
        let (less, more) = range(&cell.runs, |figures| figures.honest_lost);
        let harm = ((high - low - FEW) / high.max(1.0)).max(0.0);
        let lost = more - less;
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
        Ok(format!(
            "seeds are at most {:.0} % of the bad messages apart ({}), and {:.1} points of time lost ({})",
            harm_widest.0 * 100.0,
            harm_widest.1,
            lost_widest.0,
            lost_widest.1
        ))
    } else {
        Err(beyond.join("\n"))
    }
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
        let beyond = check(&[near, far, lost]).unwrap_err();
        let named: Vec<_> = beyond.lines().filter_map(|line| line.split(':').next()).collect();
        assert_eq!(named, ["drip, flow", "nat-attacked, flow"]);
    }
}
