//! Tests of a swarm that is dropped.

use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, Mutex, Weak};
use std::task::{Context, Wake, Waker};
use std::thread;
use std::time::Duration;

use libp2p::PeerId;
use libp2p::swarm::NetworkBehaviour;
use peerwarden_libp2p::{
    Behaviour, Closed, Config, Handle, Instant, ManualSleep, ManualTimer, Origin, Subject, Timer,
};

use crate::by_hand::Wakes;
use crate::peer::Peer;
use crate::swarm::{at, listening};

#[apply(test!)]
async fn a_dropped_swarm_leaves_nothing_behind_but_handles_that_say_so() {
    let (timer, alive) = Counted::new();
    let behaviour = Behaviour::new(Config::default(), timer);
    let handle = behaviour.handle();
    let (mut swarm, _, _) = listening(behaviour).await;
    let peer = Peer::start().await;
    swarm.dial(at(&peer.addr, peer.id)).unwrap();
    crate::swarm::until(&mut swarm, |event| match event {
        libp2p::swarm::SwarmEvent::ConnectionEstablished { .. } => Some(()),
        _ => None,
    })
    .await;
    handle.ban(Subject::Peer(peer.id), None, Origin::Operator).unwrap();
    assert!(alive.upgrade().is_some());

    drop(swarm);

    assert!(alive.upgrade().is_none());
    assert_eq!(handle.counts(), Err(Closed));
}

#[test]
fn a_dropped_behaviour_lets_go_of_its_waker_and_its_sleeps() {
    let (timer, wakes) = (ManualTimer::new(), Arc::new(Wakes::default()));
    let mut behaviour = Behaviour::new(Config::default(), timer.clone());
    ban_somebody(&behaviour.handle());
    poll_once(&mut behaviour, &Waker::from(wakes.clone()));
    poll_once(&mut behaviour, &Waker::from(wakes.clone()));
    assert_eq!(timer.armed().len(), 1);
    assert!(Arc::strong_count(&wakes) > 1);

    drop(behaviour);

    assert_eq!(timer.armed(), []);
    assert_eq!(Arc::strong_count(&wakes), 1);
}

#[test]
fn waking_the_last_owner_of_the_swarms_task_drops_it_without_a_deadlock() {
    in_time(|| {
        let behaviour = Behaviour::new(Config::default(), ManualTimer::new());
        let handle = behaviour.handle();
        let task = Arc::new(Task(Mutex::new(Some(behaviour))));
        let gone = Arc::downgrade(&task);
        task.poll_once();
        // From here on the task lives by nothing but the waker that its behaviour holds.
        drop(task);
        assert!(gone.upgrade().is_some());

        ban_somebody(&handle);

        assert!(gone.upgrade().is_none());
        assert_eq!(handle.counts(), Err(Closed));
    });
}

#[test]
fn a_waker_that_is_replaced_may_use_the_handle_while_it_is_dropped() {
    in_time(|| {
        let mut behaviour = Behaviour::new(Config::default(), ManualTimer::new());
        let (nosy, answers) = Nosy::waker(behaviour.handle());
        poll_once(&mut behaviour, &nosy);
        drop(nosy);

        poll_once(&mut behaviour, Waker::noop());

        assert_eq!(answers.recv(), Ok(true));
    });
}

#[test]
fn a_waker_that_is_woken_may_use_the_handle() {
    in_time(|| {
        let mut behaviour = Behaviour::new(Config::default(), ManualTimer::new());
        let handle = behaviour.handle();
        let (nosy, answers) = Nosy::waker(handle.clone());
        poll_once(&mut behaviour, &nosy);
        drop(nosy);

        ban_somebody(&handle);

        assert_eq!(answers.recv(), Ok(true));
    });
}

#[test]
fn a_waker_that_uses_the_handle_while_the_behaviour_is_dropped_is_told_so() {
    in_time(|| {
        let mut behaviour = Behaviour::new(Config::default(), ManualTimer::new());
        let (nosy, answers) = Nosy::waker(behaviour.handle());
        poll_once(&mut behaviour, &nosy);
        drop(nosy);

        drop(behaviour);

        assert_eq!(answers.recv(), Ok(false));
    });
}

