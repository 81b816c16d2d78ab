//! Files that are read whole, up to a bound: one that never ends is refused like any other too long one.

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// The reason why a file could not be read. Prints as what comes in parentheses after `cannot be read`.
#[derive(Debug)]
pub(crate) enum Unreadable {
    Io(io::Error),
    /// It has more than so many bytes.
    TooLong(usize),
    /// It is to be text and is not UTF-8.
    NotText,
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => error.fmt(f),
            Self::TooLong(most) => {
                write!(f, "it has more than {most} bytes, the most that is read")
            }
            Self::NotText => f.write_str("it is not UTF-8 text"),
        }
    }
}

/// Reads a file of at most so many bytes.
pub(crate) fn bytes(path: &Path, most: usize) -> Result<Vec<u8>, Unreadable> {
    File::open(path).map_err(Unreadable::Io).and_then(|file| whole(file, most))
}

/// Reads a text of at most so many bytes.
pub(crate) fn text(path: &Path, most: usize) -> Result<String, Unreadable> {
    bytes(path, most).and_then(as_text)
}

/// Reads a file, or standard input where the path is `-`.
#[cfg(unix)]
pub(crate) fn bytes_or_stdin(path: &Path, most: usize) -> Result<Vec<u8>, Unreadable> {
    if is_stdin(path) { whole(io::stdin().lock(), most) } else { bytes(path, most) }
}

/// Reads a text, from standard input where the path is `-`.
#[cfg(unix)]
pub(crate) fn text_or_stdin(path: &Path, most: usize) -> Result<String, Unreadable> {
    bytes_or_stdin(path, most).and_then(as_text)
}

/// Returns whether a path stands for standard input.
#[cfg(unix)]
pub(crate) fn is_stdin(path: &Path) -> bool {
    path == Path::new("-")
}

fn whole(from: impl Read, most: usize) -> Result<Vec<u8>, Unreadable> {
    let mut bytes = Vec::new();
    let one_more = u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1);
    from.take(one_more).read_to_end(&mut bytes).map_err(Unreadable::Io)?;
    if bytes.len() > most { Err(Unreadable::TooLong(most)) } else { Ok(bytes) }
}

fn as_text(bytes: Vec<u8>) -> Result<String, Unreadable> {
    String::from_utf8(bytes).map_err(|_| Unreadable::NotText)
}
