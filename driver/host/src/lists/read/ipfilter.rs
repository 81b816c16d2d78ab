//! eMule's and qBittorrent's `ipfilter.dat`: `first - last , level , name`.

use std::net::IpAddr;

use super::plain;
use super::sink::{About, Sink};
use super::text::each_entry;
use crate::lists::file::SkipReason;
use crate::lists::network::parse_range_ip;
use crate::peer::PeerName;

pub(super) fn read<P: PeerName>(bytes: &[u8], sink: &mut Sink<'_, P>) {
    each_entry(bytes, sink, |line, text, sink| match entry(text) {
        Some(entry) => add(line, text, &entry, sink),
        None => plain::entry(line, text, sink),
    });
}

/// One line, taken apart.
#[derive(Debug)]
pub(super) struct FilterEntry<'a> {
    first: IpAddr,
    last: IpAddr,
    level: u32,
    name: &'a str,
}

/// Takes a line apart that begins with a range and a comma.
pub(super) fn entry(text: &str) -> Option<FilterEntry<'_>> {
    let (range, rest) = text.split_once(',')?;
    let (first, last) = range.split_once('-')?;
    let (first, last) = (parse_range_ip(first.trim()).ok()?, parse_range_ip(last.trim()).ok()?);
    let (level, name) = rest.split_once(',').unwrap_or((rest, ""));
    // Without a number it is a list without levels, which blocks all it names.
    let (level, name) = level.trim().parse().map_or((0, rest), |level| (level, name));
    Some(FilterEntry { first, last, level, name: name.trim() })
}

/// Returns whether a line is one of this format.
pub(super) fn is_entry(text: &str) -> bool {
    entry(text).is_some()
}

pub(super) fn add<P: PeerName>(
    line: usize,
    text: &str,
    entry: &FilterEntry<'_>,
    sink: &mut Sink<'_, P>,
) {
    if entry.level > HIGHEST_BLOCKED {
        sink.skip(SkipReason::Level);
        return;
    }
    let about = About { line, note: plain::note(entry.name), ..About::default() };
    if let Err(problem) = sink.range(entry.first, entry.last, about) {
        sink.fault(line, text, problem);
    }
}

/// Ranges with a higher level are allowed: eMule and qBittorrent have it so.
const HIGHEST_BLOCKED: u32 = 127;
