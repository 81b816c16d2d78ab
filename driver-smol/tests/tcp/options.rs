//! Tests that options reach the sockets.

use std::time::Duration;

use futures::future::join;
use libp2p::core::transport::{ListenerId, PortUse, Transport as _, TransportError};
use peerwarden_smol::tcp::{Config, TcpStream};
use smol::block_on;
use socket2::SockRef;

use crate::node::{Node, loopbacks};

#[test]
fn small_writes_are_sent_at_once_unless_they_shall_not_be() {
    block_on(async {
        for (config, nodelay) in [
            (Config::default(), true),
            (Config::new(), true),
            (Config::default().nodelay(true), true),
            (Config::default().nodelay(false), false),
        ] {
            let ends = ends(&config, "127.0.0.1").await;

            assert_eq!(ends.map(|end| end.get_ref().nodelay().unwrap()), [nodelay; 2]);
        }
    });
}

#[test]
fn a_ttl_is_that_of_every_packet_in_both_families() {
    block_on(async {
        for ip in loopbacks() {
            let [dialled, _] = ends(&Config::default().ttl(7), ip).await;

            let socket = SockRef::from(dialled.get_ref());
            let ttl = if ip == "::1" { socket.unicast_hops_v6() } else { socket.ttl_v4() };
            assert_eq!(ttl.unwrap(), 7);
        }
    });
}

#[test]
fn a_ttl_that_the_system_does_not_take_is_refused() {
    let mut node = Node::with(Config::default().ttl(1_000));
    let address = "/ip4/127.0.0.1/tcp/0".parse().unwrap();

    let refused = node.tcp.listen_on(ListenerId::next(), address);

    assert!(matches!(refused, Err(TransportError::Other(_))), "{refused:?}");
}

#[test]
fn lingering_is_off_unless_it_is_asked_for() {
    block_on(async {
        for linger in [None, Some(Duration::ZERO)] {
            let [dialled, _] = ends(&Config::default().linger(linger), "127.0.0.1").await;

            assert_eq!(SockRef::from(dialled.get_ref()).linger().unwrap(), linger);
        }
    });
}

/// The system completes so many connections that nobody accepts, and one more.
#[cfg(target_os = "linux")]
#[test]
fn so_many_wait_to_be_accepted_as_the_backlog_says() {
    block_on(async {
        let mut node = Node::with(Config::default().listen_backlog(1));
        let at = node.listening("127.0.0.1").await;
        let timeout = Duration::from_millis(500);

        let callers: Vec<_> =
            (0..3).map(|_| std::net::TcpStream::connect_timeout(&at, timeout)).collect();

        assert_eq!(callers.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, true, false]);
    });
}

/// The dialling and the accepted end of one connection.
async fn ends(config: &Config, ip: &str) -> [TcpStream; 2] {
    let (mut one, mut other) = (Node::with(config.clone()), Node::with(config.clone()));
    let at = other.listening(ip).await;
    let (dialled, incoming) = join(one.dial(at, PortUse::New), other.incoming()).await;
    [dialled.unwrap(), incoming.stream]
}
