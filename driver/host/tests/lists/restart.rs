//! Lists over a restart: the store has the bans, and not who said so.

use std::path::Path;
use std::sync::Arc;

use peerwarden_host::lists::ListOptions;
use peerwarden_host::{Config, ManualTimer, Node as HostNode, Origin, RedbStore};

use crate::node::{Node, after_noon, name, subject};

/// A node that is started so many seconds after noon, with what is in the file.
fn start(file: &Path, seconds: u64) -> Node {
    let timer = ManualTimer::new();
    timer.set_wall_clock(after_noon(seconds));
    let store = RedbStore::open(file).unwrap();
    let node = HostNode::restore(Config::default(), Arc::new(timer.clone()), store).unwrap();
    Node { timer, handle: node.handle(), lists: node.handle().lists(), node }
}

fn subjects(node: &Node) -> Vec<String> {
    node.bans().into_iter().map(|(subject, _)| subject).collect()
}

#[test]
fn bans_of_before_the_start_stay_until_the_lists_are_there_and_no_longer_name_them() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("bans.redb");
    let node = start(&data, 0);
    node.load("a", "192.0.2.1\n192.0.2.2\n");
    node.load("b", "add x 192.0.2.2 timeout 7200\n192.0.2.3\n");
    node.handle.ban(subject("192.0.2.9"), None, Origin::Operator).unwrap();
    node.handle.flush().wait().unwrap();
    drop(node);

    // List b is gone from the settings, list a is shorter.
    let node = start(&data, 3_600);
    let all = ["addr:192.0.2.1/32", "addr:192.0.2.2/32", "addr:192.0.2.3/32"];
    assert_eq!(subjects(&node), all);
    let report = node.load("a", "192.0.2.1\n");
    assert_eq!(report.gone.total, 0);
    assert_eq!(subjects(&node), all, "another list may have said it");

    assert_eq!(node.lists.settle().unwrap(), 2);
    assert_eq!(subjects(&node), ["addr:192.0.2.1/32"]);
    assert_eq!(node.lists.settle().unwrap(), 0);
    assert_eq!(node.handle.counts().unwrap().bans(peerwarden_host::Cause::Operator), 1);
}

#[test]
fn lists_that_are_in_files_settle_by_themselves_once_each_could_be_read() {
    let directory = tempfile::tempdir().unwrap();
    let [data, a, b] = ["bans.redb", "a", "b"].map(|file| directory.path().join(file));
    let node = start(&data, 0);
    node.load("gone", "192.0.2.7\n");
    node.handle.flush().wait().unwrap();
    drop(node);

    std::fs::write(&a, "192.0.2.1\n").unwrap();
    let node = start(&data, 60);
    let watched = [ListOptions::new(name("a"), &a), ListOptions::new(name("b"), &b)];
    node.lists.watch(&watched).unwrap();
    let both = ["addr:192.0.2.1/32", "addr:192.0.2.7/32"];
    for _ in 0..3 {
        node.advance(600);
        node.lists.poll().unwrap();
        assert_eq!(subjects(&node), both, "b was never read");
    }
    std::fs::write(&b, "192.0.2.2\n").unwrap();
    node.lists.poll().unwrap();
    node.lists.poll().unwrap();
    assert_eq!(subjects(&node), ["addr:192.0.2.1/32", "addr:192.0.2.2/32"]);
}

#[test]
fn bans_of_after_the_start_are_nothing_that_settling_takes_back() {
    let node = Node::new();
    node.advance(1);
    node.handle.ban(subject("192.0.2.1"), None, Origin::Remote).unwrap();

    assert_eq!(node.lists.settle().unwrap(), 0);

    assert_eq!(node.bans().len(), 1);
}
