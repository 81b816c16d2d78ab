//! Quorum: what a fleet believes of a subject, from what was said on it.

use std::time::Duration;

use crate::statement::Says;
use crate::unix_millis::UnixMillis;

/// A statement on one subject, as the quorum counts it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Ballot {
    /// Whose it is.
    pub voter: Voter,
    /// What it says.
    pub says: Says,
    /// When it was issued, by its author's clock.
    pub issued: UnixMillis,
    /// When it ends, by this node's clock.
    pub end: UnixMillis,
}

/// Whose statement a [`Ballot`] is. There is one of each voter, at most.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Voter {
    /// An operator, by number.
    Operator(u32),
    /// Another member, by number, in the group of this number if it has one.
    Member {
        /// The number of the member.
        member: u32,
        /// The number of its group.
        group: Option<u32>,
    },
    /// This node itself, in the group of this number if it has one. Its pardons count, for itself.
    Myself {
        /// The number of its group.
        group: Option<u32>,
    },
}

/// How votes are counted.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct QuorumRules {
    /// How many members it takes.
    pub quorum: usize,
    /// Whether the members of a group have one vote together.
    pub distinct_groups: bool,
    /// For how long a ban is believed after the last of the votes that make it was issued, at most. It
    /// does not bound an operator's order.
    pub max_believed: Duration,
}

/// What a fleet believes of a subject.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Tally {
    /// Until when it is believed to be banned; `None` if it is not.
    pub until: Option<UnixMillis>,
    /// How many votes there are for a ban, each group counted once where groups are distinct.
    pub votes: usize,
    /// When there were enough votes, by their authors' clocks: the last of those that count was issued.
    pub reached: Option<UnixMillis>,
    /// Until when a pardon clears the subject; `None` if none does.
    pub pardoned: Option<UnixMillis>,
}

/// Counts what was said on one subject.
///
/// It is a pure function of the ballots, in whatever order: a ban is believed until the end that comes
/// `quorum`-th when the ends of the bans of distinct members are sorted, the last one first. An operator's
/// ban counts as a quorum. An operator's pardon, or one of this node's own, clears the votes of members and
/// all older orders, until it ends.
#[must_use]
pub fn tally(ballots: &[Ballot], rules: &QuorumRules, now: UnixMillis) -> Tally {
    let valid = ballots.iter().filter(|ballot| ballot.end > now);
    let pardons = valid.clone().filter(|ballot| ballot.is_pardon());
    let pardon = pardons.clone().map(|pardon| pardon.issued).max();
    let pardoned = pardons.map(|pardon| pardon.end).max();
    let bans = valid.filter(|ballot| ballot.says == Says::Ban);

    let mut votes: Vec<Vote> = Vec::new();
    let mut order: Option<Vote> = None;
    for ban in bans {
        let vote = Vote { end: ban.end, issued: ban.issued, group: None };
        match ban.voter {
            Voter::Operator(_) if pardon.is_some_and(|pardon| pardon >= ban.issued) => {}
            Voter::Operator(_) => order = order.max(Some(vote)),
            Voter::Member { group, .. } | Voter::Myself { group } => {
                votes.push(Vote { group: group.filter(|_| rules.distinct_groups), ..vote });
            }
        }
    }
    // The last end first; of a group only the best counts.
    votes.sort_unstable_by(|one, other| other.cmp(one));
    let mut seen = Vec::new();
    votes.retain(|vote| match vote.group {
        Some(group) if seen.contains(&group) => false,
        Some(group) => {
            seen.push(group);
            true
        }
        None => true,
    });
    let count = votes.len();
    let quorum = rules.quorum.max(1);
    let enough = votes.get(..quorum).filter(|_| pardon.is_none());
    let reached = enough.and_then(|votes| votes.iter().map(|vote| vote.issued).max());
    let until = enough.and_then(|votes| votes.last()).zip(reached);
    let until = until.map(|(last, reached)| last.end.min(reached.later(rules.max_believed)));
    let until = until.max(order.map(|order| order.end)).filter(|until| *until > now);
    Tally {
        until,
        votes: count,
        reached: reached.or_else(|| order.map(|order| order.issued)),
        pardoned,
    }
}

impl Ballot {
    fn is_pardon(&self) -> bool {
        match self.voter {
            Voter::Operator(_) | Voter::Myself { .. } => self.says == Says::Pardon,
            Voter::Member { .. } => false,
        }
    }
}

/// A vote for a ban.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
struct Vote {
    end: UnixMillis,
    issued: UnixMillis,
    group: Option<u32>,
}
