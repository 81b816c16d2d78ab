//! The handle: from any thread, losing nothing.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Poll;
use std::thread;

use futures::FutureExt;
use libp2p::PeerId;
use libp2p::swarm::ToSwarm;
use peerwarden_libp2p::{
    Amplification, Cause, Closed, Config, Event, EventKind, Handle, Misbehavior, Origin, Points,
    Score, Subject, Tag, Verdict,
};

use crate::by_hand::ByHand;
use crate::node::{LOCALHOST, Node};
use crate::peer::Peer;
use crate::runtime::spawn;

#[test]
fn no_report_from_eight_threads_is_lost() {
    let warden = ByHand::new(lenient());
    let others: Vec<_> = (0..7).map(|_| PeerId::random()).collect();

    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..1_000 {
                    warden.report(1);
                    for other in &others {
                        warden.handle.report(*other, Misbehavior::STALE_MESSAGE).unwrap();
                    }
                }
            });
        }
    });

    for peer in others.iter().chain([&warden.peer]) {
        let status = warden.handle.status(peer).unwrap().unwrap();
        assert_eq!(status.penalty, Points::from_points(8 * 1_000 * 864));
    }
    assert_eq!(warden.handle.counts().unwrap().records, 8);
}

#[apply(test_on_threads!)]
async fn a_swarm_at_rest_acts_on_a_ban_from_another_thread() {
    let (mut node, peer) = (Node::start(Config::flow()).await, Peer::start().await);
    node.dialled_by(&peer).await;
    node.until_armed(&[]).await;
    let (handle, id) = (node.handle.clone(), peer.id);

    let (waiting, disconnected) = async move {
        node.disconnected(id).await;
        node
    }
    .remote_handle();
    spawn(waiting);
    let banning = thread::spawn(move || handle.ban(Subject::Peer(id), None, Origin::Operator));

    assert!(banning.join().unwrap().is_ok());
    let node = disconnected.await;
    assert!(!node.swarm.is_connected(&peer.id));
}

/// Half of the reports are about peers that they get banned, and for longer each time, so that there
/// is as much to tell as there can be.
#[apply(test_on_threads!)]
async fn connections_are_made_during_a_million_reports_and_none_is_lost() {
    let (mut node, peer) = (Node::start(severe()).await, Peer::start().await);
    let left = Arc::new(AtomicUsize::new(THREADS));
    let reporters: Vec<_> = (0..THREADS)
        .map(|_| {
            let (handle, left, id) = (node.handle.clone(), left.clone(), peer.id);
            let (tenfold, banned) = (Amplification::try_from(10.0).unwrap(), PeerId::random());
            thread::spawn(move || {
                for _ in 0..REPORTS / THREADS / 2 {
                    handle.report(id, Misbehavior::STALE_MESSAGE).unwrap();
                    let kind = Misbehavior::STALE_MESSAGE;
                    handle.report_amplified(banned, kind, tenfold).unwrap();
                }
                left.fetch_sub(1, Ordering::Relaxed);
                banned
            })
        })
        .collect();

    let mut connections = 0;
    while left.load(Ordering::Relaxed) > 0 {
        node.dialled_by(&peer).await;
        connections += 1;
        peer.disconnect(node.id).await;
        node.disconnected(peer.id).await;
    }

    assert!(connections > 0);
    let owed = |peer| node.handle.status(&peer).unwrap().unwrap().penalty;
    let reports = u64::try_from(REPORTS / 2).unwrap();
    assert_eq!(owed(peer.id), Points::from_points(reports * 864));
    let each = reports / u64::try_from(THREADS).unwrap();
    for banned in reporters.into_iter().map(|each| each.join().unwrap()) {
        assert_eq!(owed(banned), Points::from_points(each * 8_640));
    }
}

#[test]
fn a_misdeed_costs_what_the_policy_says_times_its_amplification() {
    let warden = ByHand::new(lenient());
    let twice = Amplification::try_from(2.0).unwrap();

    warden.handle.report_amplified(warden.peer, Misbehavior::STALE_MESSAGE, twice).unwrap();

    let status = warden.handle.status(&warden.peer).unwrap().unwrap();
    assert_eq!(status.penalty, Points::from_points(1_728));
}

#[test]
fn who_is_protected_is_banned_by_the_operator_alone() {
    let mut warden = ByHand::new(Config::default());
    let subject = Subject::Peer(warden.peer);
    warden.handle.protect(subject.clone(), Tag::OPERATOR).unwrap();

    warden.handle.ban(subject.clone(), None, Origin::Remote).unwrap();
    assert_eq!(warden.handle.check_peer(&warden.peer, None), Ok(Verdict::Allow));
    warden.handle.unprotect(subject.clone(), Tag::OPERATOR).unwrap();
    warden.handle.ban(subject.clone(), None, Origin::Remote).unwrap();

    let banned = warden.handle.check_peer(&warden.peer, None).unwrap();
    assert!(matches!(banned, Verdict::Deny(denial) if denial.cause == Cause::Remote));
    assert_eq!(warden.poll_all(), ["withhold", "ban"]);
}

