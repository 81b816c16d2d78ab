//! Table of texts that fits a terminal of 80 columns.

use anstyle::Style;

use super::output::Output;
use super::text;

/// Rows under a head.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    columns: Vec<Column>,
    rows: Vec<Vec<String>>,
}

/// A column, and what may be done to make it narrower.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Column {
    head: &'static str,
    cut: Cut,
}

/// What is left out of a cell that is too wide.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Cut {
    /// Nothing.
    Never,
    /// Its end.
    End,
    /// Its middle, and later than the ends of others.
    Middle,
}

impl Column {
    /// A column that is shown whole.
    pub(crate) const fn whole(head: &'static str) -> Self {
        Self { head, cut: Cut::Never }
    }

    /// A column of sentences.
    pub(crate) const fn words(head: &'static str) -> Self {
        Self { head, cut: Cut::End }
    }

    /// A column of names, whose ends tell them apart.
    pub(crate) const fn names(head: &'static str) -> Self {
        Self { head, cut: Cut::Middle }
    }
}

impl Table {
    pub(crate) fn new(columns: &[Column]) -> Self {
        Self { columns: columns.to_vec(), rows: Vec::new() }
    }

    /// Adds a row, a cell for each column.
    pub(crate) fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }

    /// Prints it, in 80 columns unless it may be `wide`.
    pub(crate) fn print(&self, output: &Output, wide: bool) -> String {
        let widths = self.widths(wide);
        let heads: Vec<_> = self.columns.iter().map(|column| column.head.to_owned()).collect();
        let head = output.styled(Style::new().bold(), &self.line(&heads, &widths));
        let rows = self.rows.iter().map(|row| self.line(row, &widths));
        let mut text = head + "\n";
        rows.for_each(|row| {
            text.push_str(&row);
            text.push('\n');
        });
        text
    }

    fn line(&self, cells: &[String], widths: &[usize]) -> String {
        let cells = cells.iter().zip(widths).zip(&self.columns).map(|((cell, width), column)| {
            let cell = match column.cut {
                Cut::Never => cell.clone(),
                Cut::End => text::start(cell, *width),
                Cut::Middle => text::middle(cell, *width),
            };
            let missing = width.saturating_sub(cell.chars().count());
            cell + &" ".repeat(missing)
        });
        cells.collect::<Vec<_>>().join(GAP).trim_end().to_owned()
    }

    fn widths(&self, wide: bool) -> Vec<usize> {
        let longest = |at: usize| {
            let cells = self.rows.iter().filter_map(|row| row.get(at));
            cells.map(|cell| cell.chars().count()).max().unwrap_or_default()
        };
        let mut widths: Vec<_> = self
            .columns
            .iter()
            .enumerate()
            .collect::<Vec<_>>()
            .into_iter()
            .map(|(at, column)| longest(at).max(column.head.chars().count()))
            .collect();
        if wide {
            return widths;
        }
        let gaps = GAP.len().saturating_mul(widths.len().saturating_sub(1));
        for cut in [Cut::End, Cut::Middle] {
            let over = (widths.iter().sum::<usize>() + gaps).saturating_sub(WIDTH);
            let columns = self.columns.iter().zip(widths.iter_mut());
            let mut over = over;
            for (column, width) in columns.filter(|(column, _)| column.cut == cut) {
                let least = LEAST.max(column.head.chars().count());
                let taken = over.min(width.saturating_sub(least));
                *width -= taken;
                over -= taken;
            }
        }
        widths
    }
}

const GAP: &str = "  ";
/// Columns of a terminal, unless it is told otherwise.
const WIDTH: usize = 80;
/// What is left of a column that is cut: a peer's short id.
const LEAST: usize = 15;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_wide_is_cut_where_that_does_least_harm() {
        let mut table =
            Table::new(&[Column::names("NAME"), Column::words("WHY"), Column::whole("AGE")]);
        table.row(vec!["n".repeat(60), "because ".repeat(9), "1h".to_owned()]);
        let output = Output::new(&crate::client::tests::options());

        let lines = table.print(&output, false);
        let row = lines.lines().nth(1).unwrap();
        assert!(row.chars().count() <= WIDTH, "{row}");
        assert!(
            row.contains("n…n") && row.contains("because becaus…  ") && row.ends_with("1h"),
            "{row}"
        );
        assert!(table.print(&output, true).lines().nth(1).unwrap().contains(&"n".repeat(60)));
    }
}
