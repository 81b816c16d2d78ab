//! Test of a redial after a restart.

use std::time::Duration;

use libp2p::Multiaddr;
use peerwarden_libp2p::EventKind;

use crate::node::{DataFile, Node, somebody};

#[test]
fn a_peer_that_had_been_dialled_is_dialled_again_where_it_was_announced_since() {
    let file = DataFile::new();
    let (peer, subject) = somebody();
    let mut node = Node::start(file.open());
    node.connect(peer);
    node.ban(subject, 60);
    node.disconnect(peer);
    drop(node);
    let mut node = Node::start(file.open());
    let there: Multiaddr = "/ip4/192.0.2.7/tcp/7".parse().unwrap();
    node.announce(peer, &there);

    let dial = node.redial(Duration::from_secs(60)).unwrap();
    node.fail(peer, &dial);

    let events = node.advance(Duration::ZERO);
    let [EventKind::Unbanned { .. }, EventKind::RedialFailed { addresses, .. }] = &events[..]
    else {
        panic!("{events:?}");
    };
    assert_eq!(addresses, &[there.with_p2p(peer).unwrap()]);
}
