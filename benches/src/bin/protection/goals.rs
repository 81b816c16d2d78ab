//! Goals, and whether they are met.

use std::fmt::Write;

use serde::Serialize;

use crate::ledger::Figures;
use crate::runner::Cell;
use crate::scenario::Tells;
use crate::tables::short;

/// Bound on a figure of some scenarios under some columns, with every seed.
struct Goal {
    what: &'static str,
    scenarios: &'static [&'static str],
    columns: &'static [&'static str],
    figure: fn(&Figures) -> f64,
    unit: &'static str,
    at_most: f64,
}

/// What came of a goal.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Verdict {
    what: String,
    at_most: f64,
    unit: &'static str,
    /// The worst of the figures; none if they were not measured.
    worst: Option<f64>,
    /// Scenario and column of that.
    at: Option<String>,
    /// Whether it is met.
    pub(crate) met: Option<bool>,
}

/// Judges every goal.
pub(crate) fn judge(cells: &[Cell]) -> Vec<Verdict> {
    let mut verdicts: Vec<_> = GOALS.iter().map(|goal| goal.judge(cells)).collect();
    verdicts.push(against_op_node(cells));
    verdicts
}

/// A line for each goal, as Markdown.
pub(crate) fn table(verdicts: &[Verdict]) -> String {
    let mut text = "| goal | at most | measured | worst at | |\n|---|---|---|---|---|\n".to_owned();
    for Verdict { what, at_most, unit, worst, at, met } in verdicts {
        let number = |value: f64| match value {
            ..100.0 => format!("{}", (value * 100.0).round() / 100.0),
            _ => short(value),
        };
        let worst = worst.map_or_else(|| "-".to_owned(), number);
        let met = match met {
            Some(true) => "met",
            Some(false) => "**missed**",
            None => "not measured",
        };
        let (at_most, at) = (number(*at_most), at.as_deref().unwrap_or("-"));
        // Writing to a string does not fail.
        let _ = writeln!(text, "| {what} | {at_most} {unit} | {worst} | {at} | {met} |");
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
            what: self.what.to_owned(),
            at_most: self.at_most,
            unit: self.unit,
            worst: worst.map(|(value, _)| value),
            at: worst.map(|(_, cell)| format!("{}, {}", cell.scenario.name, cell.column.name)),
            met: worst.map(|(value, _)| value <= self.at_most),
        }
    }
}

/// `op_node()` against the monitor that it stands for, in every scenario that is about harm.
///
/// The moment of a look decides over a second of full speed, so what is compared is the mean of all
/// seeds, and a difference of [`LOOKS`] such seconds or of [`FEW`] messages means nothing.
fn against_op_node(cells: &[Cell]) -> Verdict {
    let harm = |scenario: &str, column: &str| {
        let cell = cells
            .iter()
            .find(|cell| cell.scenario.name == scenario && cell.column.name == column)?;
        let sum: f64 = cell.runs.iter().map(|figures| figures.harm).sum();
        Some(sum / cell.runs.len() as f64)
    };
    let worst = cells
        .iter()
        .filter(|cell| cell.column.name == "op_node" && cell.scenario.tells == Tells::Harm)
        .filter_map(|cell| {
            let name = cell.scenario.name;
            let (ours, theirs) = (harm(name, "op_node")?, harm(name, "op-node's")?);
            Some(((ours - FEW).max(0.0) / theirs.max(1.0), name))
        })
        .max_by(|(one, _), (other, _)| one.total_cmp(other));
    let at_most = 1.1;
    Verdict {
        what: "`op_node()` against op-node's own monitor, harm in every scenario".to_owned(),
        at_most,
        unit: "times",
        worst: worst.map(|(ratio, _)| ratio),
        at: worst.map(|(_, name)| name.to_owned()),
        met: worst.map(|(ratio, _)| ratio <= at_most),
    }
}

const FEW: f64 = 20.0;

fn an_hour(figures: &Figures) -> f64 {
    figures.harm_an_hour
}

fn a_day(figures: &Figures) -> f64 {
    figures.harm_an_hour * 24.0
}

