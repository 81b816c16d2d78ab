//! Tests of subscriptions.

use std::sync::{Arc, mpsc};
use std::task::{Context, Poll, Wake, Waker};
use std::thread;
use std::time::Duration;

use futures::{FutureExt, Stream, StreamExt};
use libp2p::PeerId;
use peerwarden_libp2p::{
    Cause, Config, Denied, Direction, Evidence, Handle, Instant, Notice, NoticeKind, Origin,
    Penalty, Subject, Tag, Until, Withheld,
};

use crate::by_hand::{ByHand, Wakes};
use crate::node::{LOCALHOST, Node, by_operator, said};
use crate::peer::Peer;
use crate::swarm::in_time;

#[test]
fn what_happens_is_told_in_order_to_everybody_and_from_the_moment_of_subscribing_on() {
    let warden = ByHand::new(Config::default());
    let subject = Subject::Peer(warden.peer);
    warden.ban_somebody(60_000);
    let mut notices = [warden.handle.subscribe().unwrap(), warden.handle.subscribe().unwrap()];

    warden.ban(60);
    warden.ban(90);
    warden.handle.unban(subject.clone(), None).unwrap();
    warden.handle.protect(subject.clone(), Tag::OPERATOR).unwrap();
    warden.handle.ban(subject.clone(), None, Origin::Remote).unwrap();

    let (cause, at) = (Cause::Operator, |secs| Until::At(Instant::from_secs(secs)));
    let (why, offences) = (Withheld::Protected, Some(0));
    let expected = [
        NoticeKind::Banned {
            subject: subject.clone(),
            cause,
            until: at(60),
            addr: None,
            direction: None,
            evidence: Evidence::None,
            offences,
            note: None,
        },
        NoticeKind::Amended {
            subject: subject.clone(),
            cause,
            until: at(90),
            evidence: Evidence::None,
            offences,
        },
        NoticeKind::Unbanned { subject: subject.clone(), cause, offences },
        NoticeKind::Withheld {
            subject,
            cause: Cause::Remote,
            why,
            evidence: Evidence::None,
            offences,
        },
    ];
    for notices in &mut notices {
        let told: Vec<_> = waiting(notices).into_iter().map(complete).collect();
        assert_eq!(told, expected);
    }
}

#[apply(test!)]
async fn a_refused_connection_is_told_of() {
    let (mut node, peer) = (Node::start(Config::flow()).await, Peer::start().await);
    node.ban(peer.id, 60);
    let mut notices = node.handle.subscribe().unwrap();

    peer.dial(node.id, &node.addr).await;
    assert!(node.refused().await.is_some());

    let NoticeKind::Denied(denied) = complete(in_time(notices.next()).await.unwrap()) else {
        panic!("something else");
    };
    let denial = by_operator(60, None);
    assert_eq!(said(&Denied(denied)), (Some(peer.id), Some(LOCALHOST), Direction::Inbound, denial));
}

#[test]
fn a_ban_wakes_its_reader_once_and_a_report_does_not() {
    let warden = ByHand::new(Config::default());
    let (mut notices, wakes) = (warden.handle.subscribe().unwrap(), Arc::<Wakes>::default());
    let waker = Waker::from(wakes.clone());
    assert!(notices.poll_next_unpin(&mut Context::from_waker(&waker)).is_pending());

    warden.report(1);
    assert_eq!(wakes.count(), 0);
    warden.ban(60);
    warden.ban(90);

    assert_eq!(wakes.count(), 1);
}

#[test]
fn whoever_is_too_slow_learns_how_much_it_missed() {
    let warden = ByHand::new(Config::default());
    let (mut slow, mut quick) =
        (warden.handle.subscribe().unwrap(), warden.handle.subscribe().unwrap());
    let peers: Vec<_> = (0..Notice::CAPACITY + 10).map(|_| PeerId::random()).collect();
    for peer in &peers {
        warden.handle.ban(Subject::Peer(*peer), None, Origin::Operator).unwrap();
        assert_eq!(waiting(&mut quick).into_iter().map(complete).count(), 1);
    }

    let told = waiting(&mut slow);

    let missed: Vec<_> = told.iter().map(|notice| notice.missed).collect();
    let mut expected = vec![0; Notice::CAPACITY];
    expected[0] = 10;
    assert_eq!(missed, expected);
    let told: Vec<_> = told.into_iter().map(|notice| banned(&notice)).collect();
    assert_eq!(told, peers[10..]);
}

#[test]
fn no_number_of_denials_makes_a_reader_miss_a_ban() {
    let mut warden = ByHand::new(Config::default());
    let mut notices = warden.handle.subscribe().unwrap();

    warden.ban(60);
    for _ in 0..Notice::CAPACITY + 10 {
        warden.pass_inbound_gate().unwrap_err();
    }

    let told = waiting(&mut notices);
    assert_eq!(told.len(), 1 + Notice::CAPACITY);
    let first = told.first().unwrap();
    assert_eq!((banned(first), first.missed, first.missed_denials), (warden.peer, 0, 10));
    assert_eq!(told.iter().map(|notice| notice.missed_denials).sum::<u64>(), 10);
}

