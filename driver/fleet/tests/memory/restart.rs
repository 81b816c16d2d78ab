//! Nodes that are started again.

use std::sync::Arc;

use peerwarden_host::{MemoryStore, Node};

use crate::net::{HOUR, Net, SECOND, config, peer, policy, rules};

/// Ends a node, and starts it again from its store and its kept lists.
struct Restarting {
    store: MemoryStore,
    lists: tempfile::TempDir,
}

impl Restarting {
    fn new() -> Self {
        Self { store: MemoryStore::new(), lists: tempfile::tempdir().unwrap() }
    }

    fn start(&self, net: &mut Net, number: u8) {
        let clock = Arc::new(net.timer.clone());
        let node: Node<String> = Node::restore(policy(), clock, self.store.clone()).unwrap();
        node.handle().lists().keep_in(self.lists.path()).unwrap();
        net.join(node, config(number, rules()));
    }
}

#[test]
fn what_was_believed_is_banned_from_the_first_moment_although_the_bucket_is_down() {
    let mut net = Net::new(4);
    let restarting = Restarting::new();
    restarting.start(&mut net, 4);
    net.settle();
    net.misbehave("spammer", 0..3);
    assert_eq!(net.refusing("spammer"), [0, 1, 2, 3, 4]);

    drop(net.nodes.pop());
    net.bucket.set_down();
    restarting.start(&mut net, 4);
    net.settle();
    assert!(net.nodes[4].refuses("spammer"));
    net.bucket.reset();
    net.bucket.set_up();
    net.pass(120 * SECOND);
    assert!(net.nodes[4].refuses("spammer"), "an empty bucket frees no peer");
}

#[test]
fn a_pardon_on_one_node_outlives_it() {
    let mut net = Net::new(4);
    let restarting = Restarting::new();
    restarting.start(&mut net, 4);
    net.settle();
    net.misbehave("friend", 0..3);
    net.nodes[4].warden.unban(peer("friend"), None).unwrap();
    net.pass(3 * SECOND);
    assert!(!net.nodes[4].refuses("friend"));

    drop(net.nodes.pop());
    restarting.start(&mut net, 4);
    net.settle();
    net.pass(HOUR);
    assert!(!net.nodes[4].refuses("friend"));
    assert_eq!(net.refusing("friend"), [0, 1, 2, 3]);
}

#[test]
fn own_bans_from_before_the_start_are_still_said_and_not_said_anew() {
    let mut net = Net::new(0);
    let restarting = Restarting::new();
    restarting.start(&mut net, 0);
    net.settle();
    net.misbehave("spammer", 0..1);
    let before = net.bucket.entries();
    drop(net.nodes.pop());
    restarting.start(&mut net, 0);
    net.settle();
    net.pass(60 * SECOND);
    assert_eq!(net.bucket.entries(), before);
    assert_eq!(net.nodes[0].fleet.status(net.now()).said, 1);
}
