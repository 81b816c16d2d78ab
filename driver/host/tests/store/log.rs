//! Tests of the store's log lines.

use std::fmt::Debug;
use std::sync::{LazyLock, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use crate::faulty_store::FaultyStore;
use crate::node::{DataFile, Node, noon, somebody};

#[test]
fn trouble_is_logged_once_and_so_is_its_end() {
    LazyLock::force(&LISTENING);
    let store = FaultyStore::named(" of trouble");
    let node = Node::start(store.clone());
    for _ in 0..2 {
        store.look(|contents| contents.full = true);
        node.ban(somebody().1, 3_600);
        for _ in 0..3 {
            assert!(node.handle.flush().wait().is_err());
        }
        store.look(|contents| contents.full = false);
        node.flush();
    }

    let trouble = "ERROR: no room to write the store of trouble (no storage space): make some, or \
                   raise the limit: cannot write to the store, retrying: bans are enforced, but \
                   unwritten ones are lost if the node stops";
    let end = "INFO: store writes work again";
    assert_eq!(said("the store of trouble"), [trouble, end, trouble, end]);
}

#[test]
fn a_file_that_was_taken_away_is_logged() {
    LazyLock::force(&LISTENING);
    let file = DataFile::new();
    let node = Node::start(file.open());
    std::fs::remove_file(file.path()).unwrap();
    node.flush();
    node.flush();

    let path = file.path().display().to_string();
    let gone = format!(
        "ERROR: {path} was deleted or renamed while the node was running: leave it to the node until \
         that has stopped: it was written again"
    );
    assert_eq!(said(&path), [gone]);
}

#[test]
fn a_thread_that_died_is_logged() {
    LazyLock::force(&LISTENING);
    let store = FaultyStore::named(" of ghosts");
    let node = Node::start(store.clone());
    store.look(|contents| contents.broken = true);
    node.ban(somebody().1, 3_600);
    assert!(node.handle.flush().wait().is_err());
    drop(node);

    let died = "ERROR: the thread that writes the store of ghosts has died: bans are enforced, but \
                those from here on will not outlive this node; restart it";
    assert_eq!(said("the store of ghosts"), [died]);
}

#[test]
fn a_wall_clock_that_is_set_is_logged() {
    LazyLock::force(&LISTENING);
    let node = Node::start(FaultyStore::named(" of clocks"));
    node.timer.set_wall_clock(noon() - Duration::from_secs(3_600));
    node.flush();

    let back = "WARN: the wall clock was set back by 3600s; bans last as long as they did";
    assert_eq!(said("the store of clocks"), [back]);
}

#[test]
fn a_disk_that_stays_full_is_asked_once_a_second_and_less() {
    let store = FaultyStore::default();
    let node = Node::start(store.clone());
    store.look(|contents| contents.full = true);
    let started = Instant::now();
    while started.elapsed() < Duration::from_millis(1_500) {
        node.ban(somebody().1, 3_600);
        thread::sleep(Duration::from_millis(1));
    }

    let errors = node.handle.store_health().unwrap().unwrap().errors;
    assert!((1..=1 + started.elapsed().as_secs()).contains(&errors), "{errors}");
}

fn said(store: &str) -> Vec<String> {
    let lines = LINES.lock().unwrap();
    lines.iter().filter(|(of, _)| of == store).map(|(_, line)| line.clone()).collect()
}

/// Of what store, and what.
static LINES: Mutex<Vec<(String, String)>> = Mutex::new(Vec::new());

static LISTENING: LazyLock<()> =
    LazyLock::new(|| tracing::subscriber::set_global_default(Listener).unwrap());

struct Listener;

#[derive(Default)]
struct Line {
    store: String,
    error: String,
    message: String,
}

impl Visit for Line {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "store" {
            self.store = value.to_owned();
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        match field.name() {
            "error" => self.error = format!("{value:?}: "),
            "message" => self.message = format!("{value:?}"),
            _ => {}
        }
    }
}

impl Subscriber for Listener {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "peerwarden"
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut line = Line::default();
        event.record(&mut line);
        let text = format!("{}: {}{}", event.metadata().level(), line.error, line.message);
        LINES.lock().unwrap().push((line.store, text));
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}
