//! Bans shared between the nodes of one operator.

mod brakes;
mod counts;
mod fleet;
mod hex;
mod key;
mod name;
mod own;
mod quorum;
mod roster;
mod rules;
mod sealed;
mod signing;
mod statement;
mod unix_millis;
mod votes;

pub use counts::{Ceased, FleetCounts, LagHistogram, Refused, Resync, Withheld};
pub use fleet::{Alarm, Decision, Fleet, FleetConfig, Input, MemberStatus, Neighbors, VoteView};
pub use key::{Author, Key, KeyParts};
pub use name::{FleetName, MemberName, NameError};
pub use own::OwnBan;
pub use quorum::{Ballot, QuorumRules, Tally, Voter, tally};
pub use roster::{Member, Roster, RosterError};
pub use rules::{FleetRules, Mode};
pub use sealed::SealError;
pub use signing::{KeyError, PublicKey, ReadKeyError, SecretKey};
pub use statement::{Counted, OpenedStatement, Says, Statement, StatementError};
pub use unix_millis::UnixMillis;
