//! Listeners: where, how many, and their end.

use std::collections::BTreeSet;
use std::io::{ErrorKind, Read};
use std::net::{IpAddr, SocketAddr, TcpStream};

use futures::StreamExt;
use if_watch::IfEvent;
use if_watch::smol::IfWatcher;
use libp2p::core::transport::{ListenerId, PortUse, Transport as _, TransportError};
use smol::block_on;

use crate::node::{Event, Node, any_port, in_time, loopbacks, multiaddr, socket};

#[test]
fn port_0_is_a_port_that_the_system_picks() {
    block_on(async {
        for ip in loopbacks() {
            let at = Node::new().listening(ip).await;

            assert_eq!(at.ip().to_string(), ip);
            assert_ne!(at.port(), 0);
        }
    });
}

#[test]
fn every_address_of_an_interface_is_announced_and_leads_here() {
    block_on(async {
        for (any, loopback) in [("0.0.0.0", "127.0.0.1"), ("::", "::1")] {
            if !loopbacks().contains(&loopback) {
                continue;
            }
            let mut expected = addresses_until(loopback.parse().unwrap()).await;
            let mut node = Node::new();
            let id = node.listen(&any_port(any));

            let mut ports = BTreeSet::new();
            while !expected.is_empty() {
                let Event::NewAddress { listener_id, listen_addr } = node.event().await else {
                    panic!("not an address");
                };
                assert_eq!(listener_id, id);
                let announced = socket(&listen_addr);
                assert!(!announced.ip().is_unspecified());
                expected.remove(&announced.ip());
                ports.insert(announced.port());
            }
            let [port] = Vec::from_iter(ports)[..] else {
                panic!("one port for all");
            };
            let at = SocketAddr::new(loopback.parse().unwrap(), port);
            assert_ne!(port, 0);
            let dialled = Node::new().dial(at, PortUse::New).await.unwrap();
            // There may be still more interfaces.
            let local = loop {
                match node.event().await {
                    Event::Incoming { send_back_addr, local_addr, .. } => {
                        assert_eq!(socket(&send_back_addr), dialled.local_addr().unwrap());
                        break socket(&local_addr);
                    }
                    Event::NewAddress { .. } => {}
                    event => panic!("{event:?}"),
                }
            };
            assert_eq!(local, at);
        }
    });
}

#[test]
fn ipv4_and_ipv6_are_listened_on_separately_at_the_same_port() {
    if loopbacks().len() < 2 {
        return;
    }
    block_on(async {
        let mut node = Node::new();
        node.listen(&any_port("::"));
        let port = loop {
            if let Event::NewAddress { listen_addr, .. } = node.event().await {
                break socket(&listen_addr).port();
            }
        };

        // The one is not the other.
        let refused = TcpStream::connect(("127.0.0.1", port)).unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::ConnectionRefused);
        assert!(TcpStream::connect(("::1", port)).is_ok());

        node.listen(&format!("/ip4/0.0.0.0/tcp/{port}"));
        assert!(TcpStream::connect(("127.0.0.1", port)).is_ok());
    });
}

#[test]
fn the_same_address_can_be_listened_at_twice() {
    block_on(async {
        let mut node = Node::new();
        let at = node.listening("127.0.0.1").await;

        let id = node.listen(&multiaddr(at).to_string());

        let Event::NewAddress { listener_id, listen_addr } = node.event().await else {
            panic!("not an address");
        };
        assert_eq!((listener_id, socket(&listen_addr)), (id, at));
    });
}

#[test]
fn a_port_that_somebody_else_has_is_refused() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = multiaddr(taken.local_addr().unwrap());

    let refused = Node::new().tcp.listen_on(ListenerId::next(), address);

    let Err(TransportError::Other(error)) = refused else {
        panic!("{refused:?}");
    };
    assert_eq!(error.kind(), ErrorKind::AddrInUse);
}

#[test]
fn what_is_no_tcp_address_is_not_listened_at() {
    for address in [
        "/ip4/127.0.0.1/tcp/12345/tcp/12345",
        "/ip4/127.0.0.1/udp/0/quic-v1",
        "/ip4/127.0.0.1/tcp/0/ws",
        "/dns4/localhost/tcp/0",
        "/memory/1",
    ] {
        let refused = Node::new().tcp.listen_on(ListenerId::next(), address.parse().unwrap());
        let Err(TransportError::MultiaddrNotSupported(refused)) = refused else {
            panic!("{refused:?}");
        };
        assert_eq!(refused.to_string(), address);
    }
}