fn in_all(figures: &Figures) -> f64 {
    figures.harm
}

fn lost(figures: &Figures) -> f64 {
    figures.honest_lost
}

fn newcomers(figures: &Figures) -> f64 {
    figures.newcomers_lost.unwrap_or_default()
}

fn banned(figures: &Figures) -> f64 {
    figures.honest_banned as f64
}

/// Reports only, and with valid messages counted.
const REPORTS: &[&str] = &["default", "+valid"];
const VALID: &[&str] = &["+valid"];
const SCORES: &[&str] = &["+scores"];

const GOALS: &[Goal] = &[
    Goal {
        what: "sybils, one IPv4 or one /64, second hour",
        scenarios: &["sybils-v4", "sybils-64", "sybils-v4-cut"],
        columns: REPORTS,
        figure: an_hour,
        unit: "an hour",
        at_most: 2_000.0,
    },
    Goal {
        what: "sybils, one /56 or /48, bursts, until cut or patient",
        scenarios: &["sybils-56", "sybils-48", "sybils-48-cut", "sybils-48-patient"],
        columns: REPORTS,
        figure: an_hour,
        unit: "an hour",
        at_most: 10_000.0,
    },
    Goal {
        what: "20 sybils at once or in turn from one IPv4, valid messages counted",
        scenarios: &["concurrent-20", "in-turn-20"],
        columns: VALID,
        figure: an_hour,
        unit: "an hour",
        at_most: 7_000.0,
    },
    Goal {
        what: "polite drip, valid messages counted, second day",
        scenarios: &["drip", "drip-tuned"],
        columns: VALID,
        figure: a_day,
        unit: "a day",
        at_most: 1_000.0,
    },
    Goal {
        what: "hit and run, valid messages counted, second day",
        scenarios: &["hit-and-run"],
        columns: VALID,
        figure: a_day,
        unit: "a day",
        at_most: 1_000.0,
    },
    Goal {
        what: "framing by signed authors, honest time lost",
        scenarios: &["framing-signed", "framing-20"],
        columns: REPORTS,
        figure: lost,
        unit: "%",
        at_most: 0.0,
    },
    Goal {
        what: "incident at 1 to 20 bad messages a second of everybody, honest banned",
        scenarios: &["incident-1", "incident-2", "incident-5", "incident-20", "incident-at-start"],
        columns: REPORTS,
        figure: banned,
        unit: "peers",
        at_most: 0.0,
    },
    Goal {
        what: "eclipse during an incident, honest time lost",
        scenarios: &["incident-eclipse"],
        columns: REPORTS,
        figure: lost,
        unit: "%",
        at_most: 1.0,
    },
    Goal {
        what: "NAT of 200, six attackers behind it, honest time lost",
        scenarios: &["nat-attacked", "nat-attacked-noisy"],
        columns: REPORTS,
        figure: lost,
        unit: "%",
        at_most: 40.0,
    },
    Goal {
        what: "NAT of 200, one raid, honest time lost",
        scenarios: &["nat-raided-once"],
        columns: REPORTS,
        figure: lost,
        unit: "%",
        at_most: 1.0,
    },
    Goal {
        what: "NAT of 200 raided once an hour for a day, newcomers' time lost",
        scenarios: &["nat-raided-hourly"],
        columns: REPORTS,
        figure: newcomers,
        unit: "%",
        at_most: 40.0,
    },
    Goal {
        what: "independent noise, every model, honest time lost",
        scenarios: &[
            "noise-0.1%",
            "noise-1%",
            "noise-1%-of-10",
            "noise-heavy",
            "noise-heavy-nat",
            "nat-noisy",
        ],
        columns: REPORTS,
        figure: lost,
        unit: "%",
        at_most: 0.0,
    },
    Goal {
        what: "churn at 10 s and 25 s with scores, in 4 h",
        scenarios: &["churn-10s", "churn-25s"],
        columns: SCORES,
        figure: in_all,
        unit: "messages",
        at_most: 200.0,
    },
];
