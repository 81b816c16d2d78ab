//! The admin API of a swarm on Tokio.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test may panic, helpers included")]
#![expect(clippy::wildcard_enum_match_arm, reason = "tests wait for one event among many")]

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::time::Duration;

use futures::StreamExt;
use libp2p::swarm::{NetworkBehaviour, Swarm, SwarmEvent, dummy};
use libp2p::{SwarmBuilder, noise, tcp, yamux};
use peerwarden_host::admin::{Admin, AdminOptions};
use peerwarden_tokio::{CloseTimeout, Config, Denied, StaticPeer, guard};
use tokio::time::timeout;

#[tokio::test]
async fn an_operator_disconnects_bans_and_lets_in_over_the_socket() {
    let mut node = swarm(guard(Config::default(), dummy::Behaviour));
    let mut peer = swarm(dummy::Behaviour);
    let (id, addr) = (*peer.local_peer_id(), listen(&mut node).await);
    let directory = tempfile::tempdir().unwrap();
    let options = AdminOptions::<StaticPeer>::new(directory.path().join("data"));
    let admin = Admin::start(&node.behaviour().handle(), options).unwrap();
    let socket = admin.socket().to_owned();
    peer.dial(addr.clone()).unwrap();
    tokio::spawn(async move {
        loop {
            if let SwarmEvent::ConnectionClosed { .. }
            | SwarmEvent::OutgoingConnectionError { .. } = peer.select_next_some().await
            {
                peer.dial(addr.clone()).unwrap();
            }
        }
    });
    let connected =
        |event: &SwarmEvent<_>| matches!(event, SwarmEvent::ConnectionEstablished { .. });
    let closed = |event: &SwarmEvent<_>| matches!(event, SwarmEvent::ConnectionClosed { .. });

    until(&mut node, connected).await;
    let shown = ask(&socket, "GET", &format!("/v1/peers/{id}"), "", "").await;
    assert!(shown.contains("\"connected\":true"), "{shown}");

    ask(&socket, "POST", &format!("/v1/peers/{id}/disconnect"), "", "").await;
    until(&mut node, closed).await;
    until(&mut node, connected).await;

    let order = "{\"for\":\"1h\",\"note\":\"spam\"}";
    let banned = ask(&socket, "PUT", &format!("/v1/bans/{id}"), "application/json", order).await;
    assert!(banned.contains("1 peer is disconnected; note: \\\"spam\\\""), "{banned}");
    until(&mut node, closed).await;
    until(&mut node, |event| match event {
        SwarmEvent::IncomingConnectionError { error, .. } => {
            Denied::from_listen_error(error).is_some()
        }
        _ => false,
    })
    .await;

    ask(&socket, "DELETE", &format!("/v1/bans/{id}"), "", "").await;
    until(&mut node, connected).await;

    // Settings name static peers by multiaddresses here.
    let text = format!("protect = [\"/ip4/192.0.2.1/tcp/1/p2p/{id}\"]");
    let would = ask(&socket, "PUT", "/v1/policy?dry_run", "application/toml", &text).await;
    assert!(would.contains("\"at_next_start\":[\"protect\"]"), "{would}");
}

fn swarm<B: NetworkBehaviour>(behaviour: B) -> Swarm<B> {
    let close_timeout = Duration::from_secs(10);
    SwarmBuilder::with_new_identity()
        .with_tokio()
        .with_tcp(tcp::Config::default(), noise::Config::new, || {
            CloseTimeout::new(yamux::Config::default(), close_timeout)
        })
        .unwrap()
        .with_behaviour(|_| behaviour)
        .unwrap()
        .with_swarm_config(|config| config.with_idle_connection_timeout(Duration::from_secs(60)))
        .build()
}

async fn listen<B: NetworkBehaviour>(swarm: &mut Swarm<B>) -> libp2p::Multiaddr {
    swarm.listen_on("/ip4/127.0.0.1/tcp/0".parse().unwrap()).unwrap();
    loop {
        if let SwarmEvent::NewListenAddr { address, .. } = swarm.select_next_some().await {
            return address;
        }
    }
}

async fn until<B: NetworkBehaviour>(
    swarm: &mut Swarm<B>,
    is_it: impl Fn(&SwarmEvent<B::ToSwarm>) -> bool,
) {
    let wait = async { while !is_it(&swarm.select_next_some().await) {} };
    timeout(Duration::from_secs(30), wait).await.unwrap();
}

/// Asks as a program of its own would, while the swarm is not polled: the API needs nothing of it.
async fn ask(socket: &Path, method: &str, path: &str, of_type: &str, body: &str) -> String {
    let request = format!(
        "{method} {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-type: {of_type}\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    );
    let socket: PathBuf = socket.to_owned();
    let answer = tokio::task::spawn_blocking(move || {
        let mut stream = UnixStream::connect(socket).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    });
    let answer = answer.await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    answer
}
