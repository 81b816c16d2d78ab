//! Tables of the figures, as Markdown.

mod text;

use std::fmt::Write;

use crate::columns::{self, Column, Table};
use crate::ledger::Figures;
use crate::runner::Cell;
use crate::scenario::{Scenario, Tells};
use crate::scenarios;

pub(crate) use text::short;

/// All tables.
pub(crate) fn all(cells: &[Cell]) -> String {
    let parts = [
        ("peerwarden and others", CELLS, systems(cells)),
        ("What each rule is worth", RULES, rules(cells)),
        ("How long places are banned", LADDER, ladder(cells)),
        ("Other figures", DETAILS, details(cells)),
    ];
    let mut text = String::new();
    for (title, about, table) in parts.into_iter().filter(|(.., table)| !table.is_empty()) {
        // Writing to a string does not fail.
        let _ = write!(text, "### {title}\n\n{about}\n\n{table}\n");
    }
    text
}

/// Names of scenarios and columns, and what they are.
pub(crate) fn names() -> String {
    let mut text = String::new();
    for Scenario { name, title, .. } in scenarios::named() {
        let _ = writeln!(text, "{name:22} {title}");
    }
    for Column { name, about, .. } in columns::all() {
        let _ = writeln!(text, "{name:22} {about}");
    }
    text
}

/// Every scenario under the presets and the other systems.
fn systems(cells: &[Cell]) -> String {
    let columns = names_in(cells, |column| column.table == Table::Systems);
    grid(cells, &columns, |_| true, text::shown)
}

/// The other figures of the same, of what is compared most.
fn details(cells: &[Cell]) -> String {
    let columns = names_in(cells, |column| column.table == Table::Systems);
    grid(cells, &columns, |scenario| scenario.tells == Tells::Harm, text::details)
}

/// `default()` without one rule each, where that makes a difference.
fn rules(cells: &[Cell]) -> String {
    compared(cells, Table::Rules, &["+valid", "+scores"])
}

/// Other ends of the ladder of places, where that makes a difference.
fn ladder(cells: &[Cell]) -> String {
    compared(cells, Table::Ladder, &["+valid"])
}

/// Columns of one table beside the one that each is a variant of; rows in which one differs from it.
fn compared(cells: &[Cell], table: Table, bases: &[&str]) -> String {
    let variants = names_in(cells, |column| column.table == table);
    if variants.is_empty() {
        return String::new();
    }
    let mut columns = names_in(cells, |column| bases.contains(&column.name));
    columns.extend(variants);
    let differs = |scenario: &Scenario| {
        cells.iter().filter(|cell| cell.scenario.name == scenario.name).any(|cell| {
            let base = cell.column.variant_of;
            let base = base.and_then(|base| find(cells, scenario.name, base));
            cell.column.table == table
                && base.is_some_and(|base| text::differ(cell.runs.first(), base.runs.first()))
        })
    };
    grid(cells, &columns, differs, text::shown)
}

/// A table: a row for each scenario that is wanted, a cell for each of these columns.
fn grid(
    cells: &[Cell],
    columns: &[&str],
    wanted: impl Fn(&Scenario) -> bool,
    show: impl Fn(&Scenario, &Figures) -> String,
) -> String {
    let mut rows: Vec<&Scenario> = Vec::new();
    for scenario in cells.iter().map(|cell| &cell.scenario).filter(|row| wanted(row)) {
        if !rows.iter().any(|row| row.name == scenario.name) {
            rows.push(scenario);
        }
    }
    if rows.is_empty() || columns.is_empty() {
        return String::new();
    }
    let rule = "---|".repeat(columns.len());
    let mut text = format!("| scenario | {} |\n|---|{rule}\n", columns.join(" | "));
    for row in rows {
        let shown = columns.iter().map(|column| {
            let figures = find(cells, row.name, column).and_then(|cell| cell.runs.first());
            figures.map_or_else(|| "-".to_owned(), |figures| show(row, figures))
        });
        let shown: Vec<_> = shown.collect();
        let _ = writeln!(text, "| `{}` {} | {} |", row.name, row.title, shown.join(" | "));
    }
    text
}

fn find<'a>(cells: &'a [Cell], scenario: &str, column: &str) -> Option<&'a Cell> {
    cells.iter().find(|cell| cell.scenario.name == scenario && cell.column.name == column)
}

/// Names of the columns that are wanted, in the order of the cells.
fn names_in(cells: &[Cell], wanted: impl Fn(&Column) -> bool) -> Vec<&'static str> {
    let mut names = Vec::new();
    for column in cells.iter().map(|cell| cell.column).filter(|column| wanted(column)) {
        if !names.contains(&column.name) {
            names.push(column.name);
        }
    }
    names
}

const CELLS: &str = "\
Bad messages of attackers accepted in the run, and in brackets how many an hour in its second half. `~`: the
run ended at two million, and the rest is taken to go on like its end. In bold the time that honest peers
wanted to be connected and were not; `new` is that of those with a new id each time. Rows without an attacker
show that time alone, with the number of honest peers that were banned. `forgotten`: the flood made the
policy forget an offender.";

const RULES: &str = "\
`default()` with valid messages counted, or with scores as well, without one rule each. Only scenarios in which
one of them makes a difference.";

const LADDER: &str = "\
`default()` with valid messages counted, and other `place_durations`. Only scenarios in which they make a
difference.";

const DETAILS: &str = "\
Time of the first ban of an attacker or a network, bans of attackers' ids, bans of networks, fewest honest peers
up at any time, entries that the policy held at most.";