#[test]
fn bans_are_read_in_pages_that_join_up_whatever_ends_between_them() {
    let warden = ByHand::new(Config::default());
    let peers: Vec<_> = (0..6).map(|_| PeerId::random()).collect();
    for peer in &peers {
        warden.handle.ban(Subject::Peer(*peer), None, Origin::Operator).unwrap();
    }

    let (mut read, mut last) = (Vec::new(), None);
    loop {
        let page = warden.handle.bans(last, 2).unwrap();
        let Some(ban) = page.last() else {
            break;
        };
        last = Some(ban.cursor);
        read.extend(page.into_iter().map(|ban| ban.subject));
        // The first one on record, which has been read.
        warden.handle.unban(Subject::Peer(peers[read.len() - 2]), None).unwrap();
    }

    let expected: Vec<_> = peers.into_iter().map(Subject::Peer).collect();
    assert_eq!(read, expected);
}

#[test]
fn events_that_nobody_takes_are_bounded_and_the_next_says_how_many_are_missing() {
    let mut warden = ByHand::new(Config::default());
    let bans = Event::CAPACITY + 10;
    let peers: Vec<_> = (0..bans).map(|_| PeerId::random()).collect();
    for peer in &peers {
        warden.handle.ban(Subject::Peer(*peer), None, Origin::Operator).unwrap();
    }

    let events = warden.events();

    let missed: Vec<_> = events.iter().map(|event| event.missed).collect();
    let mut expected = vec![0; Event::CAPACITY];
    expected[0] = 10;
    assert_eq!(missed, expected);
    let subjects: Vec<_> = events
        .into_iter()
        .map(|event| match event.kind {
            EventKind::Banned { subject, .. } => subject,
            other => panic!("{other:?}"),
        })
        .collect();
    let kept: Vec<_> = peers.into_iter().skip(10).map(Subject::Peer).collect();
    assert_eq!(subjects, kept);
}

#[test]
fn others_get_their_turn_after_sixty_four_things_in_a_row() {
    let mut warden = ByHand::new(Config::default());
    for _ in 0..100 {
        warden.ban_somebody(60_000);
    }

    for _ in 0..64 {
        assert_eq!(warden.poll(), Poll::Ready("ban"));
    }
    assert_eq!(warden.wakes.count(), 0);
    assert_eq!(warden.poll(), Poll::Pending);
    assert_eq!(warden.wakes.count(), 1);
    for _ in 64..100 {
        assert_eq!(warden.poll(), Poll::Ready("ban"));
    }
    assert_eq!(warden.poll(), Poll::Pending);
    assert_eq!(warden.wakes.count(), 1);
}

#[test]
fn bans_and_pardons_without_end_are_one_close_for_the_swarm() {
    let mut warden = ByHand::new(Config::default());
    warden.establish_inbound(0);
    for _ in 0..1_000 {
        warden.ban(60);
        warden.handle.unban(Subject::Peer(warden.peer), None).unwrap();
        warden.establish_inbound(1);
    }

    assert!(matches!(warden.poll_order(), Poll::Ready(ToSwarm::CloseConnection { .. })));
    // Nothing but events is left, and of these no more than there is room for.
    assert_eq!(warden.events().len(), Event::CAPACITY);
}

#[test]
fn a_handle_whose_behaviour_is_gone_says_so() {
    let warden = ByHand::new(Config::default());
    let (handle, peer) = (warden.handle.clone(), warden.peer);
    let (subject, score) = (Subject::Peer(peer), Score::try_from(0.0).unwrap());
    drop(warden);

    assert_eq!(handle.report(peer, Misbehavior::STALE_MESSAGE), Err(Closed));
    assert_eq!(handle.score(peer, score), Err(Closed));
    assert_eq!(handle.score_unavailable(peer), Err(Closed));
    assert_eq!(handle.ban(subject.clone(), None, Origin::Operator), Err(Closed));
    assert_eq!(handle.unban(subject.clone(), None), Err(Closed));
    assert_eq!(handle.protect(subject.clone(), Tag::OPERATOR), Err(Closed));
    assert_eq!(handle.unprotect(subject, Tag::OPERATOR), Err(Closed));
    assert_eq!(handle.status(&peer), Err(Closed));
    assert_eq!(handle.check_peer(&peer, None), Err(Closed));
    assert_eq!(handle.check_addr(LOCALHOST), Err(Closed));
    assert_eq!(handle.bans(None, 1), Err(Closed));
    assert_eq!(handle.subscribe().map(drop), Err(Closed));
    assert_eq!(handle.config(), Err(Closed));
    assert_eq!(handle.reconfigure(Config::flow()), Err(Closed));
    assert_eq!(handle.counts(), Err(Closed));
    assert_eq!(handle.now(), Err(Closed));
    assert_eq!(Closed.to_string(), "the node was shut down: this handle is closed");
}

#[test]
fn handles_go_to_any_thread_and_behaviours_can_be_moved_to_one() {
    fn any_thread<T: Clone + Send + Sync + 'static>(_: &T) {}
    fn another_thread<T: Send + 'static>(_: &T) {}

    let warden = ByHand::new(Config::default());

    any_thread::<Handle>(&warden.handle);
    another_thread(&warden.behaviour);
}

const REPORTS: usize = 1_000_000;
const THREADS: usize = 8;

/// More than half a million reports do not ban, but fewer than a hundred thousand tenfold ones do.
fn severe() -> Config {
    Config::flow().with_threshold(Points::from_points(500_000_000))
}

/// Nobody gets banned for a while.
fn lenient() -> Config {
    Config::default().with_threshold(Points::from_points(1_000_000_000_000))
}
