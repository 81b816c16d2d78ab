//! Goals on the figures of some scenarios under some columns.

use super::{Goal, Limit};
use crate::ledger::Figures;

/// Reports only, and with valid messages counted.
const REPORTS: &[&str] = &["default", "+valid"];
const VALID: &[&str] = &["+valid"];
const SCORES: &[&str] = &["+scores"];

/// Every goal but the comparison with op-node.
pub(super) const GOALS: &[Goal] = &[
    Goal {
        what: "sybils, one IPv4 or one /64, second hour",
        scenarios: &["sybils-v4", "sybils-64", "sybils-v4-cut"],
        columns: REPORTS,
        figure: an_hour,
        unit: "an hour",
        at_most: 2_000.0,
        limit: None,
    },
    Goal {
        what: "sybils, one /56 or /48, bursts, until cut or patient",
        scenarios: &["sybils-56", "sybils-48", "sybils-48-cut", "sybils-48-patient"],
        columns: REPORTS,
        figure: an_hour,
        unit: "an hour",
        at_most: 10_000.0,
        limit: None,
    },
    Goal {
        what: "20 sybils at once or in turn from one IPv4, valid messages counted",
        scenarios: &["concurrent-20", "in-turn-20"],
        columns: VALID,
        figure: an_hour,
        unit: "an hour",
        at_most: 7_000.0,
        limit: None,
    },
    Goal {
        what: "polite drip, valid messages counted, second day",
        scenarios: &["drip", "drip-tuned"],
        columns: VALID,
        figure: a_day,
        unit: "a day",
        at_most: 1_000.0,
        limit: Some(Limit {
            at_most: 1_015.0,
            why: "1000 a day are regained, 10 more while the drip uses up a thousand",
        }),
    },
    Goal {
        what: "hit and run, valid messages counted, second day",
        scenarios: &["hit-and-run"],
        columns: VALID,
        figure: a_day,
        unit: "a day",
        at_most: 1_000.0,
        limit: None,
    },
    Goal {
        what: "framing by signed authors, honest time lost",
        scenarios: &["framing-signed", "framing-20"],
        columns: REPORTS,
        figure: lost,
        unit: "%",
        at_most: 0.0,
        limit: None,
    },
    Goal {
        what: "incident at 1 to 20 bad messages a second of everybody, honest banned",
        scenarios: &["incident-1", "incident-2", "incident-5", "incident-20", "incident-at-start"],
        columns: REPORTS,
        figure: banned,
        unit: "peers",
        at_most: 0.0,
        limit: None,
    },
    Goal {
        what: "eclipse during an incident, honest time lost",
        scenarios: &["incident-eclipse"],
        columns: REPORTS,
        figure: lost,
        unit: "%",
        at_most: 1.0,
        limit: None,
    },
    Goal {
        what: "NAT of 200, six attackers behind it, honest time lost",
        scenarios: &["nat-attacked", "nat-attacked-noisy"],
        columns: REPORTS,
        figure: lost,
        unit: "%",
        at_most: 40.0,
        limit: None,
    },
    Goal {
        what: "NAT of 200, one raid, honest time lost",
        scenarios: &["nat-raided-once"],
        columns: REPORTS,
        figure: lost,
        unit: "%",
        at_most: 1.0,
        limit: None,
    },
    Goal {
        what: "NAT of 200 raided once an hour for a day, newcomers' time lost",
        scenarios: &["nat-raided-hourly"],
        columns: REPORTS,
        figure: newcomers,
        unit: "%",
        at_most: 40.0,
        limit: None,
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
        limit: None,
    },
    Goal {
        what: "churn at 10 s and 25 s with scores, in 4 h",
        scenarios: &["churn-10s", "churn-25s"],
        columns: SCORES,
        figure: in_all,
        unit: "messages",
        at_most: 200.0,
        limit: Some(Limit {
            at_most: 520.0,
            why: "125 messages in 25 s stay under the threshold, one look falls into each visit, and \
                  the ban when it leaves lasts an hour",
        }),
    },
];

fn an_hour(figures: &Figures) -> f64 {
    figures.harm_an_hour
}

fn a_day(figures: &Figures) -> f64 {
    figures.harm_an_hour * 24.0
}

fn in_all(figures: &Figures) -> f64 {
    figures.harm
}

/// To a hundredth of a percent: a handshake takes time as well.
fn lost(figures: &Figures) -> f64 {
    (figures.honest_lost * 100.0).round() / 100.0
}

fn newcomers(figures: &Figures) -> f64 {
    figures.newcomers_lost.unwrap_or_default()
}

fn banned(figures: &Figures) -> f64 {
    figures.honest_banned as f64
}