#[test]
fn the_stream_ends_with_the_behaviour_after_the_last_notice() {
    let warden = ByHand::new(Config::default());
    let (mut notices, wakes) = (warden.handle.subscribe().unwrap(), Arc::<Wakes>::default());
    let waker = Waker::from(wakes.clone());
    let mut cx = Context::from_waker(&waker);
    assert!(notices.poll_next_unpin(&mut cx).is_pending());
    let peer = warden.peer;
    warden.ban(60);
    assert!(notices.poll_next_unpin(&mut cx).is_ready());
    assert!(notices.poll_next_unpin(&mut cx).is_pending());
    warden.handle.unban(Subject::Peer(peer), None).unwrap();

    drop(warden);

    assert_eq!(wakes.count(), 2);
    let (subject, cause) = (Subject::Peer(peer), Cause::Operator);
    let unbanned = NoticeKind::Unbanned { subject, cause, offences: Some(0) };
    assert_eq!(notices.next().now_or_never().flatten().map(complete), Some(unbanned));
    assert_eq!(notices.next().now_or_never(), Some(None));
    assert_eq!(notices.next().now_or_never(), Some(None));
}

#[test]
fn a_reader_that_left_is_forgotten() {
    let warden = ByHand::new(Config::default());
    let (mut notices, wakes) = (warden.handle.subscribe().unwrap(), Arc::<Wakes>::default());
    let waker = Waker::from(wakes.clone());
    assert!(notices.poll_next_unpin(&mut Context::from_waker(&waker)).is_pending());
    drop(waker);

    drop(notices);
    warden.ban(60);

    assert_eq!((wakes.count(), Arc::strong_count(&wakes)), (0, 1));
}

#[test]
fn a_reader_may_use_the_handle_and_subscribe_anew_while_it_is_woken() {
    let warden = ByHand::new(Config::default());
    let (said, heard) = mpsc::channel();
    let eager = Waker::from(Arc::new(Eager { handle: warden.handle.clone(), said }));
    let mut notices = warden.handle.subscribe().unwrap();
    assert!(notices.poll_next_unpin(&mut Context::from_waker(&eager)).is_pending());
    drop(eager);
    let (handle, subject) = (warden.handle.clone(), Subject::Peer(warden.peer));

    thread::spawn(move || handle.ban(subject, None, Origin::Operator));

    // Not within reach of a deadlock.
    assert_eq!(heard.recv_timeout(Duration::from_secs(60)), Ok(1));
}

/// A waker that asks how many bans there are.
struct Eager {
    handle: Handle,
    said: mpsc::Sender<usize>,
}

impl Wake for Eager {
    fn wake(self: Arc<Self>) {
        drop(self.handle.subscribe());
        let bans = self.handle.bans(None, 10).unwrap();
        self.said.send(bans.len()).unwrap();
    }
}

#[test]
fn a_list_kept_from_eight_threads_bans_is_the_list_there_is() {
    let warden = ByHand::new(fatal());
    let notices = warden.handle.subscribe().unwrap();

    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..50 {
                    warden.report(1);
                    warden.handle.unban(Subject::Peer(warden.peer), None).unwrap();
                }
            });
        }
    });

    let mut is_banned = false;
    for notice in waiting(notices) {
        // Whatever the threads did, bans and unbans take turns.
        match complete(notice) {
            NoticeKind::Banned { .. } => assert!(!std::mem::replace(&mut is_banned, true)),
            NoticeKind::Unbanned { .. } => assert!(std::mem::replace(&mut is_banned, false)),
            _ => {}
        }
    }
    assert_eq!(is_banned, !warden.handle.bans(None, 1).unwrap().is_empty());
}

/// One report bans, and a pardon gives no grace.
fn fatal() -> Config {
    Config::flow().with_default_penalty(Penalty::from_points(100_000).unwrap())
}

/// Everything there is to read without waiting.
fn waiting(mut notices: impl Stream<Item = Notice> + Unpin) -> Vec<Notice> {
    let mut cx = Context::from_waker(Waker::noop());
    let mut told = Vec::new();
    while let Poll::Ready(Some(notice)) = notices.poll_next_unpin(&mut cx) {
        told.push(notice);
    }
    told
}

/// What it says, with nothing missing before it.
fn complete(notice: Notice) -> NoticeKind {
    assert_eq!((notice.missed, notice.missed_denials), (0, 0));
    notice.kind
}

fn banned(notice: &Notice) -> PeerId {
    match &notice.kind {
        NoticeKind::Banned { subject: Subject::Peer(peer), .. } => *peer,
        other => panic!("{other:?}"),
    }
}
