//! Tests of the store when the swarm is dropped.

use std::future::Future;
use std::pin::pin;
use std::sync::mpsc;
use std::sync::{Arc, Mutex};
use std::task::{Context, Wake, Waker};
use std::thread;
use std::time::{Duration, Instant};

use peerwarden_host::Tag;

use crate::faulty_store::FaultyStore;
use crate::node::{DataFile, Node, somebody};

#[test]
fn a_dropped_node_has_written_everything_and_let_go_of_the_file() {
    let file = DataFile::new();
    let subjects: Vec<_> = (0..500).map(|_| somebody().1).collect();
    let node = Node::start(file.open());
    for subject in &subjects {
        node.ban(subject.clone(), 3_600);
    }
    let (owing, _) = somebody();
    node.report(owing, 3);
    drop(node);

    let node = Node::start(file.open());

    let banned: Vec<_> = node.bans().into_iter().map(|(subject, _)| subject).collect();
    assert_eq!(banned.len(), subjects.len());
    assert!(subjects.iter().all(|subject| banned.contains(subject)));
    assert_eq!(node.status(owing).map(|status| status.penalty.to_string()), Some("2592".into()));
}

#[test]
fn a_store_that_hangs_holds_up_a_dropped_node_for_five_seconds() {
    let store = FaultyStore::default();
    let node = Node::start(store.clone());
    store.look(|contents| contents.stuck = true);
    node.ban(somebody().1, 60);

    let started = Instant::now();
    drop(node);

    let took = started.elapsed();
    store.look(|contents| contents.stuck = false);
    assert!(took >= Duration::from_secs(5) && took < Duration::from_secs(30), "{took:?}");
}

#[test]
fn a_full_disk_holds_up_no_dropped_node() {
    let store = FaultyStore::default();
    let node = Node::start(store.clone());
    store.look(|contents| contents.full = true);
    node.ban(somebody().1, 60);

    let started = Instant::now();
    drop(node);

    assert!(started.elapsed() < Duration::from_secs(4));
}

/// A task that owns the node, woken because its flush is done.
struct Owner(Mutex<Option<Node>>, Mutex<mpsc::Sender<()>>);

impl Wake for Owner {
    fn wake(self: Arc<Self>) {
        drop(self.0.lock().unwrap().take());
        self.1.lock().unwrap().send(()).unwrap();
    }
}

#[test]
fn a_node_may_be_dropped_by_the_very_thread_that_writes() {
    let store = FaultyStore::default();
    let node = Node::start(store.clone());
    let (_, first) = somebody();
    let (_, last) = somebody();
    store.look(|contents| contents.stuck = true);
    node.ban(first, 3_600);
    let (handle, flush) = (node.handle.clone(), node.handle.flush());
    let (dropped, told) = mpsc::channel();
    let owner = Arc::new(Owner(Mutex::new(Some(node)), Mutex::new(dropped)));
    let mut flush = pin!(flush);
    assert!(flush.as_mut().poll(&mut Context::from_waker(&Waker::from(owner))).is_pending());
    handle.protect(last, Tag::OPERATOR).unwrap();

    let started = Instant::now();
    store.look(|contents| contents.stuck = false);

    told.recv_timeout(Duration::from_secs(30)).unwrap();
    assert!(started.elapsed() < Duration::from_secs(4), "it waited for itself");
    // The thread goes on by itself, and writes what came after that flush too.
    while store.rows() < 2 {
        assert!(started.elapsed() < Duration::from_secs(30));
        thread::sleep(Duration::from_millis(5));
    }
}
