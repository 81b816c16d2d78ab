//! Views of a fleet: votes, members and what is believed.

use peerwarden_core::{Cause, Subject};
use peerwarden_host::PeerName;
use serde::Serialize;

use super::Fleet;
use crate::counts::{FleetCounts, Withheld};
use crate::key::Author;
use crate::quorum::Tally;
use crate::roster::Roster;
use crate::rules::FleetRules;
use crate::statement::Says;
use crate::unix_millis::UnixMillis;
use crate::votes::Vote;

/// A statement that counts, or would, as it is shown.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(bound = "P: PeerName")]
#[non_exhaustive]
pub struct VoteView<P> {
    /// The subject.
    pub subject: Subject<P>,
    /// The author: the name of a member, or `_op_` and the key of an operator.
    pub author: String,
    /// The group of the author.
    pub group: Option<String>,
    /// What it says.
    pub says: Says,
    /// The cause of the ban.
    pub cause: Option<Cause>,
    /// When it was issued, by its author's clock.
    pub issued: UnixMillis,
    /// When it ends, by this node's clock.
    pub end: UnixMillis,
}

/// A member of the fleet, as it is shown.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub struct MemberStatus {
    /// Its name.
    pub name: String,
    /// Its group.
    pub group: Option<String>,
    /// Whether it is this node itself.
    pub is_myself: bool,
    /// How many of its statements count that are not withdrawn.
    pub statements: usize,
    /// When its last statement was read, by this node's clock; `None` if none was since the start.
    pub heard: Option<UnixMillis>,
}

impl<P: PeerName> Fleet<P> {
    /// Returns the rules that the node goes by.
    #[must_use]
    pub const fn rules(&self) -> &FleetRules {
        &self.rules
    }

    /// Returns the members.
    #[must_use]
    pub const fn roster(&self) -> &Roster {
        &self.roster
    }

    /// Returns whether this node is on the roster, so that others hear it.
    #[must_use]
    pub const fn is_member(&self) -> bool {
        self.myself.is_some()
    }

    /// Returns whether everything in the bucket was read.
    #[must_use]
    pub const fn is_caught_up(&self) -> bool {
        self.is_caught_up
    }

    /// Returns whether the brakes have stopped all further bans until an operator looks.
    #[must_use]
    pub const fn is_stopped(&self) -> bool {
        self.brakes.is_tripped()
    }

    /// Returns the counts since the start.
    #[must_use]
    pub const fn counts(&self) -> &FleetCounts {
        &self.counts
    }

    /// Returns how many statements are remembered.
    #[must_use]
    pub const fn statements(&self) -> usize {
        self.votes.len()
    }

    /// Returns how many own bans this node says right now.
    #[must_use]
    pub fn said(&self, now: UnixMillis) -> usize {
        self.own.live(now)
    }

    /// Returns whether this node says itself that the subject is banned.
    #[must_use]
    pub fn says_ban(&self, subject: &Subject<P>, now: UnixMillis) -> bool {
        self.own.says_ban(subject, now)
    }

    /// Returns how often an own ban was not said, since as many were as may be.
    #[must_use]
    pub const fn left_out(&self) -> u64 {
        self.own.left_out
    }

    /// Returns what is believed, and until when.
    pub fn believed(&self) -> impl Iterator<Item = (&Subject<P>, UnixMillis)> {
        self.believed.iter().map(|(subject, belief)| (subject, belief.until))
    }

    /// Returns until when the subject is believed to be banned; `None` if it is not.
    #[must_use]
    pub fn believed_until(&self, subject: &Subject<P>) -> Option<UnixMillis> {
        self.believed.get(subject).map(|belief| belief.until)
    }

    /// Returns why a subject that members ban is not banned here.
    #[must_use]
    pub fn withheld(&self, subject: &Subject<P>) -> Option<Withheld> {
        self.withheld.get(subject).copied()
    }

    /// Returns how the votes on a subject are counted now.
    #[must_use]
    pub fn tally_of(&self, subject: &Subject<P>, now: UnixMillis) -> Tally {
        self.tally(&subject.clone().canonical(), now)
    }

    /// Returns the statements on a subject.
    #[must_use]
    pub fn votes_on(&self, subject: &Subject<P>) -> Vec<VoteView<P>> {
        let subject = subject.clone().canonical();
        self.votes.on(&subject).iter().filter_map(|vote| self.vote(&subject, vote)).collect()
    }

    /// Returns up to `at_most` statements of an author, or of all, after the subject `after`; networks come
    /// first.
    #[must_use]
    pub fn votes_of(
        &self,
        author: Option<&Author>,
        after: Option<&Subject<P>>,
        at_most: usize,
    ) -> Vec<VoteView<P>> {
        let number = match author {
            Some(author) => match self.votes.known(author) {
                Some((number, _)) => Some(number),
                None => return Vec::new(),
            },
            None => None,
        };
        let votes = self.votes.iter().filter(|(subject, vote)| {
            after.is_none_or(|after| *subject > after)
                && number.is_none_or(|number| vote.author == number)
        });
        votes.take(at_most).filter_map(|(subject, vote)| self.vote(subject, vote)).collect()
    }

    /// Returns the members, in the order of their names.
    #[must_use]
    pub fn members(&self) -> Vec<MemberStatus> {
        let mut members: Vec<_> = self
            .votes
            .authors()
            .filter_map(|entry| {
                let Author::Member(name) = &entry.author else {
                    return None;
                };
                Some(MemberStatus {
                    name: name.to_string(),
                    group: entry
                        .group
                        .and_then(|group| self.votes.group_name(group))
                        .map(str::to_owned),
                    is_myself: self.myself.as_ref().is_some_and(|(_, me)| me == name),
                    statements: entry.live,
                    heard: entry.heard,
                })
            })
            .collect();
        members.sort_by(|one, other| one.name.cmp(&other.name));
        members
    }

    /// Returns how many statements are remembered that say this.
    #[must_use]
    pub fn statements_that_say(&self, says: Says) -> usize {
        self.votes.iter().filter(|(_, vote)| vote.says == says).count()
    }

    fn vote(&self, subject: &Subject<P>, vote: &Vote) -> Option<VoteView<P>> {
        let entry = self.votes.author(vote.author)?;
        let group = entry.group.and_then(|group| self.votes.group_name(group));
        Some(VoteView {
            subject: subject.clone(),
            author: entry.author.to_string(),
            group: group.map(str::to_owned),
            says: vote.says,
            cause: vote.cause,
            issued: vote.issued,
            end: vote.end,
        })
    }
}
