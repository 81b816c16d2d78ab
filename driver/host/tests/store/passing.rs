//! Urgent rows that pass bulk work.

use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use peerwarden_host::store::{CHECKPOINT, Change, Row};
use peerwarden_host::{Config, DecayRate, Origin, Store, StoreError};

use crate::faulty_store::FaultyStore;
use crate::node::{Node, hours, noon, somebody};
use crate::peer::Peer;

#[test]
fn a_ban_passes_an_import() {
    let gate = Gate::default();
    let node = Node::start(gate.clone());
    gate.close();
    import(&node, 6_000);

    is_next(&gate, &node);
    flushes(&gate, &node, 6_001);
}

#[test]
fn a_ban_passes_a_checkpoint() {
    let gate = Gate::default();
    let node = Node::start(gate.clone());
    for _ in 0..5_000 {
        node.report(somebody().0, 20);
    }
    gate.close();
    let flush = node.handle.flush();

    is_next(&gate, &node);
    gate.open();
    flush.wait().unwrap();
    assert_eq!(gate.store.rows(), 5_001);
}

#[test]
fn a_ban_passes_the_renewal_of_all_rows_after_a_new_policy() {
    let gate = Gate::default();
    let node = Node::start(gate.clone());
    import(&node, 5_000);
    node.flush();
    let slower = Config::default().with_decay(&[DecayRate::try_from(1.0).unwrap()]).unwrap();
    node.handle.reconfigure(slower).unwrap();
    gate.close();
    let flush = node.handle.flush();

    is_next(&gate, &node);
    gate.open();
    flush.wait().unwrap();
    assert_eq!(gate.rows_written().iter().filter(|rows| **rows > 1).sum::<usize>(), 10_000);
}

#[test]
fn a_ban_passes_the_renewal_of_all_rows_after_the_wall_clock_was_set() {
    let gate = Gate::default();
    let node = Node::start(gate.clone());
    import(&node, 5_000);
    node.flush();
    node.timer.set_wall_clock(noon() + hours(5));
    gate.close();
    let flush = node.handle.flush();

    is_next(&gate, &node);
    gate.open();
    flush.wait().unwrap();
    assert_eq!(gate.store.rows(), 5_001);
}

/// Bulk work that goes on for ever is no reason for who waits to wait for ever.
#[test]
fn a_flush_waits_for_what_was_said_before_it_and_for_nothing_else() {
    let gate = Gate::default();
    let node = Node::start(gate.clone());
    gate.close();
    import(&node, 3_000);
    let flush = node.handle.flush();
    gate.let_pass(1);
    let handle = node.handle.clone();
    let stop = Arc::new(Mutex::new(false));
    let stopped = stop.clone();
    let busy = thread::spawn(move || {
        while !*stopped.lock().unwrap() {
            for _ in 0..100 {
                handle.ban(somebody().1, None, Origin::Remote).unwrap();
            }
            thread::yield_now();
        }
    });
    gate.open();

    flush.wait().unwrap();

    *stop.lock().unwrap() = true;
    busy.join().unwrap();
}

/// What is due for a checkpoint while somebody waits has its turn after that, though nobody says more.
#[test]
fn a_checkpoint_that_was_due_during_a_flush_is_made_after_it() {
    let gate = Gate::default();
    let node = Node::start(gate.clone());
    gate.close();
    import(&node, 30_000);
    let flush = node.handle.flush();
    gate.let_pass(1);
    gate.until_waiting();
    let (owing, _) = somebody();
    node.report(owing, 20);
    // One write after the other, until it has been time for a checkpoint.
    let reported = Instant::now();
    while reported.elapsed() < CHECKPOINT + Duration::from_secs(1) {
        node.ban(somebody().1, 3_600);
        gate.let_pass(1);
        gate.until_waiting();
        thread::sleep(Duration::from_millis(200));
    }
    assert!(!gate.has(&owing));
    gate.open();
    flush.wait().unwrap();

    while !gate.has(&owing) {
        assert!(reported.elapsed() < Duration::from_secs(30), "it is never written");
        thread::sleep(Duration::from_millis(10));
    }
}

