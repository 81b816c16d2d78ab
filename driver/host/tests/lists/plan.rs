//! Dry runs.

use peerwarden_host::{Config, Tag};

use crate::node::{Node, name, subject};
use crate::peer::Peer;

#[test]
fn a_dry_run_says_what_would_change_and_changes_nothing() {
    let node = Node::new();
    node.load("a", "192.0.2.1\n192.0.2.2\nadd x 192.0.2.3 timeout 60\n");
    let before = node.bans();
    let file = node.read("192.0.2.1\n192.0.2.3\n192.0.2.4\n10.0.0.1\nnonsense\n0.0.0.0/0\n");

    let plan = node.lists.plan(&name("a"), &file).unwrap();

    assert!(plan.dry_run);
    assert_eq!(plan.new.first, [subject("192.0.2.4")]);
    assert_eq!(plan.changed.first, [subject("192.0.2.3")]);
    assert_eq!(plan.gone.first, [subject("192.0.2.2")]);
    let refused: Vec<_> =
        plan.refused.iter().map(|(why, each)| (why.as_str(), each.first[0].line)).collect();
    assert_eq!(refused, [("exempt", Some(4)), ("wide", Some(6))]);
    assert_eq!((plan.faults.total, plan.entries), (1, 5));
    assert_eq!(node.bans(), before);

    // What it says is what comes of it.
    let report = node.lists.replace(&name("a"), &file).unwrap();
    assert_eq!(
        (report.new, report.changed, report.gone, report.refused),
        (plan.new, plan.changed, plan.gone, plan.refused)
    );
}

#[test]
fn a_dry_run_names_the_peers_that_would_be_hit() {
    let node = Node::new();
    let [inside, named, away, spared, elsewhere] = [(); 5].map(|()| Peer::random());
    node.connect(inside, "198.51.100.7");
    node.connect(named, "203.0.113.1");
    node.connect(spared, "198.51.100.8");
    node.connect(elsewhere, "192.0.2.1");
    node.handle.protect(subject(&spared.to_string()), Tag::OPERATOR).unwrap();
    let file = node.read(&format!("198.51.100.0/24\npeer:{named}\npeer:{away}\n"));

    let plan = node.lists.plan(&name("a"), &file).unwrap();

    let hits = plan.hits.unwrap();
    let mut connected = hits.connected.first;
    connected.sort();
    let mut expected = [inside, named].map(|peer| subject(&peer.to_string()));
    expected.sort();
    assert_eq!(connected, expected);
    assert_eq!(hits.protected.first, [subject(&spared.to_string())]);
    assert_eq!(node.handle.counts().unwrap().connected, 4, "no peer is told to leave");
}

#[test]
fn a_dry_run_knows_how_much_room_there_is() {
    let node = Node::with_config(Config::default().with_max_remote_bans(2));
    node.load("a", "192.0.2.1\n192.0.2.2\n");
    let file = node.read("192.0.2.2\n192.0.2.3\n192.0.2.4\n");

    let plan = node.lists.plan(&name("a"), &file).unwrap();

    let report = node.lists.replace(&name("a"), &file).unwrap();
    assert_eq!((plan.new.total, plan.refused.len()), (1, 1));
    assert_eq!((report.new, report.refused), (plan.new, plan.refused));
}
