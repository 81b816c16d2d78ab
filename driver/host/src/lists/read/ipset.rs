//! Saved ipsets: `add NAME 192.0.2.0/24 timeout 3600`.

use super::plain::{address, note, timed};
use super::sink::Sink;
use crate::lists::file::{LineProblem, SkipReason};
use crate::peer::PeerName;

/// Reads a line that `ipset save` writes. Returns whether it is one.
pub(super) fn read_line<P: PeerName>(line: usize, text: &str, sink: &mut Sink<'_, P>) -> bool {
    let mut words = text.split_ascii_whitespace();
    match words.next() {
        Some("create" | "destroy" | "flush" | "swap" | "-N" | "-X" | "-F" | "COMMIT") => {
            return words.next().is_some() || text == "COMMIT" || text == "flush";
        }
        Some("add" | "-A") => {}
        _ => return false,
    }
    let (Some(_set), Some(entry)) = (words.next(), words.next()) else {
        sink.fault(line, text, LineProblem::Form("names no entry: add SET ENTRY is expected"));
        return true;
    };
    let mut about = timed(line, 0);
    while let Some(word) = words.next() {
        match word {
            "nomatch" => {
                sink.skip(SkipReason::NoMatch);
                return true;
            }
            "timeout" => {
                let Some(seconds) = words.next().and_then(|word| word.parse().ok()) else {
                    let problem = LineProblem::Form("has no number of seconds after timeout");
                    sink.fault(line, text, problem);
                    return true;
                };
                about.until = timed(line, seconds).until;
            }
            // It is the last thing on a line.
            "comment" => {
                let comment = text.split_once(" comment ").map_or("", |(_, comment)| comment);
                about.note = note(comment.trim().trim_matches('"'));
                break;
            }
            _ => {}
        }
    }
    let added = if entry.contains(',') {
        Err(LineProblem::Form("is more than a network: sets of networks alone are read"))
    } else {
        address(entry, about, sink)
    };
    if let Err(problem) = added {
        sink.fault(line, entry, problem);
    }
    true
}
