//! Counts in words, for all commands.

use std::fmt;

/// `1 peer`, `2 peers`.
pub(crate) fn count<N: fmt::Display + From<u8> + PartialEq>(number: N, one: &str) -> String {
    let plural = if number == N::from(1) { "" } else { "s" };
    format!("{number} {one}{plural}")
}

/// `1 entry`, `2 entries`.
pub(crate) fn entries(number: usize) -> String {
    if number == 1 { "1 entry".to_owned() } else { format!("{number} entries") }
}
