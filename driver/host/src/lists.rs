//! Lists of bans that are kept elsewhere.

mod change;
#[cfg(feature = "lists")]
mod export;
#[cfg(feature = "lists")]
mod file;
mod format;
mod go_duration;
#[cfg(feature = "lists")]
mod keeper;
#[cfg(feature = "lists")]
mod list;
#[cfg(feature = "lists")]
mod load;
mod name;
#[cfg(feature = "lists")]
mod network;
mod options;
#[cfg(feature = "lists")]
mod plan;
#[cfg(feature = "lists")]
mod poll;
#[cfg(feature = "lists")]
mod read;
#[cfg(feature = "lists")]
mod refusal;
#[cfg(feature = "lists")]
mod remote_lists;
#[cfg(feature = "lists")]
mod report;
#[cfg(feature = "lists")]
mod state;
#[cfg(feature = "lists")]
mod watch;
#[cfg(feature = "lists")]
mod write;

pub use change::{ListChange, ListChangeKind};
#[cfg(feature = "lists")]
pub use export::{CrowdsecScope, ExportError, ExportFormat, ExportOptions, Exported};
#[cfg(feature = "lists")]
pub use file::{LineFault, LineFaults, LineProblem, ListEntry, ListFile, SkipReason};
pub use format::{ListFormat, ListFormatError};
pub use go_duration::{GoDuration, GoDurationError};
#[cfg(feature = "lists")]
pub use load::ListError;
pub use name::{ListName, ListNameError};
#[cfg(feature = "lists")]
pub use network::{
    ListedNetwork, NetworkError, RangeError, parse_network, parse_range_ip, range_networks,
};
pub use options::ListOptions;
#[cfg(feature = "lists")]
pub use read::{ReadListError, ReadOptions, read_list};
#[cfg(feature = "lists")]
pub use refusal::{ListRefusal, ListRefusals, RefusedEntries, RefusedEntry};
#[cfg(feature = "lists")]
pub use remote_lists::{ListStatus, Naming, RemoteLists};
#[cfg(feature = "lists")]
pub use report::{Hits, ListReport, Subjects};
#[cfg(feature = "lists")]
pub(crate) use state::ListState;
#[cfg(feature = "lists")]
pub use state::ListTallies;
