//! Reads lists in any of the formats.

mod bitcoin;
mod crowdsec;
mod csv;
mod ipfilter;
mod ipset;
mod json;
mod peerwarden;
mod plain;
mod sink;
mod text;

use std::time::{Duration, SystemTime};

use super::file::ListFile;
use super::format::ListFormat;
use crate::one_line::OneLine;
use crate::peer::PeerName;
use sink::Sink;

/// How a list is to be read.
#[derive(Clone, Debug)]
pub struct ReadOptions {
    now: SystemTime,
    as_of: SystemTime,
    format: Option<ListFormat>,
    lasting: Option<Duration>,
    max_entries: usize,
}

impl ReadOptions {
    /// How many entries are read by default, at most: one million.
    pub const MAX_ENTRIES: usize = 1_000_000;

    /// Returns options to read a list that was written right `now`, in whatever format it is.
    #[must_use]
    pub const fn new(now: SystemTime) -> Self {
        Self { now, as_of: now, format: None, lasting: None, max_entries: Self::MAX_ENTRIES }
    }

    /// Sets when the list was written, from which durations in it count. At most `now`.
    #[must_use]
    pub fn with_as_of(mut self, as_of: SystemTime) -> Self {
        self.as_of = as_of.min(self.now);
        self
    }

    /// Sets the format; `None`, the default, to guess it by what is there.
    #[must_use]
    pub const fn with_format(mut self, format: Option<ListFormat>) -> Self {
        self.format = format;
        self
    }

    /// Sets for how long entries count that have no end of their own, from when the list was written;
    /// `None`, the default, for as long as the list has them.
    #[must_use]
    pub const fn with_lasting(mut self, lasting: Option<Duration>) -> Self {
        self.lasting = lasting;
        self
    }

    /// Sets how many entries are read, at most. Further ones are counted as
    /// [`TooMany`](super::SkipReason::TooMany).
    #[must_use]
    pub const fn with_max_entries(mut self, max_entries: usize) -> Self {
        self.max_entries = max_entries;
        self
    }
}

/// Reads a list. What is wrong with one entry stops no other.
///
/// It never panics, and takes time and memory in proportion to the bytes, of which the caller sees to it
/// that there are not too many.
///
/// ```
/// use std::time::SystemTime;
/// use peerwarden_host::lists::{ListFormat, ReadOptions, read_list};
///
/// let text = "203.0.113.0/24 # scanners\n198.51.100.300\n";
/// let list = read_list::<String>(text.as_bytes(), &ReadOptions::new(SystemTime::now()))?;
/// assert_eq!(list.format, ListFormat::Plain);
/// assert_eq!(list.entries.len(), 1);
/// let fault = "line 2: \"198.51.100.300\" is no IP: 300 is no byte";
/// assert_eq!(list.faults.first[0].to_string(), fault);
/// # Ok::<(), peerwarden_host::lists::ReadListError>(())
/// ```
///
/// # Errors
///
/// [`ReadListError`] if the bytes are no list of that format at all.
pub fn read_list<P: PeerName>(
    bytes: &[u8],
    options: &ReadOptions,
) -> Result<ListFile<P>, ReadListError> {
    if let Some(what) = not_text(bytes) {
        return Err(ReadListError::NotText { what });
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut sink = Sink::new(options);
    let format = match json::is_json(bytes) {
        true => json::read(bytes, options.format, &mut sink)?,
        false => {
            let found = text::guess(bytes);
            let format = options.format.unwrap_or(found);
            match format {
                ListFormat::Crowdsec if found == format => csv::read(bytes, &mut sink)?,
                ListFormat::Ipfilter => ipfilter::read(bytes, &mut sink),
                ListFormat::Plain => plain::read(bytes, &mut sink),
                // An empty file is an empty list of every format.
                _ if bytes.trim_ascii().is_empty() => {}
                ListFormat::Bitcoin | ListFormat::Crowdsec | ListFormat::Peerwarden => {
                    return Err(ReadListError::OtherFormat { asked: format, found });
                }
            }
            format
        }
    };
    Ok(sink.finish(format))
}

/// Why bytes are no list at all.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ReadListError {
    /// The CSV has no column that names subjects.
    #[error("the first line of CSV has to name the columns, one of them value")]
    Columns,
    /// It is JSON, but ends too early or breaks off.
    #[error("line {line}: not JSON: {}", OneLine(.problem))]
    Json {
        /// Where reading ended.
        line: usize,
        /// What is wrong there.
        problem: String,
    },
    /// It is no text that could be a list.
    #[error("this is {what}")]
    NotText {
        /// What it is, and what to do about it.
        what: &'static str,
    },
    /// It is in another format than was asked for.
    #[error("this is no list in the format {asked}: it looks like {found}")]
    OtherFormat {
        /// The format that was asked for.
        asked: ListFormat,
        /// What it looks like.
        found: ListFormat,
    },
    /// It is JSON that no known program writes lists in.
    #[error(
        "this JSON is no list that is known: give what peerwarden, Bitcoin Core's listbanned or cscli writes"
    )]
    UnknownJson,
}

/// What bytes are that are no text, as far as that is known.
fn not_text(bytes: &[u8]) -> Option<&'static str> {
    let known = KNOWN.iter().find(|(magic, _)| bytes.starts_with(magic)).map(|(_, what)| *what);
    let head = bytes.get(..bytes.len().min(512)).unwrap_or_default();
    let page = || {
        let start = head.trim_ascii_start();
        let start = start.get(..start.len().min(9)).unwrap_or_default().to_ascii_lowercase();
        (start.starts_with(b"<!doctype") || start.starts_with(b"<html"))
            .then_some("a web page and no list: look at what was downloaded")
    };
    let binary = || head.contains(&0).then_some("binary data and no list");
    known.or_else(page).or_else(binary)
}

/// How files begin that are mistaken for lists.
const KNOWN: &[(&[u8], &str)] = &[
    (b"\x1f\x8b", "compressed with gzip: unpack it first"),
    (b"BZh", "compressed with bzip2: unpack it first"),
    (b"\xfd7zXZ", "compressed with xz: unpack it first"),
    (b"\x28\xb5\x2f\xfd", "compressed with zstd: unpack it first"),
    (b"PK\x03\x04", "a zip archive: unpack it first"),
    (b"7z\xbc\xaf", "a 7z archive: unpack it first"),
    (b"\xff\xfe", "text in UTF-16: save it as UTF-8"),
    (b"\xfe\xff", "text in UTF-16: save it as UTF-8"),
    (b"\xff\xff\xff\xffP2B", "PeerGuardian's binary format: save it as text"),
    (
        b"\xf9\xbe\xb4\xd9",
        "Bitcoin Core's old banlist.dat: give banlist.json or what listbanned prints",
    ),
    (b"SQLite format 3\0", "a database and no list: export it first"),
];
