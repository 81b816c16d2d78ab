//! Nodes in an incident, which say nothing new while it lasts.

use std::sync::Arc;

use peerwarden_host::{Misbehavior, Node};

use crate::net::{Net, SECOND, config, connect_at, policy, rules};

/// Has eight peers that have been here for long misbehave about as badly at once.
fn begin_incident(net: &Net, node: &Node<String>) {
    for number in 0..8 {
        connect_at(node, &format!("p{number}"), &format!("{}.0.0.1", 20 + number));
    }
    net.timer.advance(700 * SECOND);
    let report = |number, times| {
        for _ in 0..times {
            let peer = format!("p{number}");
            node.handle().report(peer, Misbehavior::INVALID_MESSAGE).unwrap();
        }
    };
    (1..8).for_each(|number| report(number, 34));
    report(0, 102);
    assert!(node.handle().counts().unwrap().incident);
}

#[test]
fn a_ban_that_is_made_in_an_incident_is_told_once_that_is_over() {
    let mut net = Net::new(1);
    begin_incident(&net, &net.nodes[0].node);
    net.misbehave("stranger", 0..1);
    net.pass(500 * SECOND);
    assert!(net.nodes[0].refuses("stranger"));
    assert_eq!(net.bucket.entries(), []);
    net.pass(150 * SECOND);
    assert_eq!(net.bucket.entries().len(), 1);
}

#[test]
fn a_node_that_joins_in_an_incident_knows_of_it() {
    let mut net = Net::new(0);
    let node = Node::new(policy(), Arc::new(net.timer.clone()));
    begin_incident(&net, &node);
    net.join(node, config(0, rules()));
    net.settle();
    net.misbehave("stranger", 0..1);
    assert!(net.nodes[0].refuses("stranger"));
    assert_eq!(net.bucket.entries(), []);
}
