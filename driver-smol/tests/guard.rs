//! Guards made in one call, on smol's clock.
#![expect(clippy::panic, clippy::unwrap_used, reason = "a test may panic, helpers included")]
#![expect(clippy::wildcard_enum_match_arm, reason = "tests wait for one event among many")]

use std::pin::pin;
use std::time::Duration;

use futures::StreamExt;
use futures::future::{Either, select};
use libp2p::swarm::{NetworkBehaviour, Swarm, SwarmEvent, dummy};
use libp2p::{PeerId, ping};
use peerwarden_smol::{
    BanDuration, Behaviour, Config, Denied, EventKind, Guard, GuardEvent, ManualTimer, Origin,
    SmolExecutor, Subject, SwarmBuilder, Timer, guard, guard_from_store,
};
use smol::block_on;

#[derive(NetworkBehaviour)]
struct Inner {
    ping: ping::Behaviour,
}

/// The same without a guard, whatever its clock.
#[derive(NetworkBehaviour)]
struct Bare<T: Timer> {
    warden: Behaviour<T>,
    ping: ping::Behaviour,
}

#[test]
fn a_guarded_swarm_refuses_a_banned_peer_until_its_time_is_over() {
    block_on(async {
        let mut node = swarm(guard(Config::flow(), Inner { ping: ping::Behaviour::default() }));
        let mut peer = swarm(dummy::Behaviour);
        let warden = node.behaviour().handle();
        let banned = *peer.local_peer_id();
        node.listen_on("/ip4/127.0.0.1/tcp/0".parse().unwrap()).unwrap();
        let addr = until(&mut node, |event| match event {
            SwarmEvent::NewListenAddr { address, .. } => Some(address),
            _ => None,
        })
        .await;
        let for_a_while = BanDuration::try_from(Duration::from_millis(500)).unwrap();
        let _ = warden.ban(Subject::Peer(banned), Some(for_a_while), Origin::Operator).unwrap();

        peer.dial(addr.clone()).unwrap();
        smol::spawn(async move {
            loop {
                if let SwarmEvent::ConnectionClosed { .. }
                | SwarmEvent::OutgoingConnectionError { .. } = peer.select_next_some().await
                {
                    peer.dial(addr.clone()).unwrap();
                }
            }
        })
        .detach();
        let refused = until(&mut node, |event| match event {
            SwarmEvent::IncomingConnectionError { error, .. } => {
                Denied::from_listen_error(&error).and_then(|denied| denied.peer)
            }
            SwarmEvent::ConnectionEstablished { .. } => panic!("it is banned"),
            _ => None,
        })
        .await;
        assert_eq!(refused, banned);

        until(&mut node, |event| match event {
            SwarmEvent::Behaviour(GuardEvent::Warden(event)) => {
                matches!(event.kind, EventKind::Unbanned { .. }).then_some(())
            }
            _ => None,
        })
        .await;
        let connected = until(&mut node, |event| match event {
            SwarmEvent::ConnectionEstablished { peer_id, .. } => Some(peer_id),
            _ => None,
        })
        .await;
        assert_eq!(connected, banned);
    });
}

#[test]
fn a_guarded_node_runs_on_a_clock_moved_by_hand_as_it_is() {
    block_on(async {
        let timer = ManualTimer::new();
        let mut node = swarm(guarded(Behaviour::new(Config::flow(), timer.clone())));
        let (warden, peer) = (node.behaviour().handle(), Subject::Peer(PeerId::random()));
        let hour = Duration::from_secs(3_600);
        let _ = warden.ban(peer, Some(hour.try_into().unwrap()), Origin::Operator).unwrap();
        let banned = until(&mut node, warden_says).await;
        assert!(matches!(banned, EventKind::Banned { .. }), "{banned:?}");

        timer.advance(hour);

        let unbanned = until(&mut node, warden_says).await;
        assert!(matches!(unbanned, EventKind::Unbanned { .. }), "{unbanned:?}");
    });
}

