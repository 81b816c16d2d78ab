//! Tests of a restart.

use std::num::NonZeroU32;
use std::thread;
use std::time::{Duration, Instant};

use peerwarden_host::{
    Cause, Config, DecayRate, NoticeKind, Origin, PeerStatus, Points, Score, Tag, Verdict,
};

use crate::faulty_store::FaultyStore;
use crate::node::{DataFile, Node, hours, network, noon, somebody};

#[test]
fn bans_offences_and_protection_are_there_again() {
    let file = DataFile::new();
    let mut node = Node::start(file.open());
    let ((by_word, word), (by_penalty, _), (by_score, _)) = (somebody(), somebody(), somebody());
    let ((owing, _), (spared, spare)) = (somebody(), somebody());
    node.ban(word, 3_600);
    node.handle.ban(network("203.0.113.0/24"), None, Origin::Operator).unwrap();
    node.handle.ban(network("2001:db8::/32"), None, Origin::Remote).unwrap();
    node.report(by_penalty, 101);
    node.handle.score(by_score, Score::try_from(-200.5).unwrap()).unwrap();
    node.connect(owing);
    node.report(owing, 7);
    node.handle.protect(spare, Tag::OPERATOR).unwrap();
    node.handle.protect(network("198.51.100.7/24"), Tag::OPERATOR).unwrap();
    let everybody = [by_word, by_penalty, by_score, owing, spared];
    let (before, bans) = (everybody.map(|peer| node.status(peer)), node.bans());
    drop(node);

    let node = Node::start(file.open());

    // Who was connected is not any more, and all else is as it was.
    let gone = |status: PeerStatus| PeerStatus {
        connected: false,
        direction: None,
        connected_since: None,
        ..status
    };
    assert_eq!(everybody.map(|peer| node.status(peer)), before.map(|status| status.map(gone)));
    assert_eq!(node.bans(), bans);
    assert_eq!(node.bans().len(), 5);
    node.handle.ban(network("198.51.100.0/24"), None, Origin::Remote).unwrap();
    let verdict = node.handle.check_addr("198.51.100.7".parse().unwrap());
    assert_eq!(verdict, Ok(Verdict::Allow));
}

#[test]
fn time_passes_while_the_node_is_down() {
    let file = DataFile::new();
    let ((_, short), (_, long), (paid, _)) = (somebody(), somebody(), somebody());
    let mut node = Node::start(file.open());
    node.ban(long.clone(), 7_200);
    node.ban(short.clone(), 3_600);
    node.report(paid, 50);
    node.advance(Duration::from_secs(10));
    drop(node);

    let mut node = Node::start_at(noon() + Duration::from_secs(10) + hours(1), file.open());

    assert_eq!(node.bans(), [(long, Some(3_590))]);
    assert_eq!(node.status(paid), None);
    assert_eq!(
        node.advance(Duration::ZERO),
        [NoticeKind::Unbanned { subject: short, cause: Cause::Operator, offences: None }]
    );
}

#[test]
fn an_offence_is_forgiven_although_the_node_was_down_half_of_the_time() {
    let file = DataFile::new();
    let (peer, _) = somebody();
    let mut node = Node::start(file.open());
    node.report(peer, 101);
    node.advance(Duration::from_secs(100) + hours(12));
    assert_eq!(node.status(peer).map(|status| status.offences), Some(1));
    drop(node);

    let node = Node::start_at(noon() + Duration::from_secs(100) + hours(24), file.open());

    assert_eq!(node.status(peer), None);
}

#[test]
fn nobody_slips_in_before_the_first_poll() {
    let file = DataFile::new();
    let (peer, subject) = somebody();
    let node = Node::start(file.open());
    node.ban(subject, 3_600);
    drop(node);

    let node = Node::start(file.open());

    assert!(matches!(node.handle.check_peer(&peer, None), Ok(Verdict::Deny(_))));
}

#[test]
fn where_a_trusted_peer_was_last_seen_is_spared_after_a_restart_too() {
    let store = FaultyStore::default();
    let mut node = Node::start(store.clone());
    let (trusted, subject) = somebody();
    let addr = "203.0.113.7".parse().unwrap();
    node.handle.protect(subject, Tag::OPERATOR).unwrap();
    node.handle.ban(network("203.0.113.0/24"), None, Origin::Operator).unwrap();
    node.flush();
    assert_ne!(node.handle.check_addr(addr), Ok(Verdict::Allow));
    node.connect_at(trusted, addr);
    assert_eq!(node.handle.check_addr(addr), Ok(Verdict::Allow));
    // Written without anybody asking for it, long before the next checkpoint.
    let started = Instant::now();
    while node.handle.store_health().unwrap().unwrap().writes < 2 {
        assert!(started.elapsed() < Duration::from_secs(4));
        thread::sleep(Duration::from_millis(5));
    }

    let after = Node::start(store.copy());

    assert_eq!(after.handle.check_addr(addr), Ok(Verdict::Allow));
    let writes = node.handle.store_health().unwrap().unwrap().writes;
    node.connect_at(trusted, "::ffff:203.0.113.7".parse().unwrap());
    node.flush();
    let health = node.handle.store_health().unwrap().unwrap();
    assert_eq!(health.writes, writes, "it comes back to where it was");
}