#[test]
fn dropping_a_behaviour_that_eight_threads_use_ends_them_all_with_an_error() {
    in_time(|| {
        let behaviour = Behaviour::new(Config::default(), ManualTimer::new());
        let users: Vec<_> = (0..8)
            .map(|_| {
                let handle = behaviour.handle();
                thread::spawn(move || while handle.counts().is_ok() {})
            })
            .collect();

        drop(behaviour);

        for user in users {
            user.join().unwrap();
        }
    });
}

#[test]
fn a_call_under_way_when_the_behaviour_is_dropped_does_not_count() {
    in_time(|| {
        let timer = Trap::default();
        let behaviour = Behaviour::new(Config::default(), timer.clone());
        let handle = behaviour.handle();
        *timer.0.lock().unwrap() = Some(behaviour);

        // The clock is read after the handle has found the engine.
        let subject = Subject::Peer(PeerId::random());
        assert_eq!(handle.ban(subject, None, Origin::Operator), Err(Closed));
    });
}

/// A timer that drops the behaviour when it is asked for the time.
#[derive(Clone, Default)]
struct Trap(Arc<Mutex<Option<Behaviour<Self>>>>);

impl Timer for Trap {
    type Sleep = std::future::Pending<()>;

    fn now(&self) -> Instant {
        let behaviour = self.0.lock().unwrap().take();
        drop(behaviour);
        Instant::ORIGIN
    }

    fn sleep_until(&self, _: Instant) -> Self::Sleep {
        std::future::pending()
    }
}

/// A task as executors keep them: its waker owns it.
struct Task(Mutex<Option<Behaviour<ManualTimer>>>);

impl Task {
    fn poll_once(self: &Arc<Self>) {
        let waker = Waker::from(self.clone());
        let mut behaviour = self.0.lock().unwrap();
        poll_once(behaviour.as_mut().unwrap(), &waker);
    }
}

impl Wake for Task {
    /// Its executor is gone, so it is just dropped.
    fn wake(self: Arc<Self>) {}
}

/// A waker that asks a question when it is dropped.
struct Nosy {
    handle: Handle,
    answers: Sender<bool>,
}

impl Nosy {
    fn waker(handle: Handle) -> (Waker, mpsc::Receiver<bool>) {
        let (answers, receiver) = mpsc::channel();
        (Waker::from(Arc::new(Self { handle, answers })), receiver)
    }
}

impl Wake for Nosy {
    fn wake(self: Arc<Self>) {}
}

impl Drop for Nosy {
    fn drop(&mut self) {
        let _ = self.answers.send(self.handle.counts().is_ok());
    }
}

/// A timer of which it can be told whether it still exists.
struct Counted {
    timer: ManualTimer,
    _alive: Arc<()>,
}

impl Counted {
    fn new() -> (Self, Weak<()>) {
        let alive = Arc::new(());
        let weak = Arc::downgrade(&alive);
        let timer = Self { timer: ManualTimer::new(), _alive: alive };
        (timer, weak)
    }
}

impl Timer for Counted {
    type Sleep = ManualSleep;

    fn now(&self) -> Instant {
        self.timer.now()
    }

    fn sleep_until(&self, deadline: Instant) -> ManualSleep {
        self.timer.sleep_until(deadline)
    }
}

fn ban_somebody(handle: &Handle) {
    let duration = crate::node::seconds(60);
    handle.ban(Subject::Peer(PeerId::random()), Some(duration), Origin::Operator).unwrap();
}

fn poll_once(behaviour: &mut Behaviour<ManualTimer>, waker: &Waker) {
    let _ = behaviour.poll(&mut Context::from_waker(waker));
}

/// Fails instead of hanging if the test locks itself out.
#[track_caller]
fn in_time(test: impl FnOnce() + Send + 'static) {
    let (done, finished) = mpsc::channel();
    let running = thread::spawn(move || {
        test();
        let _ = done.send(());
    });
    match finished.recv_timeout(Duration::from_secs(60)) {
        Err(mpsc::RecvTimeoutError::Timeout) => panic!("deadlock"),
        Ok(()) | Err(mpsc::RecvTimeoutError::Disconnected) => running.join().unwrap(),
    }
}
