//! Swarms from the builder.
#![expect(clippy::panic, clippy::unwrap_used, reason = "a test may panic, helpers included")]
#![expect(clippy::wildcard_enum_match_arm, reason = "tests wait for one event among many")]

use std::net::TcpListener;
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::StreamExt;
use futures::future::{Either, select};
use libp2p::core::transport::TransportError;
use libp2p::identity::Keypair;
use libp2p::multiaddr::Protocol;
use libp2p::swarm::{DialError, NetworkBehaviour, Swarm, SwarmEvent, dummy};
use libp2p::{Multiaddr, ping};
use peerwarden_smol::{
    BanChange, Behaviour, Config, Denied, Origin, Ours, SmolExecutor, Subject, SwarmBuilder,
    behaviour, tcp,
};
use smol::{Executor, Timer, block_on};

#[derive(NetworkBehaviour)]
struct Node {
    warden: Behaviour,
    ping: ping::Behaviour,
}

#[test]
fn two_swarms_ping_each_other_on_any_executor() {
    let own = Arc::new(Executor::new());
    let tasks = own.clone();
    block_on(own.run(async {
        for executor in [SmolExecutor::from(tasks.clone()), SmolExecutor::global()] {
            let key = Keypair::generate_ed25519();
            let builder = SwarmBuilder::with_existing_identity(key.clone(), executor.clone());
            let mut one = builder.build(|_| node()).unwrap();
            let mut other = SwarmBuilder::with_new_identity(executor).build(|_| node()).unwrap();
            assert_eq!(*one.local_peer_id(), key.public().to_peer_id());
            other.dial(listening(&mut one).await).unwrap();

            for _ in 0..2 {
                let (one, other) = (pin!(pinged(&mut one)), pin!(pinged(&mut other)));
                in_time(select(one, other)).await;
            }
        }
    }));
}

#[test]
fn a_closure_that_spawns_is_an_executor_too() {
    let spawn = |task| smol::spawn::<()>(task).detach();
    let mut one = SwarmBuilder::with_new_identity(spawn).build(|_| dummy::Behaviour).unwrap();

    let addr = block_on(listening(&mut one));

    assert!(matches!(addr.iter().nth(1), Some(Protocol::Tcp(1..))));
}

#[test]
fn a_connection_that_does_not_come_up_in_time_has_failed() {
    let mute = TcpListener::bind("127.0.0.1:0").unwrap();
    let timeout = Duration::from_millis(200);
    let mut swarm = builder().with_connection_timeout(timeout).build(|_| node()).unwrap();
    let began = Instant::now();

    swarm.dial(multiaddr(&mute)).unwrap();
    let error = block_on(failed_dial(&mut swarm));

    assert!(began.elapsed() >= timeout);
    let DialError::Transport(tried) = error else {
        panic!("{error:?}");
    };
    let [(_, TransportError::Other(error))] = &tried[..] else {
        panic!("{tried:?}");
    };
    assert!(error.to_string().contains("imeout"), "{error}");
}

#[test]
fn ten_seconds_are_the_time_for_a_connection_to_come_up_and_to_close() {
    let said = format!("{:?}", builder());

    assert!(said.contains("connection_timeout: 10s, close_timeout: 10s"), "{said}");
}

#[test]
fn an_ip_that_is_banned_is_not_dialled_by_a_name_either() {
    let trap = TcpListener::bind("127.0.0.1:0").unwrap();
    trap.set_nonblocking(true).unwrap();
    let name = multiaddr(&trap).replace(0, |_| Some(Protocol::Dns4("localhost".into()))).unwrap();
    let warden = behaviour(Config::default());
    let handle = warden.handle();
    let mut swarm = builder().with_dial_gate(handle.clone()).build(|_| warden).unwrap();
    handle.ban(Subject::Addr("127.0.0.0/8".parse().unwrap()), None, Origin::Operator).unwrap();

    swarm.dial(name.clone()).unwrap();
    let error = block_on(failed_dial(&mut swarm));

    let refused: Vec<_> = Denied::from_dial_addresses(&error).collect();
    let [(address, denied)] = refused[..] else {
        panic!("{error:?}");
    };
    assert_eq!((address, denied.addr), (&name, Some("127.0.0.1".parse().unwrap())));
    assert!(trap.accept().is_err());
}

