//! Refused connections, and the notices of them.

use futures::{FutureExt, StreamExt};
use peerwarden_host::{Cause, Direction, Misbehavior, NoticeKind, Refusal};

use crate::node::{Node, config, ip};
use crate::peer::Peer;

#[test]
fn a_banned_peer_is_refused_and_let_in_again_once_the_ban_is_over() {
    let (mut node, peer) = (Node::new(config()), Peer::random());
    let open = node.admit(peer, "192.0.2.1", 1).unwrap();
    for _ in 0..101 {
        node.warden().report(peer, Misbehavior::INVALID_MESSAGE).unwrap();
    }
    assert_eq!(node.closes(), [1]);
    drop(open);

    let refused = node.admit(peer, "192.0.2.1", 2).unwrap_err();
    assert_eq!((refused.refusal.denial.cause, refused.connection), (Cause::Penalty, 2));
    assert_eq!((node.connected(), node.doorman.connections()), (0, 0));
    let end = refused.refusal.denial.until.instant().unwrap();

    let now = node.warden().now().unwrap();
    node.timer.advance(end.saturating_duration_since(now));
    assert!(node.admit(peer, "192.0.2.1", 3).is_ok());
    assert_eq!(node.due(), []);
}

#[test]
fn every_gate_refuses_and_tells_subscribers() {
    let (node, peer) = (Node::new(config()), Peer::random());
    let mut notices = node.warden().subscribe().unwrap();
    node.ban("192.0.2.0/24");
    let there = ip("192.0.2.1");
    let (inbound, outbound) = (Direction::Inbound, Direction::Outbound);

    let refused: [Refusal<Peer>; 4] = [
        node.doorman.check_inbound(there.unwrap()).unwrap_err(),
        node.doorman.check_dial(&peer, there).unwrap_err(),
        node.doorman.admit(peer, there, inbound, 1).unwrap_err().refusal,
        node.doorman.admit(peer, there, outbound, 2).unwrap_err().refusal,
    ];

    let said = refused.each_ref().map(|each| (each.peer, each.addr, each.direction));
    assert_eq!(
        said,
        [
            (None, there, inbound),
            (Some(peer), there, outbound),
            (Some(peer), there, inbound),
            (Some(peer), there, outbound),
        ]
    );
    let mut told = Vec::new();
    while let Some(Some(notice)) = notices.next().now_or_never() {
        if let NoticeKind::Denied(refusal) = notice.kind {
            told.push(refusal);
        }
    }
    assert_eq!(told, refused);
    assert_eq!((node.connected(), node.doorman.connections()), (0, 0));
}

#[test]
fn what_is_not_banned_passes_every_gate() {
    let (node, peer) = (Node::new(config()), Peer::random());
    node.ban("192.0.2.0/24");
    let here = ip("198.51.100.1");

    assert_eq!(node.doorman.check_inbound(here.unwrap()), Ok(()));
    assert_eq!(node.doorman.check_dial(&peer, here), Ok(()));
    assert_eq!(node.doorman.check_dial(&peer, None), Ok(()));
    assert!(node.admit(peer, "198.51.100.1", 1).is_ok());
}
