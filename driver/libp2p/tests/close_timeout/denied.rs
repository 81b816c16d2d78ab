//! Connections that are denied after the handshake, when they are there already.
#![expect(clippy::wildcard_enum_match_arm, reason = "tests wait for one event among many")]

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures::future::{Either, select};
use futures::{FutureExt, StreamExt};
use libp2p::identity::Keypair;
use libp2p::swarm::{SwarmEvent, dummy};
use libp2p::{PeerId, Swarm, yamux};
use peerwarden_libp2p::{Behaviour, CloseTimeout, Config, Denied, ManualTimer, Origin, Subject};

use crate::direct::{self, SOON, closed};
use crate::runtime::{self, sleep, spawn};
use crate::stuck::Stuck;
use crate::wiring::{self, timeout, upgraded};
use crate::{deaf, relayed};

#[apply(test!)]
async fn a_dial_that_is_denied_and_does_not_close_is_dropped_too() {
    let (peer, address) = deaf::peer().await;
    let (mut swarm, alive) = banning(peer);
    swarm.dial(address).unwrap();

    timeout(SOON, denied(&mut swarm)).await.expect("denied");

    assert_eq!(alive.load(Ordering::Relaxed), 1);
    dropped(&mut swarm, &alive).await;
}

#[apply(test!)]
async fn an_inbound_connection_that_is_denied_and_does_not_close_is_dropped_too() {
    let mut peer = direct::swarm(CloseTimeout::<yamux::Config>::DEFAULT, dummy::Behaviour);
    let (mut swarm, alive) = banning(*peer.local_peer_id());
    let address = relayed::listen(&mut swarm, "/ip4/127.0.0.1/tcp/0".parse().unwrap()).await;
    peer.dial(address).unwrap();
    let (closing, gone) = async move { closed(&mut peer).await }.remote_handle();
    spawn(closing.map(drop));

    timeout(SOON, denied(&mut swarm)).await.expect("denied");

    assert_eq!(alive.load(Ordering::Relaxed), 1);
    dropped(&mut swarm, &alive).await;
    timeout(SOON, gone).await.expect("seen from the other side");
}

/// A swarm whose connections cannot be closed, with this peer banned; and how many there are.
fn banning(peer: PeerId) -> (Swarm<Behaviour<ManualTimer>>, Arc<AtomicUsize>) {
    let alive = Arc::new(AtomicUsize::new(0));
    let stuck = Stuck::counted_by(&alive);
    let warden = Behaviour::new(Config::default(), ManualTimer::new());
    warden.handle().ban(Subject::Peer(peer), None, Origin::Operator).unwrap();
    let key = Keypair::generate_ed25519();
    let muxer = CloseTimeout::new(stuck, Duration::from_secs(1));
    let transport = upgraded!(runtime::tcp(), &key, muxer);
    (wiring::swarm(&key, transport, warden), alive)
}

/// Waits until no connection is alive any more, with nothing else happening.
async fn dropped(swarm: &mut Swarm<Behaviour<ManualTimer>>, alive: &AtomicUsize) {
    let dropped = async {
        while alive.load(Ordering::Relaxed) > 0 {
            sleep(Duration::from_millis(5)).await;
        }
    };
    let said = async {
        loop {
            let event = swarm.select_next_some().await;
            assert!(matches!(event, SwarmEvent::Behaviour(_)), "{event:?}");
        }
    };
    match select(pin!(timeout(SOON, dropped)), pin!(said)).await {
        Either::Left((dropped, _)) => dropped.expect("dropped with its socket"),
        Either::Right((never, _)) => never,
    }
}

/// Waits until the behaviour refuses a connection that was made.
async fn denied(swarm: &mut Swarm<Behaviour<ManualTimer>>) {
    loop {
        let denied = match swarm.select_next_some().await {
            SwarmEvent::IncomingConnectionError { error, .. } => {
                Denied::from_listen_error(&error).cloned()
            }
            SwarmEvent::OutgoingConnectionError { error, .. } => {
                Denied::from_dial_error(&error).cloned()
            }
            _ => continue,
        };
        assert!(denied.is_some_and(|denied| denied.peer.is_some()));
        return;
    }
}
