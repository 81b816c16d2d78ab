//! Bans shared between the nodes of one operator.

mod brakes;
mod counts;
mod fleet;
mod handle;
mod hex;
mod key;
mod link;
mod log;
mod memory_link;
mod name;
#[cfg(feature = "nats")]
mod nats;
mod node;
mod own;
mod quorum;
mod roster;
mod rules;
mod sealed;
mod signing;
mod statement;
mod status;
mod unix_millis;
mod votes;

pub use counts::{Ceased, FleetCounts, LagHistogram, Refused, Resync, Withheld};
pub use fleet::{Alarm, Decision, Fleet, FleetConfig, Input, MemberStatus, Neighbors, VoteView};
pub use handle::{FleetHandle, Standing};
pub use key::{Author, Key, KeyParts};
pub use link::{FleetLink, LinkError, LinkErrorKind, LinkHealth, Seen};
pub use memory_link::{Faults, MemoryBucket, MemoryLink};
pub use name::{FleetName, MemberName, NameError};
#[cfg(feature = "nats")]
pub use nats::{NatsLink, NatsOptions};
pub use node::{FleetTask, LIST};
pub use own::OwnBan;
pub use quorum::{Ballot, QuorumRules, Tally, Voter, tally};
pub use roster::{Member, Roster, RosterError};
pub use rules::{FleetRules, Mode};
pub use sealed::SealError;
pub use signing::{KeyError, PublicKey, ReadKeyError, SecretKey};
pub use statement::{Counted, OpenedStatement, Says, Statement, StatementError};
pub use status::FleetStatus;
pub use unix_millis::UnixMillis;