#[test]
fn so_does_a_node_whose_first_field_is_the_behaviour() {
    block_on(async {
        let timer = ManualTimer::new();
        let warden = Behaviour::new(Config::flow(), timer.clone());
        let mut node = swarm(Bare { warden, ping: ping::Behaviour::default() });
        let (warden, peer) = (node.behaviour().warden.handle(), Subject::Peer(PeerId::random()));
        let hour = Duration::from_secs(3_600);
        let _ = warden.ban(peer, Some(hour.try_into().unwrap()), Origin::Operator).unwrap();
        timer.advance(hour);

        let mut kinds = Vec::new();
        while kinds.len() < 2 {
            let kind = until(&mut node, |event| match event {
                SwarmEvent::Behaviour(BareEvent::Warden(event)) => Some(event.kind),
                _ => None,
            });
            kinds.push(kind.await);
        }
        assert!(
            matches!(&kinds[..], [EventKind::Banned { .. }, EventKind::Unbanned { .. }]),
            "{kinds:?}"
        );
    });
}

/// The node of the README, whatever its clock.
fn guarded<T: Timer>(warden: Behaviour<T>) -> Guard<Inner, T> {
    Guard::new(warden, Inner { ping: ping::Behaviour::default() })
}

fn warden_says<E>(event: SwarmEvent<GuardEvent<E>>) -> Option<EventKind> {
    match event {
        SwarmEvent::Behaviour(GuardEvent::Warden(event)) => Some(event.kind),
        _ => None,
    }
}

#[test]
fn a_guard_from_a_store_remembers_whom_the_one_before_had_banned() {
    let store = peerwarden_smol::MemoryStore::new();
    let peer = PeerId::random();
    let first = guard_from_store(Config::default(), store.clone(), dummy::Behaviour).unwrap();
    let _ = first.handle().ban(Subject::Peer(peer), None, Origin::Operator).unwrap();
    drop(first);

    let second = guard_from_store(Config::default(), store, dummy::Behaviour).unwrap();

    assert!(is_banned(&second, &peer));
}

#[cfg(all(feature = "redb", feature = "toml"))]
#[test]
fn a_guard_from_settings_has_their_policy_and_their_file_which_no_other_node_may_use() {
    use peerwarden_smol::{Points, Settings, StoreError, guard_from_settings};

    let directory = tempfile::tempdir().unwrap();
    let settings = || {
        Settings::from_toml("data_file = 'bans.redb'\nthreshold = 3000")
            .unwrap()
            .in_directory(directory.path())
    };
    let peer = PeerId::random();
    let first = guard_from_settings(settings(), dummy::Behaviour).unwrap();
    let policy = first.handle().config().unwrap();
    assert_eq!(policy.threshold(), Points::from_points(3_000));
    let _ = first.handle().ban(Subject::Peer(peer), None, Origin::Operator).unwrap();
    let at_once = guard_from_settings(settings(), dummy::Behaviour);
    assert!(matches!(at_once, Err(StoreError::InUse { .. })));
    drop(first);

    let second = guard_from_settings(settings(), dummy::Behaviour).unwrap();

    assert!(is_banned(&second, &peer));
}

fn is_banned(guard: &Guard<dummy::Behaviour>, peer: &PeerId) -> bool {
    guard.handle().status(peer).unwrap().is_some_and(|status| !status.causes.is_empty())
}

fn swarm<B: NetworkBehaviour>(behaviour: B) -> Swarm<B> {
    SwarmBuilder::with_new_identity(SmolExecutor::global()).build(|_| behaviour).unwrap()
}

async fn until<B: NetworkBehaviour, T>(
    swarm: &mut Swarm<B>,
    mut pick: impl FnMut(SwarmEvent<B::ToSwarm>) -> Option<T>,
) -> T {
    let found = async {
        loop {
            if let Some(found) = pick(swarm.select_next_some().await) {
                return found;
            }
        }
    };
    match select(pin!(found), smol::Timer::after(PATIENCE)).await {
        Either::Left((found, _)) => found,
        Either::Right(_) => panic!("what is waited for did not come"),
    }
}

/// Far longer than anything takes.
const PATIENCE: Duration = Duration::from_secs(60);
