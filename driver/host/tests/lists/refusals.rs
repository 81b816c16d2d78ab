//! Subjects that no list can ban, and what is told of them.

use std::collections::BTreeMap;

use peerwarden_host::Config;
use peerwarden_host::lists::{ListRefusal, RefusedEntries};
use peerwarden_host::{Subject, Tag};

use crate::node::{Node, name, subject};
use crate::peer::Peer;

/// How many entries were refused for each reason, and the lines of the first.
fn refused(
    refused: &BTreeMap<ListRefusal, RefusedEntries<Peer>>,
) -> Vec<(&'static str, usize, Vec<usize>)> {
    let each = refused.iter().map(|(why, entries)| {
        let lines = entries.first.iter().filter_map(|entry| entry.line).collect();
        (why.as_str(), entries.total, lines)
    });
    each.collect()
}

#[test]
fn no_list_touches_private_networks_wide_ones_or_what_is_this_nodes_own() {
    let node = Node::new();
    let me = Peer::random();
    node.handle.set_local_peer_id(me).unwrap();
    node.lists.spare(["203.0.113.7".parse().unwrap()]).unwrap();
    node.handle.protect(subject("198.51.100.0/24"), Tag::OPERATOR).unwrap();
    node.handle.protect(subject("peer-5"), Tag::OPERATOR).unwrap();
    let text = format!(
        "127.0.0.1\n10.0.0.0/16\n100.64.1.0/24\n169.254.0.0/16\n192.168.0.0/16\nfe80::/64\n::1\n\
         11.0.0.0/8\n2001:db8::/31\n0.0.0.0/0\n\
         203.0.113.0/24\n198.51.100.7\npeer:peer-5\npeer:{me}\n192.0.2.1\n"
    );

    let report = node.load("a", &text);

    assert_eq!(
        refused(&report.refused),
        [
            ("exempt", 7, vec![1, 2, 3, 4, 5, 6, 7]),
            ("ours", 1, vec![14]),
            ("protected", 2, vec![12, 13]),
            ("spared", 1, vec![11]),
            ("wide", 3, vec![8, 9, 10]),
        ]
    );
    assert_eq!((report.new.total, report.is_partial()), (1, true));
    assert_eq!(node.bans().len(), 1);
    let status = node.lists.all().unwrap().remove(0);
    assert_eq!((report.entries, status.entries, status.refused), (15, 15, 14));
}

#[test]
fn what_was_refused_is_told_with_each_loading_and_banned_once_it_can_be() {
    let node = Node::new();
    node.handle.protect(subject("192.0.2.1"), Tag::OPERATOR).unwrap();
    let protected = |report: &BTreeMap<_, RefusedEntries<Peer>>| {
        report.get(&ListRefusal::Protected).map_or(0, |entries| entries.total)
    };

    assert_eq!(protected(&node.load("a", "192.0.2.1\n").refused), 1);
    assert_eq!(protected(&node.load("a", "192.0.2.1\n").refused), 1);
    assert_eq!(node.naming("192.0.2.1"), ["a"]);

    node.handle.unprotect(subject("192.0.2.1"), Tag::OPERATOR).unwrap();
    let report = node.load("a", "192.0.2.1\n");
    assert_eq!((report.new.total, protected(&report.refused)), (1, 0));
    assert_eq!(node.bans().len(), 1);
    assert_eq!(node.lists.all().unwrap()[0].refused, 0);
}

#[test]
fn what_was_refused_is_tried_again_in_time_without_a_loading() {
    let node = Node::new();
    node.handle.protect(subject("192.0.2.1"), Tag::OPERATOR).unwrap();
    node.load("a", "192.0.2.1\n");
    node.lists.poll().unwrap();
    node.handle.unprotect(subject("192.0.2.1"), Tag::OPERATOR).unwrap();
    assert_eq!(node.bans(), []);

    node.advance(3_600);
    node.lists.poll().unwrap();

    assert_eq!(node.bans().len(), 1);
    assert_eq!(node.lists.all().unwrap()[0].refused, 0);
}

#[test]
fn lists_that_are_too_long_are_carried_out_in_part() {
    let node = Node::with_config(Config::default().with_max_remote_bans(2));

    let report = node.load("a", "192.0.2.1\n192.0.2.2\n192.0.2.3\n");
    assert_eq!(refused(&report.refused), [("full", 1, vec![3])]);

    // What goes makes room for what comes.
    let report = node.load("a", "192.0.2.2\n192.0.2.3\n");
    assert_eq!((report.new.total, report.gone.total, report.refused.len()), (1, 1, 0));
}

#[test]
fn a_network_that_this_node_listens_in_is_refused() {
    let node = Node::new();
    let shared = node.node.shared();
    shared.own_address("198.51.100.9".parse().unwrap(), true);

    let report = node.load("a", "198.51.100.0/24\n");

    assert_eq!(refused(&report.refused), [("ours", 1, vec![1])]);
    assert_eq!(node.bans(), []);
}

#[test]
fn single_entries_are_refused_for_the_same_reasons() {
    let node = Node::new();
    let put = |text: &str| node.lists.put(&name("a"), subject(text), None).unwrap().refused;

    assert_eq!(refused(&put("0.0.0.0/1")), [("wide", 1, vec![])]);
    assert_eq!(refused(&put("192.168.1.1")), [("exempt", 1, vec![])]);
    assert_eq!(node.bans(), []);
    let first = &put("192.168.1.1")[&ListRefusal::Exempt].first[0];
    assert_eq!(first.subject, Subject::Addr("192.168.1.1/32".parse().unwrap()));
}

#[test]
fn what_is_spared_later_is_taken_back() {
    let node = Node::new();
    node.load("a", "198.51.100.0/24\n198.51.100.7\n198.51.100.8\n2001:db8::/48\n");
    node.load("b", "198.51.100.0/24\n");

    node.lists.spare(["::ffff:198.51.100.7", "2001:db8::1"].map(|ip| ip.parse().unwrap())).unwrap();

    assert_eq!(node.bans().len(), 1);
    assert!(node.is_refused("198.51.100.8") && !node.is_refused("198.51.100.7"));
    assert_eq!(node.naming("198.51.100.0/24"), Vec::<String>::new());
    assert_eq!(refused(&node.load("b", "198.51.100.0/24\n").refused), [("spared", 1, vec![1])]);
}

#[test]
fn refusals_are_counted() {
    let node = Node::new();
    node.load("a", "0.0.0.0/0\n10.0.0.1\n192.0.2.1\n");
    node.load("a", "0.0.0.0/0\n192.0.2.1\n");

    let tallies = node.handle.tallies().unwrap().lists;

    assert_eq!(tallies.entries, [(name("a"), 2)]);
    let counted: Vec<_> = tallies.refusals.iter().filter(|(_, count)| *count > 0).collect();
    assert_eq!(counted, [&(ListRefusal::Exempt, 1), &(ListRefusal::Wide, 2)]);
}
