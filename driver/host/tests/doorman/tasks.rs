//! The loop: on a thread, in async code, in real time, and its end.

use std::sync::{Arc, mpsc};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use futures::StreamExt;
use futures::executor::block_on;
use peerwarden_host::{
    Closed, Config, Direction, Doorman, DoormanBuilder, DriverOptions, ManualTimer, Origin,
    Subject, Task, Tasks,
};

use crate::node::{Node, Woken, config, ip, secs};
use crate::peer::Peer;

type Next = fn(&mut Tasks<Peer, u32>) -> Option<Task<Peer, u32>>;

const LONG: Duration = Duration::from_secs(60);

#[test]
fn a_thread_closes_what_another_bans_and_ends_with_the_doorman() {
    let (doorman, tasks): (Doorman<Peer, u32>, _) = Doorman::new(config());
    let (done, told) = mpsc::channel();
    let thread = tasks.spawn(move |task| done.send(task).unwrap()).unwrap();
    assert_eq!(thread.thread().name(), Some("peerwarden"));
    let (peer, warden) = (Peer::random(), doorman.handle());
    let admission = doorman.admit(peer, ip("192.0.2.1"), Direction::Inbound, 7).unwrap();

    warden.ban(Subject::Peer(peer), None, Origin::Operator).unwrap();
    assert_eq!(told.recv_timeout(LONG), Ok(Task::Close { peer, connection: 7 }));

    drop(doorman);
    assert_eq!(told.recv_timeout(LONG), Err(mpsc::RecvTimeoutError::Disconnected));
    thread.join().unwrap();
    assert_eq!(warden.counts(), Err(Closed));
    drop(admission);
}

#[test]
fn in_real_time_a_ban_ends_by_itself_on_a_thread_and_in_async_code() {
    let threaded = |tasks: &mut Tasks<Peer, u32>| tasks.wait();
    let own = |tasks: &mut Tasks<Peer, u32>| block_on(tasks.next());
    let stream = |tasks: &mut Tasks<Peer, u32>| block_on(StreamExt::next(tasks));
    let ways: [Next; 3] = [threaded, own, stream];
    for next in ways {
        let (doorman, mut tasks) = Doorman::new(config().with_redial(true));
        let (peer, warden) = (Peer::random(), doorman.handle());
        let out = doorman.admit(peer, ip("192.0.2.1"), Direction::Outbound, 1).unwrap();
        let soon = Some(Duration::from_millis(50).try_into().unwrap());
        warden.ban(Subject::Peer(peer), soon, Origin::Operator).unwrap();
        assert_eq!(next(&mut tasks), Some(Task::Close { peer, connection: 1 }));
        drop(out);

        assert_eq!(next(&mut tasks), Some(Task::Dial { peer }));

        drop(doorman);
        assert_eq!(next(&mut tasks), None);
        assert_eq!(next(&mut tasks), None, "and it stays ended");
    }
}

#[test]
fn a_loop_that_waits_for_nothing_is_woken_when_the_doorman_is_dropped() {
    let (doorman, mut tasks) =
        DoormanBuilder::<Peer, u32, _>::new(config(), ManualTimer::new()).build();
    let woken = Arc::new(Woken::default());
    let waker = Waker::from(woken.clone());
    let mut cx = Context::from_waker(&waker);
    assert_eq!((tasks.poll_task(&mut cx), woken.count()), (Poll::Pending, 0));

    drop(doorman);

    assert_eq!((woken.count(), tasks.poll_task(&mut cx)), (1, Poll::Ready(None)));
}

#[test]
fn nothing_is_armed_while_there_is_nothing_to_wait_for() {
    let (mut node, peer) = (Node::new(config()), Peer::random());
    let open = node.admit(peer, "192.0.2.1", 1).unwrap();
    assert_eq!((node.due(), node.timer.armed()), (vec![], vec![]));

    node.warden().ban(Subject::Peer(peer), secs(5), Origin::Operator).unwrap();
    assert_eq!(node.closes(), [1]);
    drop(open);
    assert_eq!(node.due(), []);
    assert_eq!(node.timer.armed().len(), 1);
}

#[test]
fn an_admission_that_outlives_the_doorman_counts_for_nothing() {
    let (node, peer) = (Node::new(config()), Peer::random());
    let mut open = node.admit(peer, "192.0.2.1", 1).unwrap();
    drop(node);

    open.moved(ip("192.0.2.2"));
    assert_eq!(open.peer(), &peer);
    drop(open);
}

#[test]
fn the_options_set_how_often_scores_are_asked_for() {
    let options = DriverOptions::<Peer>::default().with_tick_interval(LONG).unwrap();
    let timer = ManualTimer::new();
    let (doorman, mut tasks) =
        DoormanBuilder::<Peer, u32, _>::new(Config::default(), timer.clone())
            .with_options(&options)
            .build();
    let _open = doorman.admit(Peer::random(), ip("192.0.2.1"), Direction::Inbound, 1).unwrap();

    let mut cx = Context::from_waker(Waker::noop());
    assert!(tasks.poll_task(&mut cx).is_pending());
    let minute = doorman.handle().now().unwrap().saturating_add(LONG);
    assert!(timer.armed().contains(&minute), "{:?}", timer.armed());
}
