//! Lines about recordings.

use std::io;
use std::path::Path;

use tracing::{error, info, warn};

use super::TARGET;
use crate::one_line::OneLine;
use crate::recording::RecordError;

/// Logs that what happens is recorded from here on.
pub(crate) fn recording(file: &Path) {
    let file = OneLine(file.display());
    info!(target: TARGET, %file, "recording what happens");
}

/// Logs that what happens is not recorded although the options say so.
pub(crate) fn recording_not_begun(why: &RecordError) {
    error!(target: TARGET, error = %why, "nothing is recorded");
}

/// Logs that a recording cannot go on.
pub(crate) fn recording_failed(file: &Path, why: &io::Error) {
    let file = OneLine(file.display());
    error!(
        target: TARGET, %file, error = %why,
        "recording has ended: what was written before can be replayed"
    );
}

/// Logs that inputs are missing in a recording: once, its status has how many.
pub(crate) fn recording_gap(file: &Path, inputs: u64) {
    let file = OneLine(file.display());
    warn!(target: TARGET, %file, inputs, "recording has a gap: inputs came faster than they were written");
}

/// Logs that an old file of a recording could not be removed.
pub(crate) fn recording_not_removed(file: &Path, why: &io::Error) {
    let file = OneLine(file.display());
    warn!(target: TARGET, %file, error = %why, "an older file of this recording cannot be removed");
}