#[test]
fn a_warden_that_guards_the_dials_knows_who_this_node_is() {
    let warden = behaviour(Config::default());
    let handle = warden.handle();
    let swarm = builder().with_dial_gate(handle.clone()).build(|_| warden).unwrap();

    let own = Subject::Peer(*swarm.local_peer_id());
    let answer = handle.ban(own, None, Origin::Operator).unwrap();

    assert_eq!(answer.change, BanChange::Refused(Ours::Peer));
}

#[test]
fn the_options_of_sockets_reach_the_transport() {
    let config = tcp::Config::default().ttl(1_000);
    let mut swarm = builder().with_tcp(config).build(|_| node()).unwrap();

    assert!(swarm.listen_on("/ip4/127.0.0.1/tcp/0".parse().unwrap()).is_err());
}

/// An idle connection is closed when its time is over, which by default is 10 seconds.
#[test]
fn the_options_of_swarms_reach_the_swarm() {
    block_on(async {
        let began = Instant::now();
        // Only here: else the other one may give up before this one knows of the connection.
        let mut one = builder()
            .with_swarm_config(|config| {
                config.with_idle_connection_timeout(Duration::from_millis(1))
            })
            .build(|_| dummy::Behaviour)
            .unwrap();
        let mut other = builder().build(|_| dummy::Behaviour).unwrap();
        other.dial(listening(&mut one).await).unwrap();
        let driving = async {
            loop {
                other.select_next_some().await;
            }
        };

        let closed = until(&mut one, |event| match event {
            SwarmEvent::ConnectionClosed { .. } => Some(()),
            _ => None,
        });

        select(pin!(driving), pin!(closed)).await;
        assert!(began.elapsed() < Duration::from_secs(9));
    });
}

fn builder() -> SwarmBuilder {
    SwarmBuilder::with_new_identity(SmolExecutor::global())
}

fn node() -> Node {
    Node { warden: behaviour(Config::default()), ping: ping::Behaviour::default() }
}

fn multiaddr(listener: &TcpListener) -> Multiaddr {
    let at = listener.local_addr().unwrap();
    Multiaddr::from(at.ip()).with(Protocol::Tcp(at.port()))
}

async fn listening<B: NetworkBehaviour>(swarm: &mut Swarm<B>) -> Multiaddr {
    swarm.listen_on("/ip4/127.0.0.1/tcp/0".parse().unwrap()).unwrap();
    until(swarm, |event| match event {
        SwarmEvent::NewListenAddr { address, .. } => Some(address),
        _ => None,
    })
    .await
}

async fn pinged(swarm: &mut Swarm<Node>) {
    until(swarm, |event| match event {
        SwarmEvent::Behaviour(NodeEvent::Ping(ping::Event { result, .. })) => Some(result.unwrap()),
        _ => None,
    })
    .await;
}

async fn failed_dial<B: NetworkBehaviour>(swarm: &mut Swarm<B>) -> DialError {
    until(swarm, |event| match event {
        SwarmEvent::OutgoingConnectionError { error, .. } => Some(error),
        _ => None,
    })
    .await
}

async fn until<B: NetworkBehaviour, T>(
    swarm: &mut Swarm<B>,
    mut pick: impl FnMut(SwarmEvent<B::ToSwarm>) -> Option<T>,
) -> T {
    in_time(async {
        loop {
            if let Some(found) = pick(swarm.select_next_some().await) {
                return found;
            }
        }
    })
    .await
}

async fn in_time<F: Future>(waiting: F) -> F::Output {
    match select(pin!(waiting), Timer::after(Duration::from_secs(60))).await {
        Either::Left((output, _)) => output,
        Either::Right(_) => panic!("what is waited for did not come"),
    }
}
