//! Status of a recording.

use std::path::PathBuf;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Serialize, Serializer};

/// How a recording goes, or how the last one went.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub struct RecordingStatus {
    /// Whether it goes on.
    pub state: RecordingState,
    /// The file that is written, or was last.
    pub file: PathBuf,
    /// What the recording is called.
    pub name: String,
    /// Whether names of peers and IPs are replaced.
    pub pseudonyms: bool,
    /// When it began, on the wall clock.
    #[serde(serialize_with = "moment")]
    pub since: SystemTime,
    /// How many inputs were recorded.
    pub inputs: u64,
    /// How many bytes they took, in all files.
    pub bytes: u64,
    /// How many files there have been.
    pub files: u32,
    /// How many gaps there are.
    pub gaps: u64,
    /// How many inputs were lost in them.
    pub lost: u64,
    /// Why it ended, if it failed.
    pub error: Option<String>,
}

/// Whether a recording goes on.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum RecordingState {
    /// It goes on.
    Recording,
    /// It was ended.
    Stopped,
    /// A file could not be written. What was written before can be replayed.
    Failed,
}

/// Writes a moment as RFC 3339 has it, the nearest that it can say.
fn moment<S: Serializer>(moment: &SystemTime, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&rfc3339(*moment))
}

/// Returns a moment as RFC 3339 has it, the nearest that it can say.
pub(super) fn rfc3339(moment: SystemTime) -> impl std::fmt::Display {
    let secs = moment.duration_since(UNIX_EPOCH).unwrap_or_default().min(LAST_SECOND);
    humantime::format_rfc3339_nanos(UNIX_EPOCH + secs)
}

/// The last second of the year 9999.
const LAST_SECOND: Duration = Duration::from_secs(253_402_300_799);
