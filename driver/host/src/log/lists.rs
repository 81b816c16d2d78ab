//! Lines about lists: one for each change.

use std::fmt;
use std::io;
use std::path::Path;

use tracing::field::display;
use tracing::{info, warn};

use super::TARGET;
use crate::lists::{KeepError, ListChange, ListChangeKind, ListName, ListReport};
use crate::one_line::OneLine;
use crate::peer::PeerName;

/// Logs a change of a list, with the first things that are wrong with it. Single entries that are put in
/// or taken out are logged where that is asked for.
pub(crate) fn list<P: PeerName>(change: &ListChange, report: &ListReport<P>) {
    let ListChange { list, kind, entries, new, changed, gone, refused, faults } = change;
    let (list, kind) = (display(list), kind.as_str());
    let format = report.format.map(display);
    let skipped: usize = report.skipped.values().sum();
    if report.is_partial() && change.kind != ListChangeKind::Deleted {
        let why = display(Wrong(report));
        warn!(
            target: TARGET, list, format, entries, new, changed, gone, refused, faults, skipped, %why,
            "list {kind}, and not all of it counts"
        );
    } else {
        info!(
            target: TARGET, list, format, entries, new, changed, gone, skipped, "list {kind}"
        );
    }
}

/// Logs that a file could not be read.
pub(crate) fn list_failed(list: &ListName, file: &Path, entries: usize, error: &str) {
    let (list, file) = (display(list), display(OneLine(file.display())));
    let error = display(OneLine(error));
    warn!(
        target: TARGET, list, file, entries, %error,
        "the file of a list cannot be read: what the list said before counts on"
    );
}

/// Logs that bans of lists that are gone were taken back.
pub(crate) fn settled(bans: usize) {
    info!(target: TARGET, bans, "bans by lists that are no longer there were taken back");
}

/// Logs that a list of before the start is not there any more.
pub(crate) fn lists_not_kept(error: &KeepError) {
    let error = display(error);
    warn!(
        target: TARGET, %error,
        "a list that is kept beside the data file cannot be read: its bans run to their ends"
    );
}

/// Logs that files of lists are not looked at.
pub(crate) fn no_keeper(error: &io::Error) {
    let error = display(error);
    warn!(target: TARGET, %error, "no thread to look after the lists: they are not read again");
}

/// What is wrong with a list: each reason with its number and first examples.
struct Wrong<'a, P>(&'a ListReport<P>);

impl<P: PeerName> fmt::Display for Wrong<'_, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut separator = "";
        for (why, entries) in &self.0.refused {
            write!(f, "{separator}{} {why}", entries.total)?;
            let shown = entries.first.iter().take(SHOWN);
            for (at, entry) in shown.enumerate() {
                f.write_str(if at == 0 { " (" } else { ", " })?;
                match entry.line {
                    Some(line) => write!(f, "line {line}: {}", OneLine(&entry.subject))?,
                    None => write!(f, "{}", OneLine(&entry.subject))?,
                }
            }
            let more = entries.total.saturating_sub(SHOWN);
            f.write_str(if more > 0 { ", ..)" } else { ")" })?;
            separator = "; ";
        }
        for fault in self.0.faults.first.iter().take(SHOWN) {
            write!(f, "{separator}{fault}")?;
            separator = "; ";
        }
        if self.0.faults.total > SHOWN {
            write!(f, "; and {} more lines", self.0.faults.total.saturating_sub(SHOWN))?;
        }
        Ok(())
    }
}

/// How many examples of each kind are in a line.
const SHOWN: usize = 3;
