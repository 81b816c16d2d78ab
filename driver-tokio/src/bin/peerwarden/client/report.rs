//! Failures on standard error.

use super::failure::Failure;

/// Prints why a command fails: a sentence, or an object for programs.
pub(crate) fn failure(command: &str, failure: &Failure, json: bool) {
    if json {
        eprintln!("{}", failure.json());
    } else {
        eprintln!("peerwarden {command}: {failure}");
    }
}
