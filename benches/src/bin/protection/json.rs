//! All figures as JSON.

use serde_json::{Value, json};

use crate::goals::Verdict;
use crate::ledger::Figures;
use crate::runner::Cell;

/// Every figure of every run, and the goals.
pub(crate) fn document(cells: &[Cell], seed: u64, verdicts: &[Verdict]) -> Value {
    let cells: Vec<_> = cells
        .iter()
        .map(|cell| {
            let runs: Vec<_> =
                (seed..).zip(&cell.runs).map(|(seed, run)| figures(seed, run)).collect();
            json!({ "scenario": cell.scenario.name, "column": cell.column.name, "runs": runs })
        })
        .collect();
    json!({ "cells": cells, "goals": verdicts })
}

fn figures(seed: u64, figures: &Figures) -> Value {
    json!({
        "seed": seed,
        "bad_messages": figures.harm,
        "bad_messages_an_hour_late": figures.harm_an_hour,
        "cut_short": figures.cut_short,
        "honest_lost_percent": figures.honest_lost,
        "newcomers_lost_percent": figures.newcomers_lost,
        "honest_banned": figures.honest_banned,
        "first_ban_seconds": figures.first_ban,
        "ids_banned": figures.banned_ids,
        "networks_banned": figures.place_bans,
        "fewest_honest_up": figures.fewest_up,
        "honest_up_at_end": figures.up_at_end,
        "largest_table": figures.largest_table,
        "offender_remembered": figures.remembered,
    })
}
