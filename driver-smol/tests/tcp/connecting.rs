//! Dials and what goes over a connection.

use std::io::{ErrorKind, IoSlice};
use std::net::TcpListener;

use futures::future::join;
use futures::{AsyncReadExt, AsyncWriteExt};
use libp2p::core::Endpoint;
use libp2p::core::transport::{DialOpts, PortUse, Transport as _, TransportError};
use peerwarden_smol::tcp::TcpStream;
use smol::block_on;

use crate::node::{Node, in_time, loopbacks, multiaddr};

#[test]
fn dialer_and_listener_talk_with_each_other() {
    block_on(async {
        for ip in loopbacks() {
            let (mut one, mut other) = (Node::new(), Node::new());
            let at = other.listening(ip).await;

            let (dialled, incoming) = join(one.dial(at, PortUse::New), other.incoming()).await;
            let (mut here, mut there) = (dialled.unwrap(), incoming.stream);

            assert_eq!(incoming.local, at);
            assert_eq!(incoming.remote, here.local_addr().unwrap());
            assert_eq!(here.peer_addr().unwrap(), at);
            assert_eq!(there.peer_addr().unwrap(), incoming.remote);
            assert_eq!(exchange(&mut here, &mut there, b"ping").await, b"ping");
            assert_eq!(exchange(&mut there, &mut here, b"pong").await, b"pong");
        }
    });
}

#[test]
fn more_than_any_buffer_holds_arrives_as_it_was_sent() {
    block_on(async {
        let (mut here, mut there) = connected().await;
        let sent: Vec<u8> = (0..20_000_000_u32).map(|n| n.to_le_bytes()[1]).collect();

        let sending = async {
            let (mut head, tail) = sent.split_at(1_000);
            while !head.is_empty() {
                let parts = [IoSlice::new(head), IoSlice::new(tail)];
                let taken = here.write_vectored(&parts).await.unwrap();
                if taken >= head.len() {
                    here.write_all(&tail[taken - head.len()..]).await.unwrap();
                    break;
                }
                head = &head[taken..];
            }
            here.close().await.unwrap();
        };
        let receiving = async {
            let mut received = Vec::new();
            there.read_to_end(&mut received).await.unwrap();
            received
        };
        let ((), received) = in_time(join(sending, receiving)).await;

        assert!(received == sent, "{} of {} bytes", received.len(), sent.len());
    });
}

#[test]
fn who_closes_says_so_and_can_still_be_answered() {
    block_on(async {
        let (mut here, mut there) = connected().await;

        here.close().await.unwrap();

        assert_eq!(in_time(there.read(&mut [0; 8])).await.unwrap(), 0);
        assert_eq!(exchange(&mut there, &mut here, b"bye").await, b"bye");
        there.close().await.unwrap();
        assert_eq!(in_time(here.read(&mut [0; 8])).await.unwrap(), 0);
        // Nobody is there any more, and that is no error.
        drop(there);
        here.close().await.unwrap();
    });
}

#[test]
fn where_nobody_listens_a_dial_fails() {
    block_on(async {
        for ip in loopbacks() {
            let nobody = TcpListener::bind((ip, 0)).unwrap().local_addr().unwrap();

            let error = Node::new().dial(nobody, PortUse::Reuse).await.unwrap_err();

            assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
        }
    });
}

#[test]
fn a_dial_that_nobody_polls_connects_to_nobody() {
    block_on(async {
        let (mut one, mut other) = (Node::new(), Node::new());
        let at = other.listening("127.0.0.1").await;

        let idle = one.dial(at, PortUse::New);
        let (dialled, incoming) = join(one.dial(at, PortUse::New), other.incoming()).await;

        assert_eq!(incoming.remote, dialled.unwrap().local_addr().unwrap());
        drop(idle);
    });
}

#[test]
fn an_address_that_nobody_can_be_at_is_not_dialled() {
    for address in [
        "/ip4/127.0.0.1/tcp/0",
        "/ip4/0.0.0.0/tcp/1",
        "/ip6/::/tcp/1",
        "/ip4/127.0.0.1/udp/1/quic-v1",
        "/ip4/127.0.0.1/tcp/1/ws",
        "/dns4/localhost/tcp/1",
    ] {
        let opts = DialOpts { role: Endpoint::Dialer, port_use: PortUse::Reuse };
        let refused = match Node::new().tcp.dial(address.parse().unwrap(), opts) {
            Err(TransportError::MultiaddrNotSupported(refused)) => refused.to_string(),
            Err(TransportError::Other(error)) => panic!("{error}"),
            Ok(_) => panic!("{address} is dialled"),
        };
        assert_eq!(refused, address);
    }
}

#[test]
fn who_is_expected_at_an_address_is_not_its_business() {
    block_on(async {
        let mut other = Node::new();
        let at = other.listening("127.0.0.1").await;
        let address = multiaddr(at).with_p2p(libp2p::PeerId::random()).unwrap();
        let opts = DialOpts { role: Endpoint::Dialer, port_use: PortUse::New };

        let dial = Node::new().tcp.dial(address, opts).unwrap();

        assert_eq!(in_time(dial).await.unwrap().peer_addr().unwrap(), at);
    });
}

/// Two ends of one connection.
pub(crate) async fn connected() -> (TcpStream, TcpStream) {
    let (mut one, mut other) = (Node::new(), Node::new());
    let at = other.listening("127.0.0.1").await;
    let (dialled, incoming) = join(one.dial(at, PortUse::New), other.incoming()).await;
    (dialled.unwrap(), incoming.stream)
}

/// What arrives of what is sent.
pub(crate) async fn exchange(from: &mut TcpStream, to: &mut TcpStream, bytes: &[u8]) -> Vec<u8> {
    let mut received = vec![0; bytes.len()];
    from.write_all(bytes).await.unwrap();
    from.flush().await.unwrap();
    in_time(to.read_exact(&mut received)).await.unwrap();
    received
}
