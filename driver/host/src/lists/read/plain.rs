//! Plain lists: an IP, a network or a range a line.

use std::net::{IpAddr, Ipv6Addr};
use std::time::Duration;

use super::sink::{About, End, Sink};
use super::text::each_entry;
use super::{ipfilter, ipset};
use crate::lists::file::LineProblem;
use crate::lists::network::{parse_network, parse_range_ip};
use crate::note::Note;
use crate::peer::PeerName;

pub(super) fn read<P: PeerName>(bytes: &[u8], sink: &mut Sink<'_, P>) {
    each_entry(bytes, sink, entry);
}

/// Reads a line that is no comment.
pub(super) fn entry<P: PeerName>(line: usize, text: &str, sink: &mut Sink<'_, P>) {
    if ipset::read_line(line, text, sink) {
        return;
    }
    let (said, comment) = match text.find(['#', ';']) {
        Some(at) => text.split_at_checked(at).unwrap_or((text, "")),
        None => (text, ""),
    };
    let (said, comment) =
        (said.trim(), comment.trim_matches(|each| matches!(each, '#' | ';' | ' ')));
    let about = About { line, note: note(comment), ..About::default() };
    let Err(problem) = address(said, about, sink) else {
        return;
    };
    // In a name of PeerGuardian's there may be all sorts of things.
    if let Some((name, first, last)) = named_range(text) {
        let about = About { line, note: note(name), ..About::default() };
        if let Err(problem) = sink.range(first, last, about) {
            sink.fault(line, text, problem);
        }
        return;
    }
    if let Some(entry) = ipfilter::entry(text) {
        ipfilter::add(line, text, &entry, sink);
        return;
    }
    let shown = if said.is_empty() { text } else { said };
    sink.fault(line, shown, problem);
}

/// Reads an IP, a network, a range, or a peer with `peer:` in front.
pub(super) fn address<P: PeerName>(
    text: &str,
    about: About,
    sink: &mut Sink<'_, P>,
) -> Result<(), LineProblem> {
    if let Some(name) = text.strip_prefix("peer:") {
        return sink.peer(name.trim(), about);
    }
    let text = text.strip_prefix("addr:").unwrap_or(text);
    if let Some((first, last)) = text.split_once('-')
        && let (Ok(first), Ok(last)) = (parse_range_ip(first.trim()), parse_range_ip(last.trim()))
    {
        return sink.range(first, last, about);
    }
    sink.network(text, about).map_err(|problem| explained(text, problem))
}

/// What is wrong with a text, where more than one word may be the reason.
fn explained(text: &str, problem: LineProblem) -> LineProblem {
    match text.split_once(char::is_whitespace) {
        Some((first, _)) if parse_network(first).is_ok() => {
            LineProblem::Form("has something behind the network: put a # before comments")
        }
        _ => match text.split_once('-') {
            Some((first, last)) => {
                let sides = [first.trim(), last.trim()].map(parse_range_ip);
                match sides {
                    [Ok(_), Err(error)] | [Err(error), Ok(_)] => LineProblem::Network(error),
                    _ => problem,
                }
            }
            None => problem,
        },
    }
}

/// A line such as `name:first-last`, whatever is in the name.
fn named_range(text: &str) -> Option<(&str, IpAddr, IpAddr)> {
    let (before, last) = text.rsplit_once('-')?;
    let last = parse_range_ip(last.trim()).ok()?;
    let (name, first) = match last {
        IpAddr::V4(_) => {
            let (name, first) = before.rsplit_once(':')?;
            (name, parse_range_ip(first.trim()).ok()?)
        }
        // Colons end the name and are in the IP: that start of the range is meant which has most in
        // common with its end.
        IpAddr::V6(last) => {
            let colons = before.rmatch_indices(':').map(|(at, _)| at).take(MOST_COLONS);
            let starts = colons.filter_map(|at| {
                let (name, first) = before.split_at_checked(at)?;
                let first: Ipv6Addr = first.get(1..)?.trim().parse().ok()?;
                Some(((first.to_bits() ^ last.to_bits()).leading_zeros(), name, first))
            });
            let (_, name, first) = starts.max_by_key(|(common, ..)| *common)?;
            (name, first.into())
        }
    };
    Some((name.trim(), first, last))
}

pub(super) fn note(text: &str) -> Option<Note> {
    if text.is_empty() { None } else { Note::new(text).ok() }
}

/// An entry that ends so many seconds after the list was written.
pub(super) fn timed(line: usize, seconds: u64) -> About {
    let until = if seconds == 0 { End::Unsaid } else { End::In(Duration::from_secs(seconds)) };
    About { line, until, ..About::default() }
}

/// How many colons an IPv6 address has at most, with the one before it.
const MOST_COLONS: usize = 9;
