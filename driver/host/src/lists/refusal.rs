//! Entries of lists that are not carried out.

use std::collections::BTreeMap;
use std::fmt;

use peerwarden_core::{Subject, Withheld};
use serde::Serialize;

use crate::peer::PeerName;

/// Why a subject that a list names is not banned.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ListRefusal {
    /// It is inside an exempt network, such as a private one, or holds one.
    Exempt,
    /// There is no room for more bans by lists: [`Config::max_remote_bans`](crate::Config::max_remote_bans).
    Full,
    /// It is this node itself, or a network that this node listens in.
    Ours,
    /// It is protected.
    Protected,
    /// It holds the address of a peer that this node starts from, or another that is spared.
    Spared,
    /// It is a network wider than /16 of IPv4 or /32 of IPv6.
    Wide,
}

impl ListRefusal {
    /// Every reason, in the order of their names.
    pub const ALL: [Self; 6] =
        [Self::Exempt, Self::Full, Self::Ours, Self::Protected, Self::Spared, Self::Wide];

    /// Returns the name, in lower case: `exempt`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Exempt => "exempt",
            Self::Full => "full",
            Self::Ours => "ours",
            Self::Protected => "protected",
            Self::Spared => "spared",
            Self::Wide => "wide",
        }
    }

    pub(crate) const fn from_withheld(why: Withheld) -> Self {
        match why {
            Withheld::Exempt => Self::Exempt,
            Withheld::Protected => Self::Protected,
            Withheld::DryRun
            | Withheld::Grace
            | Withheld::Guard
            | Withheld::Incident
            | Withheld::Limit
            | _ => Self::Full,
        }
    }
}

impl fmt::Display for ListRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The entries that were refused, by reason.
pub type ListRefusals<P> = BTreeMap<ListRefusal, RefusedEntries<P>>;

/// Entries refused for one reason.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(bound = "P: PeerName")]
#[non_exhaustive]
pub struct RefusedEntries<P> {
    /// How many there are.
    pub total: usize,
    /// The first of them, [`MAX_KEPT`](Self::MAX_KEPT) at most.
    pub first: Vec<RefusedEntry<P>>,
}

/// An entry that was refused.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(bound = "P: PeerName")]
#[non_exhaustive]
pub struct RefusedEntry<P> {
    /// The subject.
    pub subject: Subject<P>,
    /// The line on which it is named first, counted from 1; `None` if it was not read from a text.
    pub line: Option<usize>,
}

impl<P> RefusedEntries<P> {
    /// How many entries are kept: 20.
    pub const MAX_KEPT: usize = 20;
}

impl<P> Default for RefusedEntries<P> {
    fn default() -> Self {
        Self { total: 0, first: Vec::new() }
    }
}

/// Adds an entry to those that were refused.
pub(super) fn refuse<P>(
    refused: &mut ListRefusals<P>,
    why: ListRefusal,
    subject: &Subject<P>,
    line: Option<usize>,
) where
    P: Clone,
{
    let entries = refused.entry(why).or_default();
    entries.total = entries.total.saturating_add(1);
    if entries.first.len() < RefusedEntries::<P>::MAX_KEPT {
        entries.first.push(RefusedEntry { subject: subject.clone(), line });
    }
}

/// How many entries were refused in all.
pub(super) fn total<P>(refused: &ListRefusals<P>) -> usize {
    refused.values().map(|entries| entries.total).sum()
}