/// Of many names that are due at once, those that were banned last come first.
#[test]
fn who_was_banned_last_is_written_first() {
    let gate = Gate::default();
    let node = Node::start(gate.clone());
    gate.close();
    node.ban(somebody().1, 60);
    gate.until_waiting();
    import(&node, 20_000);
    let (last, subject) = somebody();
    node.ban(subject, 3_600);

    gate.let_pass(2);
    gate.until_waiting();
    assert!(gate.has(&last));
}

/// A ban is written by the next write but one at last: one may be under way, and one more is of what
/// was urgent before.
fn is_next(gate: &Gate, node: &Node) {
    gate.until_waiting();
    let (peer, subject) = somebody();
    node.ban(subject, 3_600);
    // Time to gather is over before the bulk work goes on.
    gate.let_pass(3);
    gate.until_waiting();
    assert!(gate.has(&peer), "after {:?}", gate.rows_written());
}

fn flushes(gate: &Gate, node: &Node, rows: usize) {
    gate.open();
    node.flush();
    assert_eq!(gate.store.rows(), rows);
    let health = node.handle.store_health().unwrap().unwrap();
    assert_eq!((health.rows, health.waiting), (rows, 0));
}

fn import(node: &Node, bans: usize) {
    for _ in 0..bans {
        node.handle.ban(somebody().1, None, Origin::Remote).unwrap();
    }
}

/// A store in memory whose writes wait until they may pass. Clones are the same store.
#[derive(Clone, Default)]
struct Gate {
    store: FaultyStore,
    turnstile: Arc<(Mutex<Turnstile>, Condvar)>,
}

#[derive(Default)]
struct Turnstile {
    closed: bool,
    /// How many more writes may pass although it is closed.
    passes: usize,
    waiting: bool,
    rows: Vec<usize>,
}

impl Gate {
    fn change(&self, change: impl FnOnce(&mut Turnstile)) {
        change(&mut self.turnstile.0.lock().unwrap());
        self.turnstile.1.notify_all();
    }

    fn close(&self) {
        self.change(|turnstile| turnstile.closed = true);
    }

    fn open(&self) {
        self.change(|turnstile| turnstile.closed = false);
    }

    fn let_pass(&self, writes: usize) {
        self.change(|turnstile| (turnstile.passes, turnstile.waiting) = (writes, false));
    }

    /// Waits until a write waits.
    fn until_waiting(&self) {
        let begun = Instant::now();
        let mut turnstile = self.turnstile.0.lock().unwrap();
        while !turnstile.waiting || turnstile.passes > 0 {
            assert!(begun.elapsed() < Duration::from_secs(60), "no write comes");
            let waited = self.turnstile.1.wait_timeout(turnstile, Duration::from_secs(1));
            turnstile = waited.unwrap().0;
        }
    }

    fn rows_written(&self) -> Vec<usize> {
        self.turnstile.0.lock().unwrap().rows.clone()
    }

    fn has(&self, peer: &Peer) -> bool {
        let key = [b"p".as_slice(), &Vec::<u8>::from(*peer)].concat();
        self.store.look(|contents| contents.rows.contains_key(&key))
    }
}

impl Store for Gate {
    fn location(&self) -> String {
        "the gate".to_owned()
    }

    fn load(&mut self) -> Result<Vec<Row>, StoreError> {
        self.store.load()
    }

    fn write(&mut self, changes: &[Change]) -> Result<(), StoreError> {
        let mut turnstile = self.turnstile.0.lock().unwrap();
        turnstile.waiting = true;
        self.turnstile.1.notify_all();
        let shut = |turnstile: &mut Turnstile| turnstile.closed && turnstile.passes == 0;
        turnstile = self.turnstile.1.wait_while(turnstile, shut).unwrap();
        turnstile.waiting = false;
        turnstile.passes = turnstile.passes.saturating_sub(1);
        turnstile.rows.push(changes.len());
        self.store.write(changes)
    }
}
