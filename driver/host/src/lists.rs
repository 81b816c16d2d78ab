//! Lists of bans that are kept elsewhere.

mod format;
mod go_duration;
mod name;
#[cfg(feature = "lists")]
mod network;

pub use format::{ListFormat, ListFormatError};
pub use go_duration::{GoDuration, GoDurationError};
pub use name::{ListName, ListNameError};
#[cfg(feature = "lists")]
pub use network::{
    ListedNetwork, NetworkError, RangeError, parse_network, parse_range_ip, range_networks,
};
