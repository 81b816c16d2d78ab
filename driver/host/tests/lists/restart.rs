//! Lists over a restart: the store has the bans, and not who said so.

use std::path::Path;
use std::sync::Arc;

use peerwarden_host::lists::{ListFormat, ListOptions};
use peerwarden_host::{
    Config, DriverOptions, ManualTimer, NoAddresses, Node as HostNode, Origin, RedbStore,
};

use crate::node::{Node, after_noon, name, subject};
use crate::peer::Peer;

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

#[test]
fn a_list_that_was_put_in_is_there_after_a_restart_as_it_was() {
    let directory = tempfile::tempdir().unwrap();
    let kept = directory.path().join("kept").join("lists");
    let start = || {
        let node = Node::new();
        let loaded = node.lists.keep_in(&kept).unwrap();
        (node, loaded)
    };
    let (node, loaded) = start();
    assert_eq!(loaded, 0);
    assert!(!kept.exists(), "it is made when it is needed");
    node.load("a", "192.0.2.1\nadd x 192.0.2.2 timeout 600\npeer:peer-3\n0.0.0.0/4\n");
    node.lists.put(&name("b"), subject("192.0.2.7"), Some(after_noon(60))).unwrap();
    node.load("c", "192.0.2.8\n");
    node.lists.clone().unkept().put(&name("d"), subject("192.0.2.9"), None).unwrap();
    node.lists.remove(&name("a"), subject("192.0.2.1")).unwrap();
    node.lists.delete(&name("c")).unwrap();
    let (before, all) = (node.bans(), node.lists.all().unwrap());

    let (node, loaded) = start();

    assert_eq!(loaded, 2);
    let kept = ["a", "b"].map(name);
    let all: Vec<_> = all.into_iter().filter(|each| kept.contains(&each.name)).collect();
    assert_eq!(node.lists.all().unwrap(), all);
    assert_eq!((all[0].format, all[0].entries, all[0].refused), (Some(ListFormat::Plain), 3, 1));
    let named = |list| {
        let entries = node.lists.entries(&name(list), None, 10).unwrap();
        entries.into_iter().map(|each| (each.subject, each.until)).collect::<Vec<_>>()
    };
    let a = [(subject("192.0.2.2"), Some(after_noon(600))), (subject("peer-3"), None)];
    assert_eq!((named("a"), named("b").len()), (a.to_vec(), 1));
    let unkept = |(subject, _): &(String, u64)| subject != "addr:192.0.2.9/32";
    assert_eq!(node.bans(), before.into_iter().filter(unkept).collect::<Vec<_>>());
}

#[test]
fn what_cannot_be_kept_is_said() {
    let directory = tempfile::tempdir().unwrap();
    let occupied = directory.path().join("file");
    std::fs::write(&occupied, "").unwrap();
    let node = Node::new();
    let kept = occupied.join("lists");
    let error = node.lists.keep_in(&kept).unwrap_err().to_string();
    assert!(error.starts_with(&kept.display().to_string()), "{error}");

    let damaged = directory.path().join("a.list.json");
    std::fs::write(&damaged, "{\"bans\": [").unwrap();
    std::fs::write(directory.path().join("b.list.json"), "{\"bans\": [\"192.0.2.5\"]}").unwrap();
    let error = node.lists.keep_in(directory.path()).unwrap_err().to_string();
    let said =
        "line 1: not JSON: EOF while parsing a list: remove the file to start without this list";
    assert_eq!(error, format!("{}: {said}", damaged.display()));

    assert_eq!(node.naming("192.0.2.5"), ["b"], "what is not damaged is loaded");

    let gone = directory.path().join("gone");
    node.lists.keep_in(&gone).unwrap();
    std::fs::write(&gone, "").unwrap();
    let error = node.lists.put(&name("a"), subject("192.0.2.1"), None).unwrap_err().to_string();
    let begins = "the list a was changed, but will not outlive the node: ";
    assert!(error.starts_with(begins), "{error}");
    assert_eq!(node.bans().len(), 2);
}

#[test]
fn bans_are_not_taken_back_by_themselves_while_a_list_is_expected() {
    let directory = tempfile::tempdir().unwrap();
    let [data, a] = ["bans.redb", "a"].map(|file| directory.path().join(file));
    let node = start(&data, 0);
    node.load("fleet", "192.0.2.7\n");
    node.handle.flush().wait().unwrap();
    drop(node);

    std::fs::write(&a, "192.0.2.1\n").unwrap();
    let node = start(&data, 60);
    node.lists.watch(&[ListOptions::new(name("a"), &a)]).unwrap();
    node.lists.expect(name("fleet")).unwrap();
    node.advance(3_600);
    node.lists.poll().unwrap();
    assert_eq!(node.bans().len(), 2);

    node.load("fleet", "192.0.2.9\n");
    node.lists.poll().unwrap();
    assert_eq!(subjects(&node), ["addr:192.0.2.1/32", "addr:192.0.2.9/32"]);
}

#[test]
fn lists_are_kept_beside_the_data_file() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("bans.redb");
    let options = DriverOptions::<Peer, NoAddresses>::default().with_data_file(Some(data.clone()));
    let start = || {
        let mut node = start(&data, 0);
        node.node.apply_options(&options);
        node
    };
    let node = start();
    node.load("a", "192.0.2.1\n");
    drop(node);

    let node = start();

    assert_eq!(node.naming("192.0.2.1"), ["a"]);
    assert!(directory.path().join("bans.redb.lists").join("a.list.json").exists());
    let status = node.lists.all().unwrap().remove(0);
    let shown = serde_json::to_value(&status).unwrap();
    assert_eq!(shown["loaded"], "2026-11-28T12:00:00.000Z");
    assert_eq!((shown["entries"].as_u64(), shown["file"].is_null()), (Some(1), true));
}
