//! Bans that end in great numbers, a slice of them at a time.

use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use futures::{FutureExt, StreamExt};
use peerwarden_host::{
    BanDuration, Doorman, DoormanBuilder, ManualTimer, NoticeKind, Origin, Subject, Subscription,
};

use crate::node::{Woken, config};
use crate::peer::Peer;

const MANY: usize = 1_000;

/// As many as the driver lets end under one hold of the lock.
const SLICE: usize = 256;

#[test]
fn a_thousand_bans_that_end_are_a_slice_for_each_poll_and_others_have_their_turn() {
    let timer = ManualTimer::new();
    let (doorman, mut tasks) = DoormanBuilder::<Peer, u32, _>::new(config(), timer.clone()).build();
    ban_many(&doorman, &timer);
    let mut notices = doorman.handle().subscribe().unwrap();
    timer.advance(Duration::from_secs(61));
    assert_eq!(doorman.handle().bans(None, MANY).unwrap(), [], "no gate waits for it");

    let woken = Arc::new(Woken::default());
    let waker = Waker::from(woken.clone());
    let mut cx = Context::from_waker(&waker);
    let mut ended = Vec::new();
    loop {
        let before = woken.count();
        assert_eq!(tasks.poll_task(&mut cx), Poll::Pending);
        ended.push(unbanned(&mut notices));
        if woken.count() == before {
            break;
        }
    }
    assert_eq!(ended, [SLICE, SLICE, SLICE, MANY - 3 * SLICE]);
}

#[test]
fn a_call_in_between_finds_nothing_left_that_is_due() {
    let timer = ManualTimer::new();
    let (doorman, _tasks) = DoormanBuilder::<Peer, u32, _>::new(config(), timer.clone()).build();
    ban_many(&doorman, &timer);
    let mut notices = doorman.handle().subscribe().unwrap();
    timer.advance(Duration::from_secs(61));

    let answer = doorman.handle().unban(Subject::Peer(Peer::random()), None).unwrap();

    assert_eq!(answer.lifted, []);
    assert_eq!(unbanned(&mut notices), MANY, "time passes before an input is looked at");
}

/// Bans peers one after the other, for a minute each.
fn ban_many(doorman: &Doorman<Peer, u32>, timer: &ManualTimer) {
    let minute = BanDuration::try_from(Duration::from_secs(60)).ok();
    for _ in 0..MANY {
        timer.advance(Duration::from_nanos(1));
        let subject = Subject::Peer(Peer::random());
        doorman.handle().ban(subject, minute, Origin::Operator).unwrap();
    }
}

/// How many bans have ended since this was last asked.
fn unbanned(notices: &mut Subscription<Peer>) -> usize {
    let next = || Some(notices.next().now_or_never()??.kind);
    std::iter::from_fn(next).filter(|kind| matches!(kind, NoticeKind::Unbanned { .. })).count()
}
