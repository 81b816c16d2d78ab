//! Failures on standard error.

use super::failure::Failure;
use crate::streams;

/// Prints why a command fails: a sentence, or an object for programs.
pub(crate) fn failure(command: &str, failure: &Failure, json: bool) {
    if json {
        streams::complain(failure.json());
    } else {
        streams::complain(format_args!("peerwarden {command}: {failure}"));
    }
}
