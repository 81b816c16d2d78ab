//! Many threads at once, and code of others that calls back.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, mpsc};
use std::task::{Context, Wake, Waker};
use std::thread;
use std::time::Duration;

use peerwarden_host::{
    Admission, Direction, Doorman, DoormanBuilder, Handle, ManualTimer, Misbehavior,
    OpenConnections, Origin, Subject, Task,
};

use crate::node::{config, ip};
use crate::peer::Peer;

type Warden = Handle<Peer, OpenConnections<Peer, Caller>>;

/// Calls the engine when it is dropped, cloned or woken: under the engine's lock that would be a
/// deadlock.
struct Caller {
    warden: Warden,
    calls: Arc<AtomicU64>,
}

impl Caller {
    fn new(doorman: &Doorman<Peer, Self>, calls: &Arc<AtomicU64>) -> Self {
        Self { warden: doorman.handle(), calls: calls.clone() }
    }

    fn call(&self) {
        let _ = self.warden.counts();
        self.calls.fetch_add(1, Ordering::SeqCst);
    }
}

impl Drop for Caller {
    fn drop(&mut self) {
        self.call();
    }
}

impl Wake for Caller {
    fn wake(self: Arc<Self>) {
        self.call();
    }
}

#[test]
fn threads_admit_report_ban_and_close_at_once_and_all_of_it_ends() {
    ends(|| {
        let (doorman, tasks): (Doorman<Peer, Caller>, _) = Doorman::new(config());
        let doorman = Arc::new(doorman);
        let calls = Arc::new(AtomicU64::new(0));
        let peers: Vec<_> = (0..8).map(|_| Peer::random()).collect();
        let (answering, own) = (doorman.handle(), peers.clone());
        let closing = tasks
            .spawn(move |task| {
                // In the middle of a task, too.
                let _ = answering.status(&own[0]);
                drop(task);
            })
            .unwrap();

        thread::scope(|scope| {
            for number in 0..6_usize {
                let (doorman, calls, peers) = (doorman.clone(), calls.clone(), peers.clone());
                scope.spawn(move || work(number, &doorman, &calls, &peers));
            }
        });

        assert_eq!(doorman.connections(), 0);
        assert_eq!(doorman.handle().counts().unwrap().connected, 0);
        assert_eq!(calls.load(Ordering::SeqCst), 6 * ROUNDS, "each connection was dropped once");
        drop(doorman);
        closing.join().unwrap();
    });
}

const ROUNDS: u64 = 400;

fn work(number: usize, doorman: &Doorman<Peer, Caller>, calls: &Arc<AtomicU64>, peers: &[Peer]) {
    let warden = doorman.handle();
    let mut open: Vec<Admission<Peer, Caller>> = Vec::new();
    for round in 0..ROUNDS {
        let at = usize::try_from(round).unwrap() + number;
        let peer = peers[at % peers.len()];
        let addr = ip(["192.0.2.1", "198.51.100.1", "-"][at % 3]);
        let connection = Caller::new(doorman, calls);
        open.extend(doorman.admit(peer, addr, Direction::Inbound, connection));
        warden.report(peer, Misbehavior::INVALID_MESSAGE).unwrap();
        let network = Subject::Addr("192.0.2.0/24".parse().unwrap());
        match at % 7 {
            0 => drop(warden.ban(Subject::Peer(peer), None, Origin::Operator).unwrap()),
            1 => drop(warden.unban(Subject::Peer(peer), None).unwrap()),
            2 => drop(warden.ban(network, None, Origin::Operator).unwrap()),
            3 => drop(warden.unban(network, None).unwrap()),
            4 => open.clear(),
            5 => open.iter_mut().for_each(|admission| admission.moved(addr)),
            _ => {}
        }
    }
}

#[test]
fn a_connection_is_dropped_and_a_task_is_woken_under_no_lock() {
    ends(|| {
        let timer = ManualTimer::new();
        let (doorman, mut tasks) = DoormanBuilder::new(config(), timer).build();
        let calls = Arc::new(AtomicU64::new(0));
        let peer = Peer::random();
        let caller = || Caller::new(&doorman, &calls);
        let count = || calls.load(Ordering::SeqCst);
        let admit = || doorman.admit(peer, None, Direction::Inbound, caller());

        drop(admit().unwrap());
        assert_eq!(count(), 1, "dropped with its admission");

        let open = admit().unwrap();
        let waker = Waker::from(Arc::new(caller()));
        assert!(tasks.poll_task(&mut Context::from_waker(&waker)).is_pending());
        let warden = doorman.handle();
        warden.ban(Subject::Peer(peer), None, Origin::Operator).unwrap();
        assert_eq!(count(), 2, "woken by a ban");
        drop(admit().unwrap_err());
        assert_eq!(count(), 3, "dropped by the caller that is refused");

        let next = tasks.wait();
        assert!(matches!(next, Some(Task::Close { .. })));
        drop(next);
        assert_eq!(count(), 4, "dropped by the caller that closes it");
        drop(open);
        assert_eq!(count(), 4, "and only there");
    });
}

/// Fails if `test` does not end, instead of waiting for ever.
fn ends(test: impl FnOnce() + Send + 'static) {
    let (done, ended) = mpsc::channel();
    let thread = thread::spawn(move || {
        test();
        done.send(()).unwrap();
    });
    match ended.recv_timeout(Duration::from_secs(120)) {
        Err(mpsc::RecvTimeoutError::Timeout) => panic!("it hangs"),
        Ok(()) | Err(mpsc::RecvTimeoutError::Disconnected) => thread.join().expect("it failed"),
    }
}