#[test]
fn a_listener_that_is_removed_says_so_and_the_others_go_on() {
    block_on(async {
        let mut node = Node::new();
        let id = node.listen("/ip4/127.0.0.1/tcp/0");
        let Event::NewAddress { listen_addr, .. } = node.event().await else {
            panic!("not an address");
        };
        let other = node.listening("127.0.0.1").await;

        assert!(node.tcp.remove_listener(id));
        // At once, and not when the event is seen.
        let refused = TcpStream::connect(socket(&listen_addr)).unwrap_err();
        let closed = node.event().await;

        assert_eq!(refused.kind(), ErrorKind::ConnectionRefused);
        let Event::ListenerClosed { listener_id, reason: Ok(()) } = closed else {
            panic!("{closed:?}");
        };
        assert_eq!(listener_id, id);
        assert!(!node.tcp.remove_listener(id));
        assert!(!node.tcp.remove_listener(ListenerId::next()));
        let dialled = TcpStream::connect(other).unwrap();
        assert_eq!(node.incoming().await.remote, dialled.local_addr().unwrap());
    });
}

#[test]
fn a_listener_can_be_removed_before_it_was_ever_polled() {
    block_on(async {
        let mut node = Node::new();
        let id = node.listen("/ip4/127.0.0.1/tcp/0");

        assert!(node.tcp.remove_listener(id));

        assert!(matches!(
            node.event().await,
            Event::ListenerClosed { listener_id, reason: Ok(()) } if listener_id == id
        ));
    });
}

#[test]
fn who_waits_for_the_transport_is_woken_by_what_is_done_to_it() {
    block_on(async {
        let node = std::sync::Arc::new(smol::lock::Mutex::new(Node::new()));
        let (told, waits) = smol::channel::unbounded();
        let waiting = smol::spawn({
            let node = node.clone();
            async move {
                for _ in 0..2 {
                    let event = std::future::poll_fn(|cx| {
                        let Some(mut node) = node.try_lock() else {
                            cx.waker().wake_by_ref();
                            return std::task::Poll::Pending;
                        };
                        let polled = std::pin::Pin::new(&mut node.tcp).poll(cx);
                        if polled.is_pending() {
                            told.try_send(()).unwrap();
                        }
                        polled
                    });
                    drop(event.await);
                }
            }
        });

        in_time(waits.recv()).await.unwrap();
        let id = node.lock().await.listen("/ip4/127.0.0.1/tcp/0");
        in_time(waits.recv()).await.unwrap();
        assert!(node.lock().await.tcp.remove_listener(id));

        in_time(waiting).await;
    });
}

#[test]
fn no_more_connections_are_accepted_than_are_asked_for() {
    block_on(async {
        let mut node = Node::new();
        let at = node.listening("127.0.0.1").await;
        let mut callers: Vec<_> = (0..5).map(|_| TcpStream::connect(at).unwrap()).collect();

        let first = node.incoming().await;
        drop(node);

        // The system throws out whom nobody has accepted; an accepted one sees an orderly end.
        assert_eq!(first.remote, callers[0].local_addr().unwrap());
        drop(first);
        assert_eq!(callers[0].read(&mut [0; 8]).unwrap(), 0);
        for caller in &mut callers[1..] {
            assert_eq!(caller.read(&mut [0; 8]).unwrap_err().kind(), ErrorKind::ConnectionReset);
        }
    });
}

/// Addresses of this machine's of the same family as `last`, up to and with that one.
async fn addresses_until(last: IpAddr) -> BTreeSet<IpAddr> {
    let mut watcher = IfWatcher::new().unwrap();
    let mut addresses = BTreeSet::new();
    while !addresses.contains(&last) {
        if let IfEvent::Up(net) = in_time(watcher.select_next_some()).await.unwrap()
            && net.addr().is_ipv4() == last.is_ipv4()
        {
            addresses.insert(net.addr());
        }
    }
    addresses
}
