//! Rules by which a node takes part in its fleet.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use peerwarden_core::Cause;
use serde::Serialize;

use crate::quorum::QuorumRules;

/// What a node does with what its fleet believes.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Mode {
    /// It bans what the fleet believes.
    Enforce,
    /// It says what it believes and counts what it would ban, and bans nothing of it. The default.
    #[default]
    Observe,
    /// It takes no part.
    Off,
}

impl Mode {
    /// Returns the name, in lower case: `observe`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Enforce => "enforce",
            Self::Observe => "observe",
            Self::Off => "off",
        }
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Mode {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        [Self::Enforce, Self::Observe, Self::Off]
            .into_iter()
            .find(|mode| mode.as_str() == text)
            .ok_or(())
    }
}

/// Rules by which a node takes part in its fleet: the part of [`FleetSettings`](crate::FleetSettings) that
/// the [state machine](crate::Fleet) goes by. [`Default`] gives the defaults of the settings.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct FleetRules {
    /// What is done with what is believed.
    pub mode: Mode,
    /// How many members have to ban a subject for it to be believed, 1 or more.
    pub quorum: usize,
    /// Whether the members of a group have one vote together.
    pub distinct_groups: bool,
    /// The causes of this node's bans that it tells the others of. [`Cause::Remote`] is never one.
    pub share: BTreeSet<Cause>,
    /// Whether bans of networks are told, too.
    pub share_networks: bool,
    /// How much of a ban has to be left for it to be told.
    pub min_share: Duration,
    /// For how long a ban is believed, at most, after the last of its votes was issued.
    pub max_believed: Duration,
    /// How many bans begin to be believed in an hour, at most.
    pub max_new_per_hour: usize,
    /// Which share of the peers that are connected can be banned in an hour, from 0 to 1, at most; one peer
    /// in any case.
    pub max_share_of_connected: f64,
    /// For how long a pardon on this node keeps the fleet's bans of the subject out of it.
    pub pardon_for: Duration,
    /// How many bans a member says at a time, at most; what is beyond that is refused.
    pub max_statements: usize,
}

impl Default for FleetRules {
    fn default() -> Self {
        Self {
            mode: Mode::Observe,
            quorum: 3,
            distinct_groups: true,
            share: BTreeSet::from([Cause::Penalty, Cause::Score]),
            share_networks: false,
            min_share: Duration::from_secs(600),
            max_believed: Duration::from_secs(86_400),
            max_new_per_hour: 100,
            max_share_of_connected: 0.1,
            pardon_for: Duration::from_secs(86_400),
            max_statements: 1000,
        }
    }
}

impl FleetRules {
    /// Returns how votes are counted.
    #[must_use]
    pub const fn quorum_rules(&self) -> QuorumRules {
        QuorumRules {
            quorum: self.quorum,
            distinct_groups: self.distinct_groups,
            max_believed: self.max_believed,
        }
    }

    /// Returns whether a node tells the others of its bans for this cause.
    #[must_use]
    pub fn shares(&self, cause: Cause) -> bool {
        cause != Cause::Remote && self.share.contains(&cause)
    }
}

/// How far a clock may be wrong.
pub(crate) const TOLERANCE: Duration = Duration::from_secs(300);

/// The longest time that a statement holds: a week. Longer bans are said anew.
pub(crate) const LONGEST: Duration = Duration::from_secs(7 * 86_400);

/// How many statements are remembered, at most.
pub(crate) const MAX_VOTES: usize = 200_000;
