//! Lines of text, and what they look like.

use std::borrow::Cow;

use super::sink::Sink;
use super::{csv, ipfilter};
use crate::lists::file::LineProblem;
use crate::lists::format::ListFormat;
use crate::peer::PeerName;

/// The lines of a text with their numbers, counted from 1: trimmed, with whatever is no UTF-8 replaced. A
/// line ends at `\n`, `\r\n` or `\r`.
pub(super) fn lines(bytes: &[u8]) -> impl Iterator<Item = Line<'_>> {
    let mut rest = Some(bytes);
    let mut number = 0;
    std::iter::from_fn(move || {
        let text = rest.take()?;
        number += 1;
        let end = text.iter().position(|byte| matches!(byte, b'\n' | b'\r'));
        let (line, after) = match end.and_then(|end| text.split_at_checked(end)) {
            Some((line, after)) => {
                let after = after.strip_prefix(b"\r\n").or_else(|| after.get(1..));
                (line, after.filter(|after| !after.is_empty()))
            }
            None => (text, None),
        };
        rest = after;
        let cut = line.get(..LONGEST);
        let text = match String::from_utf8_lossy(cut.unwrap_or(line)) {
            Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
            Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
        };
        Some(Line { number, text, is_long: cut.is_some_and(|cut| cut.len() < line.len()) })
    })
}

/// Gives each line that is neither empty nor a comment to `read`, with its number.
pub(super) fn each_entry<P: PeerName>(
    bytes: &[u8],
    sink: &mut Sink<'_, P>,
    mut read: impl FnMut(usize, &str, &mut Sink<'_, P>),
) {
    for line in lines(bytes) {
        if is_comment(&line.text) {
            continue;
        }
        if line.is_long {
            sink.fault(line.number, &line.text, LineProblem::Long);
        } else {
            read(line.number, &line.text, sink);
        }
    }
}

/// One line of a text.
#[derive(Debug)]
pub(super) struct Line<'a> {
    pub(super) number: usize,
    /// What it says, without the end of a line that is too long.
    pub(super) text: Cow<'a, str>,
    pub(super) is_long: bool,
}

/// Returns whether a line is empty or nothing but a comment.
pub(super) fn is_comment(text: &str) -> bool {
    text.is_empty() || text.starts_with(['#', ';']) || text.starts_with("//")
}

/// The format that a text, which is no JSON, looks like by its first lines.
pub(super) fn guess(bytes: &[u8]) -> ListFormat {
    let mut said = lines(bytes).filter(|line| !is_comment(&line.text)).take(LOOKED_AT).peekable();
    if said.peek().is_some_and(|line| csv::is_header(&line.text)) {
        return ListFormat::Crowdsec;
    }
    let is_filter = said.any(|line| ipfilter::is_entry(&line.text));
    if is_filter { ListFormat::Ipfilter } else { ListFormat::Plain }
}

/// How long a line may be, in bytes.
const LONGEST: usize = 4_096;

/// By how many lines a format is guessed.
const LOOKED_AT: usize = 64;
