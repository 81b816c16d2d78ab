//! Recordings: what happened on a node, in files that can be replayed.
//!
//! [`Handle::record`](crate::Handle::record) begins one on a running node, and the setting `[recording]` with the
//! node. Under the engine's lock an input is copied into memory that is there already, and nothing else is
//! done; a thread writes.
//!
//! # Files
//!
//! A recording is JSON lines in zstd, in the words of scenario files (`peerwarden_core::scenario`): a header,
//! which holds the policy and what was remembered, every input since, and each thousand inputs a hash of the
//! engine's answers. `zstdcat FILE` prints it. At least once a second all that there is gets written as a
//! whole block, so a node that is killed at any moment leaves a file that can be read up to a second before.
//!
//! A file ends at 64 MiB or after 24 h, and another begins, with a header of its own: each can be replayed by
//! itself. For `day.jsonl.zst` the further ones are `day.2.jsonl.zst`, `day.3.jsonl.zst` and so on, as after
//! a restart of the node. The 16 newest stay. Files are readable for the owner alone, and a file that is there
//! already is never written to.
//!
//! # What is exact
//!
//! A replay under the recorded policy gives the same actions, whenever the recording began and whichever of
//! its files it begins with.
//!
//! If inputs come faster than they can be written for longer than [`RecordingOptions::with_buffer`] bridges,
//! some are lost. The file says how many and where, and the [status](RecordingStatus) does.
//!
//! # Pseudonyms
//!
//! With [`RecordingOptions::with_pseudonyms`], names of peers are replaced by a keyed hash, and IPs by others,
//! so that a recording can be given away. The key is made for the recording and kept nowhere. Two IPs have as
//! many leading bits in common as before, so networks stay networks. Exempt networks, IPv4 inside IPv6, and what
//! shares their leading bits keep those bits: of an IPv4 address often the first few. Times, kinds of
//! misbehavior, scores and the policy stay as they are; whoever took part can recognise what they did by them.

#[cfg(feature = "recording")]
mod control;
#[cfg(feature = "recording")]
mod error;
#[cfg(feature = "recording")]
mod file_names;
#[cfg(feature = "recording")]
mod line_writer;
#[cfg(feature = "recording")]
mod names;
mod options;
#[cfg(feature = "recording")]
mod output;
#[cfg(feature = "recording")]
mod pseudonyms;
#[cfg(feature = "recording")]
mod read;
#[cfg(feature = "recording")]
mod recorder;
#[cfg(feature = "recording")]
mod status;
mod tap;

#[cfg(feature = "recording")]
pub(crate) use control::RecordingControl;
#[cfg(feature = "recording")]
pub use error::RecordError;
pub use options::RecordingOptions;
#[cfg(feature = "recording")]
pub use read::{ReadRecordingError, RecordingReader};
#[cfg(feature = "recording")]
pub use status::{RecordingState, RecordingStatus};
pub(crate) use tap::{Recorded, Tap, Tapped, UnparkOnDrop};
