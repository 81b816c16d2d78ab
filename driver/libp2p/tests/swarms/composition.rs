//! Beside others that refuse connections.

use libp2p::allow_block_list::{self, AllowedPeers};
use libp2p::connection_limits::{self, ConnectionLimits};
use libp2p::swarm::{ListenError, NetworkBehaviour, SwarmEvent};
use libp2p::{PeerId, memory_connection_limits};
use peerwarden_libp2p::{Behaviour, Config, Denied, ManualTimer, Origin, Subject};

use crate::peer::Peer;
use crate::swarm::{listening, until};

#[derive(NetworkBehaviour)]
struct Net {
    warden: Behaviour<ManualTimer>,
    allowed: allow_block_list::Behaviour<AllowedPeers>,
    limits: connection_limits::Behaviour,
    memory: memory_connection_limits::Behaviour,
}

#[apply(test!)]
async fn everybody_who_refuses_is_obeyed_and_the_engine_counts_whom_nobody_refused() {
    let warden = Behaviour::new(Config::flow(), ManualTimer::new());
    let handle = warden.handle();
    let limits = ConnectionLimits::default().with_max_established_per_peer(Some(1));
    let (mut node, addr, _) = listening(Net {
        warden,
        allowed: allow_block_list::Behaviour::default(),
        limits: connection_limits::Behaviour::new(limits),
        memory: memory_connection_limits::Behaviour::with_max_bytes(usize::MAX),
    })
    .await;
    let id = *node.local_peer_id();
    let (guest, banned, stranger) = (Peer::start().await, Peer::start().await, Peer::start().await);
    node.behaviour_mut().allowed.allow_peer(guest.id);
    node.behaviour_mut().allowed.allow_peer(banned.id);
    handle.ban(Subject::Peer(banned.id), None, Origin::Operator).unwrap();

    let mut met = Vec::new();
    for peer in [&guest, &guest, &banned, &stranger] {
        peer.dial(id, &addr).await;
        met.push(until(&mut node, |event| verdict(&event)).await);
    }

    assert_eq!(
        met,
        [
            Met::Connected(guest.id),
            Met::RefusedElsewhere,
            Met::Banned(banned.id),
            Met::RefusedElsewhere
        ]
    );
    assert_eq!(handle.counts().unwrap().connected, 1);
    assert_eq!(handle.status(&stranger.id), Ok(None));
}

#[derive(Debug, Eq, PartialEq)]
enum Met {
    Banned(PeerId),
    Connected(PeerId),
    RefusedElsewhere,
}

fn verdict<T>(event: &SwarmEvent<T>) -> Option<Met> {
    match event {
        SwarmEvent::ConnectionEstablished { peer_id, .. } => Some(Met::Connected(*peer_id)),
        SwarmEvent::IncomingConnectionError {
            error: error @ ListenError::Denied { .. }, ..
        } => {
            let banned = Denied::from_listen_error(error).and_then(|denied| denied.peer);
            Some(banned.map_or(Met::RefusedElsewhere, Met::Banned))
        }
        _ => None,
    }
}
