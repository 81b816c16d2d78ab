//! Lines in the log, and metrics.

use std::collections::BTreeSet;
use std::fmt::{Debug, Write};
use std::sync::{Arc, Mutex};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use crate::node::{Node, name};

/// The lines that are logged meanwhile.
fn logged(what: impl FnOnce()) -> Vec<String> {
    let lines = Arc::new(Mutex::new(Vec::new()));
    tracing::subscriber::with_default(Listener(lines.clone()), what);
    let lines = lines.lock().unwrap();
    lines.clone()
}

#[test]
fn a_loading_is_one_line_however_much_it_changes() {
    let node = Node::new();
    let many: String = (0..1_000).map(|n| format!("198.51.{}.{}\n", n / 250, n % 250)).collect();

    let loaded = logged(|| drop(node.load("a", &many)));
    let text =
        "INFO list=a format=plain entries=1000 new=1000 changed=0 gone=0 skipped=0: list loaded";
    assert_eq!(loaded, [text]);

    let deleted = logged(|| drop(node.lists.delete(&name("a")).unwrap()));
    let text = "INFO list=a entries=0 new=0 changed=0 gone=1000 skipped=0: list deleted";
    assert_eq!(deleted, [text]);
}

#[test]
fn what_does_not_count_is_in_the_same_line_with_its_first_examples() {
    let node = Node::new();
    let private: String = (0..100).map(|n| format!("10.0.0.{n}\n")).collect();

    let loaded =
        logged(|| drop(node.load("a", &format!("192.0.2.1\n0.0.0.0/0\n{private}x\ny z\n"))));

    assert_eq!(
        loaded,
        [
            "WARN list=a format=plain entries=102 new=1 changed=0 gone=0 refused=101 faults=2 skipped=0 \
         why=100 exempt (line 3: addr:10.0.0.0/32, line 4: addr:10.0.0.1/32, line 5: \
         addr:10.0.0.2/32, ..); 1 wide (line 2: addr:0.0.0.0/0); line 103: \"x\" is neither an IP nor \
         a network; line 104: \"y z\" is neither an IP nor a network: list loaded, and not all of it \
         counts"
        ]
    );
}

#[test]
fn a_file_that_cannot_be_read_is_logged_once() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("list");
    std::fs::write(&file, "{\"banned_nets\": [").unwrap();
    let node = Node::new();
    let options = peerwarden_host::lists::ListOptions::new(name("a"), &file);
    node.lists.watch(&[options]).unwrap();

    let lines = logged(|| (0..5).for_each(|_| node.lists.poll().unwrap()));

    let file = file.display();
    assert_eq!(
        lines,
        [format!(
            "WARN list=a file={file} entries=0 error=cannot be read: line 1: not JSON: EOF while parsing a \
         list: the file of a list cannot be read: what the list said before counts on"
        )]
    );
}

#[test]
fn the_metrics_are_those_that_are_documented() {
    let node = Node::new();
    node.load("scanners", "192.0.2.1\n10.0.0.1\n");

    let families = node.handle.tallies().unwrap().families();
    let lists: Vec<_> = families.iter().filter(|family| is_of_lists(&family.name())).collect();

    let documented = include_str!("../../METRICS.md");
    let rows = documented.lines().filter_map(|row| row.strip_prefix("| `")?.split('`').next());
    let names: BTreeSet<_> = rows.filter(|name| is_of_lists(name)).map(str::to_owned).collect();
    assert_eq!(lists.iter().map(|family| family.name()).collect::<BTreeSet<_>>(), names);
    let mut values = Vec::new();
    for sample in lists.iter().flat_map(|family| &family.samples) {
        let Some((_, label)) = sample.labels.first() else {
            continue;
        };
        values.push((label.as_str(), sample.value.as_f64()));
        assert!(label == "scanners" || documented.contains(&format!("`{label}`")), "{label}");
    }
    values.retain(|(_, value)| *value > 0.0);
    assert_eq!(values, [("exempt", 1.0), ("scanners", 2.0)]);
}

/// Whether a metric is there with the feature `lists` or `admin` alone.
fn is_of_lists(name: &str) -> bool {
    ["peerwarden_list_", "peerwarden_admin_"].iter().any(|start| name.starts_with(start))
}

struct Listener(Arc<Mutex<Vec<String>>>);

#[derive(Default)]
struct Line {
    fields: String,
    message: String,
}

impl Visit for Line {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.record_debug(field, &format_args!("{value}"));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        if field.name() == "message" {
            self.message = format!("{value:?}");
        } else {
            write!(self.fields, " {field}={value:?}").unwrap();
        }
    }
}

impl Subscriber for Listener {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "peerwarden" && *metadata.level() <= tracing::Level::INFO
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut line = Line::default();
        event.record(&mut line);
        let text = format!("{}{}: {}", event.metadata().level(), line.fields, line.message);
        self.0.lock().unwrap().push(text);
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}
