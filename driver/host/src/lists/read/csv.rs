//! CrowdSec's decisions as CSV, one a line.

use csv_core::{ReadRecordResult, Reader};

use super::ReadListError;
use super::crowdsec::{self, Decision};
use super::sink::Sink;
use super::text::each_entry;
use crate::lists::file::LineProblem;
use crate::peer::PeerName;

pub(super) fn read<P: PeerName>(bytes: &[u8], sink: &mut Sink<'_, P>) -> Result<(), ReadListError> {
    let (mut row, mut columns) = (Row::new(), None);
    each_entry(bytes, sink, |line, text, sink| {
        if !row.read(text) {
            sink.fault(line, text, LineProblem::Form("has an open quote or too many columns"));
            return;
        }
        let Some(columns) = &columns else {
            columns = Some(Columns::new(&row));
            return;
        };
        let decision = Decision {
            value: row.get(columns.value),
            scope: row.get(columns.scope),
            kind: row.get(columns.kind),
            duration: row.get(columns.duration),
            until: None,
            reason: row.get(columns.reason),
            simulated: row.get(columns.simulated) == Some("true"),
        };
        crowdsec::add(line, text, &decision, sink);
    });
    match columns {
        Some(columns) if columns.value.is_none() => Err(ReadListError::Columns),
        Some(_) | None => Ok(()),
    }
}

/// Returns whether a line names columns as CrowdSec does.
pub(super) fn is_header(text: &str) -> bool {
    let mut row = Row::new();
    let columns = if row.read(text) { Columns::new(&row) } else { return false };
    let others = [columns.scope, columns.kind, columns.duration, columns.reason];
    columns.value.is_some() && others.iter().any(Option::is_some)
}

/// Which column has what.
#[derive(Debug)]
struct Columns {
    value: Option<usize>,
    scope: Option<usize>,
    kind: Option<usize>,
    duration: Option<usize>,
    reason: Option<usize>,
    simulated: Option<usize>,
}

impl Columns {
    fn new(header: &Row) -> Self {
        let find = |names: &[&str]| {
            names.iter().find_map(|name| {
                (0..header.columns).find(|column| {
                    header.get(Some(*column)).is_some_and(|text| text.eq_ignore_ascii_case(name))
                })
            })
        };
        Self {
            value: find(&["value", "ip"]),
            scope: find(&["scope"]),
            kind: find(&["type", "action"]),
            duration: find(&["duration", "expiration"]),
            reason: find(&["reason", "scenario"]),
            simulated: find(&["simulated"]),
        }
    }
}

/// One line, taken apart.
struct Row {
    reader: Reader,
    text: String,
    ends: Vec<usize>,
    columns: usize,
}

impl Row {
    fn new() -> Self {
        Self { reader: Reader::new(), text: String::new(), ends: vec![0; MOST_COLUMNS], columns: 0 }
    }

    /// Takes a line apart. Returns whether that is possible.
    fn read(&mut self, line: &str) -> bool {
        let mut bytes = std::mem::take(&mut self.text).into_bytes();
        bytes.resize(line.len(), 0);
        self.reader.reset();
        self.columns = 0;
        let (result, _, written, columns) =
            self.reader.read_record(line.as_bytes(), &mut bytes, &mut self.ends);
        let (mut end, mut columns) = (result, columns);
        if end == ReadRecordResult::InputEmpty {
            // A line without its end leaves one more column open.
            let (out, ends) = (bytes.get_mut(written..), self.ends.get_mut(columns..));
            let (Some(out), Some(ends)) = (out, ends) else {
                return false;
            };
            let (result, _, _, more) = self.reader.read_record(&[], out, ends);
            (end, columns) = (result, columns.saturating_add(more));
        }
        self.text = match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(_) => return false,
        };
        self.columns = columns;
        // One quote opens and one closes.
        end == ReadRecordResult::Record
            && line.bytes().filter(|byte| *byte == b'"').count() % 2 == 0
    }

    fn get(&self, column: Option<usize>) -> Option<&str> {
        let column = column.filter(|column| *column < self.columns)?;
        let start = match column.checked_sub(1) {
            Some(before) => *self.ends.get(before)?,
            None => 0,
        };
        let text = self.text.get(start..*self.ends.get(column)?)?.trim();
        (!text.is_empty()).then_some(text)
    }
}

/// How many columns are looked at; CrowdSec has eleven.
const MOST_COLUMNS: usize = 64;
