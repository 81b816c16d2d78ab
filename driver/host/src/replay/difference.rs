//! Differences between two policies, by the names of those whom they ban.

use std::collections::BTreeMap;

use peerwarden_core::{Instant, Subject};
use serde::Serialize;

use super::report::{BannedSubject, PolicyOutcome};

/// How a policy differs from the recorded one.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Difference {
    /// The name of the other policy.
    pub other: String,
    /// The peers and networks that it alone bans, in the order in which it does.
    pub only_other: Vec<BannedSubject>,
    /// The peers and networks that the recorded one alone bans, in the order in which it does.
    pub only_recorded: Vec<BannedSubject>,
    /// Those that both ban, in the order in which the recorded one does.
    pub both: Vec<BannedUnderBoth>,
}

/// A peer or network that two policies ban.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub struct BannedUnderBoth {
    /// The peer or network.
    pub subject: Subject<String>,
    /// When it is first banned under the recorded policy.
    pub recorded: Instant,
    /// When it is first banned under the other.
    pub other: Instant,
}

impl Difference {
    pub(super) fn between(recorded: &PolicyOutcome, other: &PolicyOutcome) -> Self {
        let (before, after) = (by_subject(recorded), by_subject(other));
        let only = |these: &[BannedSubject], those: &BTreeMap<_, Instant>| {
            these.iter().filter(|banned| !those.contains_key(&banned.subject)).cloned().collect()
        };
        let both = recorded.banned.iter().filter_map(|banned| {
            Some(BannedUnderBoth {
                subject: banned.subject.clone(),
                recorded: banned.first,
                other: *after.get(&banned.subject)?,
            })
        });
        Self {
            other: other.name.clone(),
            both: both.collect(),
            only_other: only(&other.banned, &before),
            only_recorded: only(&recorded.banned, &after),
        }
    }
}

fn by_subject(outcome: &PolicyOutcome) -> BTreeMap<&Subject<String>, Instant> {
    outcome.banned.iter().map(|banned| (&banned.subject, banned.first)).collect()
}
