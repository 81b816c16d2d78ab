//! Recordings: what happened on a node, in files that can be replayed.
//!
//! A recording is JSON lines in zstd, in the words of
//! [scenario files](peerwarden_core::scenario): a [header](peerwarden_core::scenario::Header), which holds
//! the policy and what was remembered, and every input since. The engine's answers follow from those.

#[cfg(feature = "recording")]
mod read;
mod tap;

#[cfg(feature = "recording")]
pub use read::{ReadRecordingError, RecordingReader};
pub(crate) use tap::{Recorded, Tap, Tapped, UnparkOnDrop};
