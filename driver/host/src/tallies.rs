//! Every count as plain data, for any metrics library.

mod counters;
mod family;

use std::fmt;
use std::time::Duration;

use peerwarden_core::{Cause, Counts, Misbehavior, Withheld};
use serde::Serialize;

use crate::gate::Gate;
use crate::json::seconds;
#[cfg(feature = "lists")]
use crate::lists::ListTallies;
use crate::shadow::ShadowTallies;
use crate::store::StoreHealth;

pub(crate) use counters::{Held, InputTimer, Tally};
pub use family::{Family, FamilyKind, Sample, SampleValue};

/// Everything that is counted, at one moment: what [`Handle::tallies`](crate::Handle::tallies) gives.
///
/// Counts begin at 0 when the behaviour is made and never fall; what is in force, remembered or
/// connected right now is in [`counts`](Self::counts). No peer's name and no address is in it, and the
/// lists have the same entries all the time.
///
/// For an exporter, [`families`](Self::families) gives the same by name and label.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Tallies {
    /// Reports by kind: of peerwarden's own kinds, and of those that the policy had a weight for when
    /// the behaviour was made, the first [`MAX_KINDS`](Self::MAX_KINDS) by name.
    pub reports: Vec<(Misbehavior, u64)>,
    /// Reports of all other kinds.
    pub other_reports: u64,
    /// Bans that began. A subject banned for two causes counts for both.
    pub bans: Vec<(Cause, SubjectKind, u64)>,
    /// Bans that ended with their last cause, by that cause.
    pub unbans: Vec<(Cause, SubjectKind, u64)>,
    /// Bans that were due but not carried out.
    pub withheld: Vec<(Cause, Withheld, u64)>,
    /// Connections refused because of a ban.
    pub denials: Vec<(Gate, Cause, u64)>,
    /// Of these reports, those of what another peer delivered.
    pub hearsay_reports: u64,
    /// Good messages that were counted.
    pub valid_messages: u64,
    /// Times that a peer came to owe more than the policy's warning.
    pub warnings: u64,
    /// Times that the application expelled a peer.
    pub expulsions: u64,
    /// Times that something was taken off what a peer owes.
    pub waivers: u64,
    /// Incidents that began.
    pub incidents: u64,
    /// Connections refused because their address can be read in more than one way.
    pub refused_addresses: Vec<(Gate, u64)>,
    /// Scores asked for.
    pub score_requests: u64,
    /// Scores given, asked for or not: by the application, and of peers that had left by the driver.
    pub scores: u64,
    /// Scores asked for that could not be had, likewise.
    pub scores_unavailable: u64,
    /// Events handed to the engine.
    pub engine_inputs: u64,
    /// Time spent on these, without the wait for the lock; of reports and scores a sample is timed.
    #[serde(serialize_with = "seconds")]
    pub engine_time: Duration,
    /// How much is held.
    pub counts: Counts,
    /// Places that are banned, by level: those of the policy when the behaviour was made.
    pub banned_places: Vec<(PlaceName, usize)>,
    /// Banned places of other levels, which the policy had or has at other times.
    pub other_banned_places: usize,
    /// How the store is doing, if there is one.
    pub store: Option<StoreHealth>,
    /// How much lists of bans name, and how much of that was refused. It is not serialized with the rest, which
    /// is the same whatever features there are.
    #[cfg(feature = "lists")]
    #[serde(skip)]
    pub lists: ListTallies,
    /// What shadow policies would have done. Not serialized with the rest either: the answers about them have it.
    #[serde(skip)]
    pub(crate) shadows: Vec<ShadowTallies>,
    /// Connections of the admin API. Not serialized, as the lists.
    #[cfg(all(feature = "admin", unix))]
    #[serde(skip)]
    pub admin: crate::admin::AdminTallies,
}

/// What a level of places is called: its family of addresses and the length of its prefix. Exhaustive,
/// since there are two families.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum PlaceName {
    /// Of IPv4 addresses, with this length.
    V4(u8),
    /// Of IPv6 addresses, with this length.
    V6(u8),
}

/// `v4/32`.
impl fmt::Display for PlaceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::V4(length) => write!(f, "v4/{length}"),
            Self::V6(length) => write!(f, "v6/{length}"),
        }
    }
}

impl Serialize for PlaceName {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// What kind of subject a ban is of. Exhaustive, as [`Subject`](crate::Subject) is.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SubjectKind {
    /// A network, which may be a single address.
    Network,
    /// A peer.
    Peer,
}

impl SubjectKind {
    /// The name, in lower case: `network`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Network => "network",
            Self::Peer => "peer",
        }
    }
}

impl Tallies {
    /// How many kinds of misdeeds that only the policy names are counted one by one: 1000. All
    /// further ones count as others.
    pub const MAX_KINDS: usize = 1_000;

    /// Bans of this kind of subject that began for this cause.
    #[must_use]
    pub fn bans(&self, cause: Cause, subject: SubjectKind) -> u64 {
        count(self.bans.iter().filter(|(c, s, _)| (*c, *s) == (cause, subject)).map(|each| each.2))
    }

    /// Connections refused at this gate for this cause.
    #[must_use]
    pub fn denials(&self, gate: Gate, cause: Cause) -> u64 {
        count(self.denials.iter().filter(|(g, c, _)| (*g, *c) == (gate, cause)).map(|each| each.2))
    }

    /// Reports of this kind; `None` if it is counted among the others.
    #[must_use]
    pub fn reports(&self, kind: Misbehavior) -> Option<u64> {
        self.reports.iter().find(|(each, _)| *each == kind).map(|(_, count)| *count)
    }

    /// The same by name and label, as the metrics in the table of `METRICS.md`.
    #[must_use]
    pub fn families(&self) -> Vec<Family> {
        family::all(self, true)
    }

    /// The counts alone, of a behaviour that is gone.
    #[cfg(feature = "metrics")]
    pub(crate) fn last_families(&self) -> Vec<Family> {
        family::all(self, false)
    }
}

fn count(mut counts: impl Iterator<Item = u64>) -> u64 {
    counts.next().unwrap_or(0)
}
