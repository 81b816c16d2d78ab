//! First lines of recordings.

use alloc::string::String;
use alloc::vec::Vec;
use core::error::Error;
use core::fmt;

use serde::{Deserialize, Serialize};

use super::action_hash::ActionHash;
use super::number;
use super::policy::{Policy, Preset};
use super::read_error::ReadError;
use super::settings::Settings;
use crate::config::Config;
use crate::live::Live;
use crate::saved::Saved;
use crate::time::Instant;

/// The first line of a recording: the engine as it was when the recording began.
///
/// Keys that are not known are passed over, so that later versions can add some. A recording of several
/// files has one at the start of each, and each can be replayed by itself.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Header<P> {
    /// The format, [`FORMAT`](Self::FORMAT).
    pub recording: u32,
    /// The version of `peerwarden-core` that ran.
    pub engine: String,
    /// The time of day at the moment [`at`](Self::at), as of RFC 3339.
    pub origin: String,
    /// The moment at which it begins, on the engine's clock.
    #[serde(with = "number::instant")]
    pub at: Instant,
    /// What the operator calls the recording; may be empty.
    #[serde(default)]
    pub name: String,
    /// The preset of the policy.
    pub preset: Preset,
    /// The settings that differ from it.
    pub set: Settings,
    /// What was remembered.
    #[serde(default = "Vec::new")]
    pub snapshot: Vec<Saved<P>>,
    /// What a snapshot does not hold: connections and the like. `None` if nothing was connected, as when
    /// a node starts.
    #[serde(default = "none")]
    pub live: Option<Live<P>>,
    /// Whether names and IPs have been replaced.
    #[serde(default)]
    pub pseudonymised: bool,
    /// Which file of the recording it is, counted from 1.
    #[serde(default = "first")]
    pub part: u32,
    /// The name of the file before, of any but the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub continues: Option<String>,
    /// The hash of the actions in the files before.
    #[serde(default)]
    pub hash: ActionHash,
    /// The number of inputs in the files before.
    #[serde(default)]
    pub inputs: u64,
}

impl<P> Header<P> {
    /// The format that is written, and the only one that is read.
    pub const FORMAT: u32 = 1;

    /// Returns the first line of a recording that begins at `at`, under this policy, with nothing
    /// remembered.
    ///
    /// `origin` is the time of day at that moment, as of RFC 3339.
    #[must_use]
    pub fn new(at: Instant, origin: String, config: &Config) -> Self {
        let Policy { preset, set } = Policy::of(config);
        Self {
            recording: Self::FORMAT,
            engine: String::from(env!("CARGO_PKG_VERSION")),
            origin,
            at,
            name: String::new(),
            preset,
            set,
            snapshot: Vec::new(),
            live: None,
            pseudonymised: false,
            part: first(),
            continues: None,
            hash: ActionHash::default(),
            inputs: 0,
        }
    }

    /// Returns the policy.
    #[must_use]
    pub fn policy(&self) -> Policy {
        Policy { preset: self.preset, set: self.set.clone() }
    }
}

impl<'de, P: Deserialize<'de>> Header<P> {
    /// Reads the first line of a recording.
    ///
    /// # Errors
    ///
    /// [`HeaderError`] if it is none, or of a format that is not known.
    pub fn read(line: &'de str) -> Result<Self, HeaderError> {
        let mark: Mark = serde_json::from_str(line).map_err(|_| HeaderError::NotARecording)?;
        if mark.recording != u64::from(Self::FORMAT) {
            return Err(HeaderError::Format { found: mark.recording });
        }
        serde_json::from_str(line).map_err(|error| HeaderError::Malformed(error.into()))
    }
}

impl<P: Serialize> Header<P> {
    /// Returns the line, without a newline.
    ///
    /// # Errors
    ///
    /// [`ReadError`] if a name of a peer cannot be written.
    pub fn write(&self) -> Result<String, ReadError> {
        Ok(serde_json::to_string(self)?)
    }
}

/// Why a line is no [`Header`].
#[derive(Debug)]
#[non_exhaustive]
pub enum HeaderError {
    /// It is of another format than this version reads.
    Format {
        /// The format.
        found: u64,
    },
    /// It is one, but something in it is wrong.
    Malformed(ReadError),
    /// It does not begin a recording.
    NotARecording,
}

impl fmt::Display for HeaderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Format { found } => {
                let known = Header::<()>::FORMAT;
                write!(f, "the recording has format {found}, and only format {known} is known")
            }
            Self::Malformed(_) => f.write_str("the first line of the recording cannot be read"),
            Self::NotARecording => f.write_str("the first line is not that of a recording"),
        }
    }
}

impl Error for HeaderError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Malformed(error) => Some(error),
            Self::Format { .. } | Self::NotARecording => None,
        }
    }
}

/// What tells a recording, of whatever format.
#[derive(Deserialize)]
struct Mark {
    recording: u64,
}

const fn none<T>() -> Option<T> {
    None
}

const fn first() -> u32 {
    1
}
