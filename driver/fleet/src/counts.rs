//! Counts of what a fleet did.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;

use crate::statement::Says;

/// Declares reasons and their names.
macro_rules! reasons {
    ($(#[$doc:meta])* $name:ident { $($(#[$each:meta])* $variant:ident = $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
        #[serde(rename_all = "kebab-case")]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$each])* $variant,)*
        }

        impl $name {
            /// Every one, in the order of their names.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// Returns the name, in lower case, as it is in labels.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)*
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }
    };
}

reasons! {
    /// Why a value of the bucket is not counted.
    Refused {
        /// It is for another fleet.
        Fleet = "fleet",
        /// It is no statement.
        Form = "form",
        /// It was issued more than five minutes ahead of this node's clock.
        Future = "future",
        /// Its key is none that a statement has, or of another subject than the statement.
        Key = "key",
        /// Its author says too much, or too much is remembered in all.
        Limit = "limit",
        /// Its author is not on the roster, or not the one that the key names.
        Member = "member",
        /// It is a roster that cannot be used.
        Roster = "roster",
        /// A newer statement of the author on the subject is known.
        Seq = "seq",
        /// Its author has not signed it.
        Signature = "signature",
        /// It is longer than 2 KiB.
        Size = "size",
        /// It is over.
        Stale = "stale",
        /// It is of a version that is not known here.
        Version = "version",
    }
}

reasons! {
    /// Why what the fleet believes is not banned here.
    Withheld {
        /// The list of bans has refused it for another reason.
        Limit = "limit",
        /// This node only observes.
        Observe = "observe",
        /// A pardon clears it.
        Pardon = "pardon",
        /// It is protected here.
        Protected = "protected",
        /// Not enough members have said it yet.
        Quorum = "quorum",
        /// As many bans as may have begun in this hour.
        Rate = "rate",
        /// Too large a share of the connected peers would be banned in an hour.
        Share = "share",
    }
}

reasons! {
    /// Why a ban is no longer believed.
    Ceased {
        /// It came to its end.
        Ended = "ended",
        /// A pardon clears it.
        Pardoned = "pardoned",
        /// Votes were withdrawn, or their authors taken off the roster.
        Votes = "votes",
    }
}

reasons! {
    /// Why a node reads or compares everything anew.
    Resync {
        /// The bucket is another one than before, or has lost what it had.
        BucketReset = "bucket-reset",
        /// The watch failed.
        Error = "error",
        /// It is time for it.
        Interval = "interval",
        /// This node has missed some of its own bans.
        Missed = "missed",
        /// The connection was lost and is back.
        Reconnect = "reconnect",
        /// The roster has changed.
        Roster = "roster",
        /// The node was started.
        Start = "start",
    }
}

/// Counts since the start of what a fleet did on one node.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub struct FleetCounts {
    /// Bans that began to be believed and were banned here.
    pub applied: u64,
    /// Bans that were no longer believed, by reason.
    pub ceased: BTreeMap<Ceased, u64>,
    /// Bans that were not carried out, by reason; once for each subject and reason.
    pub withheld: BTreeMap<Withheld, u64>,
    /// Values of the bucket that were refused, by reason.
    pub refused: BTreeMap<Refused, u64>,
    /// Statements of this node that the bucket has taken.
    pub published: BTreeMap<Says, u64>,
    /// Statements of this node that the bucket has not taken; they are said again.
    pub publish_errors: u64,
    /// Times that everything was read or compared anew, by reason.
    pub resyncs: BTreeMap<Resync, u64>,
    /// How long statements took from their author to here, by the clocks of both.
    pub lag: LagHistogram,
}

/// Counts of delays, in buckets.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize)]
pub struct LagHistogram {
    /// How many took as long as the bucket says or less, and more than the one before.
    counts: [u64; Self::BOUNDS.len() + 1],
    sum: Duration,
}

impl LagHistogram {
    /// The upper bounds of the buckets; a last one has no bound.
    pub const BOUNDS: [Duration; 8] = [
        Duration::from_millis(100),
        Duration::from_millis(250),
        Duration::from_millis(500),
        Duration::from_secs(1),
        Duration::from_millis(2500),
        Duration::from_secs(5),
        Duration::from_secs(10),
        Duration::from_secs(60),
    ];

    pub(crate) fn record(&mut self, lag: Duration) {
        let at = Self::BOUNDS.iter().position(|bound| lag <= *bound);
        if let Some(count) = self.counts.get_mut(at.unwrap_or(Self::BOUNDS.len())) {
            *count = count.saturating_add(1);
        }
        self.sum = self.sum.saturating_add(lag);
    }

    /// Returns how many delays there were.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.counts.iter().fold(0, |sum, count| sum.saturating_add(*count))
    }

    /// Returns all delays together.
    #[must_use]
    pub const fn sum(&self) -> Duration {
        self.sum
    }

    /// Returns each bound with how many delays were no longer than it; `None` is no bound.
    pub fn cumulative(&self) -> impl Iterator<Item = (Option<Duration>, u64)> + '_ {
        let bounds = Self::BOUNDS.iter().copied().map(Some).chain([None]);
        let mut sum = 0_u64;
        bounds.zip(&self.counts).map(move |(bound, count)| {
            sum = sum.saturating_add(*count);
            (bound, sum)
        })
    }
}

/// Counts one more.
pub(crate) fn count<K: Ord>(counts: &mut BTreeMap<K, u64>, key: K) {
    let count = counts.entry(key).or_default();
    *count = count.saturating_add(1);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_are_counted_at_and_above_their_bounds() {
        let mut lag = LagHistogram::default();
        for millis in [0, 100, 101, 61_000] {
            lag.record(Duration::from_millis(millis));
        }
        let counts: Vec<_> = lag.cumulative().map(|(_, count)| count).collect();
        assert_eq!(counts, [2, 3, 3, 3, 3, 3, 3, 3, 4]);
        assert_eq!((lag.count(), lag.sum()), (4, Duration::from_millis(61_201)));
    }
}
