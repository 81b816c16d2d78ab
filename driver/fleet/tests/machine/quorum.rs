//! The quorum against a definition of its own, on random votes.

use std::collections::BTreeSet;
use std::time::Duration;

use peerwarden_fleet::{Ballot, QuorumRules, Says, UnixMillis, Voter, tally};
use proptest::prelude::*;

const NOW: UnixMillis = UnixMillis(1_000);

fn says() -> impl Strategy<Value = Says> {
    prop_oneof![4 => Just(Says::Ban), 1 => Just(Says::Pardon), 1 => Just(Says::Withdrawn)]
}

/// One ballot of each of a few voters.
fn ballots() -> impl Strategy<Value = Vec<Ballot>> {
    let one = (0_u32..9, says(), 900_u64..1_100, 990_u64..1_200);
    prop::collection::btree_map(0_u32..9, one, 0..9).prop_map(|all| {
        let ballots = all.into_iter().map(|(number, (group, says, issued, end))| {
            let group = (group < 4).then_some(group);
            let voter = match number {
                0 => Voter::Operator(0),
                1 => Voter::Myself { group },
                _ => Voter::Member { member: number, group },
            };
            Ballot { voter, says, issued: UnixMillis(issued), end: UnixMillis(end) }
        });
        ballots.collect()
    })
}

/// The same by going through all sets of votes: the latest moment until which some set of `quorum` votes, of
/// which no two are of one group, all last.
fn by_definition(ballots: &[Ballot], quorum: usize, distinct: bool) -> Option<UnixMillis> {
    let valid: Vec<_> = ballots.iter().filter(|ballot| ballot.end > NOW).collect();
    let is_veto = |ballot: &&&Ballot| {
        ballot.says == Says::Pardon && !matches!(ballot.voter, Voter::Member { .. })
    };
    let pardon = valid.iter().filter(is_veto).map(|ballot| ballot.issued).max();
    let order = valid.iter().filter(|ballot| {
        matches!(ballot.voter, Voter::Operator(_))
            && ballot.says == Says::Ban
            && pardon.is_none_or(|pardon| pardon < ballot.issued)
    });
    let order = order.map(|ballot| ballot.end).max();
    let votes: Vec<_> = valid
        .iter()
        .filter(|ballot| ballot.says == Says::Ban && !matches!(ballot.voter, Voter::Operator(_)))
        .collect();
    let group = |ballot: &Ballot| match ballot.voter {
        Voter::Member { group, .. } | Voter::Myself { group } => group,
        Voter::Operator(_) => None,
    };
    let mut best = None;
    for set in 0_u32..1 << votes.len() {
        let chosen = (0..).zip(&votes).filter(|(at, _)| set >> at & 1 == 1);
        let chosen: Vec<_> = chosen.map(|(_, vote)| **vote).collect();
        let groups: Vec<_> = chosen.iter().filter_map(|ballot| group(ballot)).collect();
        let are_distinct = groups.len() == groups.iter().collect::<BTreeSet<_>>().len();
        if chosen.len() == quorum && (are_distinct || !distinct) {
            best = best.max(chosen.iter().map(|vote| vote.end).min());
        }
    }
    best.filter(|_| pardon.is_none()).max(order)
}

fn rules(quorum: usize, distinct_groups: bool) -> QuorumRules {
    QuorumRules { quorum, distinct_groups, max_believed: Duration::from_secs(1_000) }
}

proptest! {
    #[test]
    fn the_quorum_is_the_latest_moment_until_which_enough_votes_last(
        ballots in ballots(), quorum in 1_usize..5, distinct: bool,
    ) {
        let found = tally(&ballots, &rules(quorum, distinct), NOW).until;
        prop_assert_eq!(found, by_definition(&ballots, quorum, distinct));
    }

    #[test]
    fn the_order_of_votes_does_not_matter(
        (ballots, shuffled) in ballots().prop_flat_map(|all| (Just(all.clone()), Just(all).prop_shuffle())),
        quorum in 1_usize..5, distinct: bool, most in 1_u64..200,
    ) {
        let rules = QuorumRules { max_believed: Duration::from_millis(most), ..rules(quorum, distinct) };
        prop_assert_eq!(tally(&ballots, &rules, NOW), tally(&shuffled, &rules, NOW));
    }

    #[test]
    fn fewer_votes_than_the_quorum_never_ban(ballots in ballots(), quorum in 1_usize..9) {
        let members: Vec<_> = ballots
            .into_iter()
            .filter(|ballot| !matches!(ballot.voter, Voter::Operator(_)))
            .take(quorum - 1)
            .collect();
        prop_assert_eq!(tally(&members, &rules(quorum, false), NOW).until, None);
    }
}

#[test]
fn a_ban_is_believed_for_so_long_after_its_last_vote_at_most() {
    let vote = |member, issued, end| Ballot {
        voter: Voter::Member { member, group: None },
        says: Says::Ban,
        issued: UnixMillis(issued),
        end: UnixMillis(end),
    };
    let rules = QuorumRules { max_believed: Duration::from_millis(500), ..rules(2, false) };
    let votes = [vote(1, 900, 9_000), vote(2, 1_000, 8_000)];
    assert_eq!(tally(&votes, &rules, NOW).until, Some(UnixMillis(1_500)));
    assert_eq!(tally(&votes, &rules, UnixMillis(1_500)).until, None);
}
