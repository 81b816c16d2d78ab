//! A node that starts again on the data of the one before.

use std::path::Path;
use std::time::{Duration, UNIX_EPOCH};

use peerwarden_libp2p::{Behaviour, Config, ManualTimer, RedbStore, Subject};
use tempfile::TempDir;

use crate::node::{LOCALHOST, Node, by_operator, said};
use crate::peer::Peer;
use crate::swarm::Wire;

#[apply(test!)]
async fn a_peer_that_was_banned_before_a_restart_is_refused_after_it_until_it_is_pardoned() {
    for &wire in Wire::ALL {
        let place = TempDir::new().unwrap();
        let peer = Peer::start_on(wire).await;
        let mut before = restored(wire, place.path(), 0).await;
        before.dialled_by(&peer).await;
        before.ban(peer.id, 60);
        before.disconnected(peer.id).await;
        drop(before);

        let mut node = restored(wire, place.path(), 20).await;
        peer.dial(node.id, &node.addr).await;

        let denied = node.refused().await.unwrap();
        let (who, addr, _, denial) = said(&denied);
        assert_eq!((who, addr, denial), (Some(peer.id), Some(LOCALHOST), by_operator(40, None)));
        assert_eq!(node.handle.counts().unwrap().connected, 0);
        node.handle.unban(Subject::Peer(peer.id), None).unwrap();
        node.dialled_by(&peer).await;
    }
}

/// A node whose wall clock says that so many seconds have passed.
async fn restored(wire: Wire, place: &Path, secs: u64) -> Node {
    let timer = ManualTimer::new();
    timer.set_wall_clock(UNIX_EPOCH + Duration::from_secs(2_000_000_000 + secs));
    let store = RedbStore::open(place.join("peerwarden.redb")).unwrap();
    let behaviour = Behaviour::restore(Config::default(), timer.clone(), store).unwrap();
    Node::run(wire, behaviour, timer).await
}
