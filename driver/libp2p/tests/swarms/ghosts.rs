//! Tests of other behaviours' state after refused connections.

use libp2p::gossipsub::{self, MessageAuthenticity, ValidationMode};
use libp2p::swarm::{NetworkBehaviour, SwarmEvent};
use libp2p::{PeerId, identify, identity};
use peerwarden_libp2p::{Behaviour, Config, Denied, ManualTimer, Origin, Subject};

use crate::peer::Peer;
use crate::swarm::{at, listening, until};

#[derive(NetworkBehaviour)]
struct Net {
    warden: Behaviour<ManualTimer>,
    gossipsub: gossipsub::Behaviour,
    identify: identify::Behaviour,
}

#[apply(test!)]
async fn thirty_refused_dials_leave_nothing_behind_in_gossipsub() {
    let warden = Behaviour::new(Config::default(), ManualTimer::new());
    let handle = warden.handle();
    let (mut swarm, addr, _) = listening(net(warden)).await;
    let node = *swarm.local_peer_id();

    let mut refused = Vec::new();
    for _ in 0..30 {
        let peer = Peer::start().await;
        handle.ban(Subject::Peer(peer.id), None, Origin::Operator).unwrap();
        peer.dial(node, &addr).await;
        let denied = until(&mut swarm, |event| match event {
            SwarmEvent::IncomingConnectionError { error, .. } => {
                Some(Denied::from_listen_error(&error).cloned())
            }
            _ => None,
        })
        .await;
        assert_eq!(denied.and_then(|denied| denied.peer), Some(peer.id));
        refused.push(peer.id);
    }

    assert_eq!(gossipers(&swarm.behaviour().gossipsub), []);
    assert_eq!(swarm.network_info().num_peers(), 0);

    let welcome = Peer::start().await;
    swarm.dial(at(&welcome.addr, welcome.id)).unwrap();
    until(&mut swarm, |event| match event {
        SwarmEvent::ConnectionEstablished { .. } => Some(()),
        _ => None,
    })
    .await;
    assert!(!refused.contains(&welcome.id));
    assert_eq!(gossipers(&swarm.behaviour().gossipsub), [welcome.id]);
}

fn net(warden: Behaviour<ManualTimer>) -> Net {
    let key = identity::Keypair::generate_ed25519();
    let config = gossipsub::ConfigBuilder::default()
        .validation_mode(ValidationMode::Strict)
        .build()
        .unwrap();
    let identify = identify::Config::new("/test/1".into(), key.public());
    Net {
        warden,
        gossipsub: gossipsub::Behaviour::new(MessageAuthenticity::Signed(key), config).unwrap(),
        identify: identify::Behaviour::new(identify),
    }
}

fn gossipers(gossipsub: &gossipsub::Behaviour) -> Vec<PeerId> {
    gossipsub.all_peers().map(|(peer, _)| *peer).collect()
}
