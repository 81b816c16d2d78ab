//! Bans by which a shadow policy differs from the one in force.

use peerwarden_host::{Cause, Config, Evidence, Misbehavior};

use crate::node::{Node, name, peer, with_threshold};

#[test]
fn a_stricter_policy_would_have_banned_and_says_whom_and_why() {
    let node = Node::shadowed(10 * 864);
    let _here = node.admit("mallory", 1);
    node.report("mallory", 11);

    let status = node.status("strict");
    let [ban] = node.bans("strict").try_into().unwrap();

    assert!(!node.is_banned("mallory"), "its bans are only told");
    assert_eq!((status.bans.penalty, status.bans_in_force.total()), (1, 0));
    assert_eq!((status.only_shadow, status.only_in_force, status.both), (1, 0, 0));
    assert_eq!((status.banned, status.banned_in_force), (1, 0));
    assert_eq!(ban.subject, peer("mallory"));
    assert_eq!(ban.in_force, None);
    let verdict = ban.shadow.unwrap();
    assert_eq!((verdict.cause, verdict.times, verdict.offences), (Cause::Penalty, 1, Some(1)));
    assert!(verdict.until.is_some());
    let Evidence::Misdeeds(misdeeds) = verdict.evidence else {
        panic!("{:?} is no misdeeds", verdict.evidence);
    };
    let told: Vec<_> = misdeeds.iter().map(|each| (each.misbehavior, each.times)).collect();
    assert_eq!(told, [(Misbehavior::INVALID_MESSAGE, 11)]);
}

#[test]
fn a_milder_policy_would_have_spared() {
    let node = Node::new(with_threshold(10 * 864));
    node.shadow("mild", Config::default());
    node.report("mallory", 11);

    let status = node.status("mild");
    let [ban] = node.bans("mild").try_into().unwrap();

    assert!(node.is_banned("mallory"));
    assert_eq!((status.only_shadow, status.only_in_force, status.both), (0, 1, 0));
    assert_eq!((status.bans.total(), status.bans_in_force.penalty), (0, 1));
    assert_eq!(ban.shadow, None);
    assert_eq!(ban.in_force.unwrap().cause, Cause::Penalty);
}

#[test]
fn what_was_before_it_began_counts_for_it() {
    let node = Node::new(Config::default());
    node.report("mallory", 60);
    node.shadow("same", Config::default());

    node.report("mallory", 41);

    let status = node.status("same");
    assert_eq!((status.only_shadow, status.only_in_force, status.both), (0, 0, 1));
}

#[test]
fn it_sees_what_ends_and_when() {
    let node = Node::shadowed(10 * 864);
    node.report("mallory", 11);
    node.advance(3_600);

    let [ban] = node.bans("strict").try_into().unwrap();

    assert_eq!(ban.shadow.unwrap().until, None);
    assert_eq!(node.status("strict").banned, 0);
}

/// Else a peer that a policy would have banned once would never be here for it again.
#[test]
fn a_peer_that_would_have_been_banned_counts_as_come_back_when_that_is_over() {
    let policy = Config::default().with_threshold(with_threshold(10 * 864).threshold());
    let policy = policy.with_min_connected(std::num::NonZeroUsize::new(1));
    let node = Node::new(Config::default());
    node.shadow("strict", policy);
    let _others = [node.admit("alice", 1), node.admit("bob", 2)];
    node.report("alice", 11);
    node.advance(3_600);

    // With one of two gone there would be one left to spare; with none gone there are two.
    node.report("bob", 11);

    assert_eq!(node.status("strict").bans.penalty, 2);
}

#[test]
fn bans_by_the_operator_are_no_difference() {
    let node = Node::shadowed(10 * 864);
    let subject = peer("mallory");
    node.warden.ban(subject, None, peerwarden_host::Origin::Operator).unwrap();

    let status = node.status("strict");

    assert_eq!((status.bans.total(), status.banned, status.banned_in_force), (0, 0, 0));
    assert_eq!(node.bans("strict"), []);
}

#[test]
fn several_are_judged_at_once() {
    let node = Node::new(Config::default());
    for (policy, reports) in [("a", 5), ("b", 10), ("c", 20)] {
        node.shadow(policy, with_threshold(reports * 864));
    }
    node.report("mallory", 11);

    let banned: Vec<_> = node.warden.shadows().unwrap();
    let banned: Vec<_> =
        banned.iter().map(|status| (status.name.as_str(), status.banned)).collect();

    assert_eq!(banned, [("a", 1), ("b", 1), ("c", 0)]);
    assert_eq!(node.warden.shadow_bans(&name("d"), 1), Ok(None));
}

#[test]
fn a_policy_in_force_that_changes_leaves_it_alone() {
    let node = Node::shadowed(10 * 864);
    node.warden.reconfigure(Config::default().with_penalties(false)).unwrap();
    node.report("mallory", 11);

    assert_eq!(node.status("strict").only_shadow, 1);
}
