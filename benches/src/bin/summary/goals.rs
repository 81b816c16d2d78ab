//! Goals, and whether they are met.

use std::fmt::Write;

use serde::Serialize;

use crate::results::{Results, short};

/// What a figure is to be.
struct Goal {
    what: &'static str,
    /// How the names of the figures that are judged begin and end; the worst counts.
    begins: &'static str,
    ends: &'static str,
    bound: Bound,
}

#[derive(Clone, Copy)]
enum Bound {
    AtMost(f64),
    AtLeast(f64),
}

/// What came of a goal.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct GoalResult {
    what: &'static str,
    goal: String,
    /// The worst of the figures; none if they were not measured.
    worst: Option<f64>,
    /// Which that is.
    figure: Option<String>,
    pub(crate) met: Option<bool>,
}

pub(crate) fn judge(results: &Results) -> Vec<GoalResult> {
    GOALS.iter().map(|goal| goal.judge(results)).collect()
}

/// A line for each goal.
pub(crate) fn table(verdicts: &[GoalResult], markdown: bool) -> String {
    let mut table = String::new();
    if markdown && !verdicts.is_empty() {
        table.push_str("| figure | goal | measured | |\n| --- | --- | --- | --- |\n");
    }
    for verdict in verdicts {
        let measured = verdict.worst.map_or_else(|| "-".to_owned(), short);
        let met = match verdict.met {
            Some(true) => "pass",
            Some(false) => "FAIL",
            None => "not measured",
        };
        let line = if markdown {
            format!("| {} | {} | {measured} | {met} |", verdict.what, verdict.goal)
        } else {
            format!("{met}: {}, {measured} ({})", verdict.what, verdict.goal)
        };
        // Writing to a string does not fail.
        let _ = writeln!(table, "{line}");
    }
    table
}

impl Goal {
    fn judge(&self, results: &Results) -> GoalResult {
        let figures = results.like(self.begins, self.ends);
        let worst = match self.bound {
            Bound::AtMost(_) => figures.max_by(|a, b| a.value.total_cmp(&b.value)),
            Bound::AtLeast(_) => figures.min_by(|a, b| a.value.total_cmp(&b.value)),
        };
        let goal = match self.bound {
            Bound::AtMost(bound) => format!("at most {bound}"),
            Bound::AtLeast(bound) => format!("at least {bound}"),
        };
        let met = worst.map(|figure| match self.bound {
            Bound::AtMost(bound) => figure.value <= bound,
            Bound::AtLeast(bound) => figure.value >= bound,
        });
        GoalResult {
            what: self.what,
            goal,
            worst: worst.map(|figure| figure.value),
            figure: worst.map(|figure| figure.name.clone()),
            met,
        }
    }
}

const GOALS: &[Goal] = &[
    Goal {
        what: "heartbeat with nothing due, most peers / fewest",
        begins: "heartbeat/growth",
        ends: "ratio",
        bound: Bound::AtMost(1.5),
    },
    Goal {
        what: "Flow's eager loop / heartbeat with nothing due, most peers",
        begins: "heartbeat/flow/most",
        ends: "",
        bound: Bound::AtLeast(100_000.0),
    },
    Goal {
        what: "report on a known peer / counter increment in a HashMap, any size",
        begins: "report/known/siphash",
        ends: "ratio",
        bound: Bound::AtMost(1.6),
    },
    Goal {
        what: "check_peer of an unknown or known peer / lookup in a set, any size",
        begins: "gate/peer/siphash",
        ends: "ratio",
        bound: Bound::AtMost(1.5),
    },
    Goal {
        what: "allocations of a report, score or check that changes nothing",
        begins: "memory/allocations",
        ends: "",
        bound: Bound::AtMost(0.0),
    },
    Goal {
        what: "bytes for each idle peer, most peers",
        begins: "memory/idle/most",
        ends: "",
        bound: Bound::AtMost(250.0),
    },
    Goal {
        what: "fresh ids flooding a full table: peak memory / memory before",
        begins: "memory/flood",
        ends: "ratio",
        bound: Bound::AtMost(1.05),
    },
    Goal {
        what: "heartbeat in which bans end, for each / the report that made it",
        begins: "heartbeat/ends",
        ends: "ratio",
        bound: Bound::AtMost(5.0),
    },
    Goal {
        what: "connections per second, with the behaviour / without",
        begins: "driver/connections",
        ends: "ratio",
        bound: Bound::AtLeast(0.97),
    },
    Goal {
        what: "reports lost by Handle::report from 8 threads",
        begins: "driver/handle/8/lost",
        ends: "",
        bound: Bound::AtMost(0.0),
    },
    Goal {
        what: "Handle::report from 8 threads, millions a second",
        begins: "driver/handle/8/rate",
        ends: "",
        bound: Bound::AtLeast(1.0),
    },
    Goal {
        what: "a ban durable, whatever else is written and however many rows, ms",
        begins: "store/durable",
        ends: "longest",
        bound: Bound::AtMost(100.0),
    },
    Goal {
        what: "the engine's lock held by one call at most, most rows, us",
        begins: "lock/call",
        ends: "longest",
        bound: Bound::AtMost(1_000.0),
    },
    Goal {
        what: "the engine's lock held by the store's thread at most, most rows, us",
        begins: "lock/behind",
        ends: "longest",
        bound: Bound::AtMost(1_000.0),
    },
    Goal {
        what: "one poll in which 10 000 bans end, ms",
        begins: "lock/ends",
        ends: "poll",
        bound: Bound::AtMost(10.0),
    },
    Goal {
        what: "Handle::report for the thread that calls it, not recorded / recorded",
        begins: "recording/report",
        ends: "rate",
        bound: Bound::AtLeast(0.9),
    },
    Goal {
        what: "inputs lost to a recording at 500 000 a second",
        begins: "recording/paced",
        ends: "lost",
        bound: Bound::AtMost(0.0),
    },
    Goal {
        what: "inputs of a recording read and played on one core, millions a second",
        begins: "recording/played",
        ends: "rate",
        bound: Bound::AtLeast(1.0),
    },
    Goal {
        what: "the engine's lock held at most as a recording begins, most peers, us",
        begins: "recording/begin",
        ends: "longest",
        bound: Bound::AtMost(1_000.0),
    },
];