#[test]
fn where_a_peer_with_an_offence_was_last_seen_is_kept_at_the_next_checkpoint() {
    let store = FaultyStore::default();
    let mut node = Node::start(store.clone());
    let (peer, subject) = somebody();
    let (stranger, _) = somebody();
    node.report(peer, 101);
    node.advance(hours(1));
    node.flush();
    let addr = "203.0.113.7".parse().unwrap();
    node.connect_at(peer, addr);
    node.connect_at(stranger, addr);
    assert_eq!(node.handle.store_health().unwrap().unwrap().waiting, 1);
    node.flush();
    // Protected with the node down, as settings may do, it opens the gate where it was seen.
    let after = Node::start(store.copy());
    after.handle.protect(subject, Tag::OPERATOR).unwrap();
    after.handle.ban(network("203.0.113.0/24"), None, Origin::Operator).unwrap();

    assert_eq!(after.handle.check_addr(addr), Ok(Verdict::Allow));
    assert_eq!(after.status(stranger), None);
}

#[test]
fn rows_of_those_of_whom_nothing_is_left_are_gone() {
    let file = DataFile::new();
    let (peer, subject) = somebody();
    let mut node = Node::start(file.open());
    node.ban(subject.clone(), 60);
    node.ban(network("10.1.2.3/8"), 60);
    node.report(peer, 3);
    node.handle.protect(network("10.9.9.9/16"), Tag::OPERATOR).unwrap();
    node.flush();
    assert_eq!(node.handle.store_health().unwrap().unwrap().rows, 3);

    node.handle.unprotect(network("10.9.0.1/16"), Tag::OPERATOR).unwrap();
    node.advance(Duration::from_secs(61));
    node.flush();

    let health = node.handle.store_health().unwrap().unwrap();
    assert_eq!((health.rows, health.waiting), (0, 0));
    drop(node);
    assert_eq!(Node::start(file.open()).bans(), []);
}

#[test]
fn a_pardon_outlives_the_node_and_its_row_does_not_outlive_the_pardon() {
    let file = DataFile::new();
    let (peer, subject) = somebody();
    let node = Node::start(file.open());
    for subject in [subject.clone(), network("10.0.0.0/8")] {
        node.ban(subject.clone(), 3_600);
        node.handle.unban(subject, None).unwrap();
    }
    drop(node);

    let node = Node::start(file.open());
    node.report(peer, 101);
    assert_eq!(node.bans(), []);
    drop(node);

    let mut node = Node::start_at(noon() + hours(1), file.open());
    assert_eq!(node.handle.store_health().unwrap().unwrap().waiting, 1);
    node.advance(Duration::from_secs(1));
    node.flush();
    assert_eq!(node.handle.store_health().unwrap().unwrap().rows, 0);
}

#[test]
fn what_the_protection_of_a_network_ended_inside_it_stays_ended() {
    let file = DataFile::new();
    let inner = network("203.0.113.0/24");
    let node = Node::start(file.open());
    node.handle.ban(inner.clone(), None, Origin::Remote).unwrap();
    node.ban(inner.clone(), 3_600);
    node.flush();
    node.handle.protect(network("203.0.0.0/16"), Tag::OPERATOR).unwrap();
    drop(node);

    // The operator's word is all that is left of it.
    assert_eq!(Node::start(file.open()).bans(), [(inner, Some(3_600))]);
}

#[test]
fn a_debt_that_falls_slower_by_a_new_policy_does_so_in_the_store_too() {
    let store = FaultyStore::default();
    let mut node = Node::start(store.clone());
    let (peer, _) = somebody();
    node.report(peer, 10);
    node.flush();
    let slower = Config::default().with_decay(&[DecayRate::try_from(1.0).unwrap()]).unwrap();
    node.handle.reconfigure(slower).unwrap();
    node.flush();
    node.advance(Duration::from_secs(100));

    // As after a crash: what was written is all there is.
    let after = Node::start_at(noon() + Duration::from_secs(100), store.copy());

    let penalty = |node: &Node| node.status(peer).map(|status| status.penalty);
    assert_eq!(penalty(&after), Some(Points::from_points(8_540)));
    assert_eq!(penalty(&node), penalty(&after));
}

#[test]
fn scores_that_were_low_do_not_count_after_a_restart() {
    let store = FaultyStore::default();
    let start = |store, peer| {
        let mut node = Node::start(store);
        let config = Config::default().with_confirmations(NonZeroU32::new(3).unwrap());
        node.handle.reconfigure(config).unwrap();
        // Of a peer that is not here one low score is enough.
        node.connect(peer);
        node
    };
    let score = |node: &Node, peer, score| {
        node.handle.score(peer, Score::try_from(score).unwrap()).unwrap();
    };
    let (peer, subject) = somebody();
    let node = start(store.clone(), peer);
    score(&node, peer, -200.0);
    score(&node, peer, -200.0);
    node.handle.protect(subject.clone(), Tag::OPERATOR).unwrap();
    node.flush();
    // Of this one nobody says anything, and it takes back the two.
    score(&node, peer, 5.0);

    let node = start(store.copy(), peer);
    node.handle.unprotect(subject, Tag::OPERATOR).unwrap();
    for lows in 1..=3 {
        score(&node, peer, -200.0);
        assert_eq!(node.bans().len(), usize::from(lows == 3));
    }
}

#[test]
fn bans_stay_in_the_order_in_which_they_began_over_several_runs() {
    let file = DataFile::new();
    let subjects: Vec<_> = (0..6).map(|_| somebody().1).collect();
    for (run, pair) in subjects.chunks(2).enumerate() {
        let wall = noon() + hours(u64::try_from(run).unwrap());
        let mut node = Node::start_at(wall, file.open());
        for subject in pair {
            node.advance(Duration::from_secs(1));
            node.ban(subject.clone(), 86_400);
        }
        // The first one is written anew in each run.
        node.ban(subjects[0].clone(), 86_400);
    }

    let node = Node::start_at(noon() + hours(4), file.open());

    let order: Vec<_> = node.bans().into_iter().map(|(subject, _)| subject).collect();
    assert_eq!(order, subjects);
}
