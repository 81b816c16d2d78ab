//! Addresses of honest connections, as transports announce them.

use std::net::{IpAddr, Ipv4Addr};

use futures::StreamExt;
use futures::future::{Either, select};
use libp2p::core::Endpoint;
use libp2p::core::transport::{
    Boxed, DialOpts, ListenerId, MemoryTransport, PortUse, TransportEvent,
};
use libp2p::identity::Keypair;
use libp2p::{Multiaddr, Transport, websocket};

use crate::judge::{Judge, Reading};
use crate::runtime;

#[test]
fn no_honest_connection_is_refused_at_either_end() {
    let judge = Judge::new();
    let here = Reading::Ip(IpAddr::V4(Ipv4Addr::LOCALHOST));
    let (tcp, websocket) = ("/ip4/127.0.0.1/tcp/0", "/ip4/127.0.0.1/tcp/0/ws");
    let mut all: Vec<(Make, &str, Reading)> = vec![
        (|| runtime::tcp().map(|_, _| ()).boxed(), tcp, here),
        (|| runtime::resolving(runtime::tcp()).map(|_, _| ()).boxed(), tcp, here),
        (|| websocket::Config::new(runtime::tcp()).map(|_, _| ()).boxed(), websocket, here),
        (|| MemoryTransport::new().map(|_, _| ()).boxed(), "/memory/0", Reading::NoIp),
    ];
    if runtime::HAS_QUIC {
        all.push((quic, "/ip4/127.0.0.1/udp/0/quic-v1", here));
    }

    for (make, listen, expected) in all {
        let (dialled, sent_back) = runtime::block_on(connect(make, listen.parse().unwrap()));
        assert_eq!(judge.read(&dialled), expected, "{dialled}");
        assert_eq!(judge.read(&sent_back), expected, "{sent_back}");
    }
}

/// Forms of transports that are not tried above: those of browsers, of other implementations, and of
/// libp2p's WebRTC, relays and encrypted WebSockets.
#[test]
fn no_form_that_a_transport_has_for_its_peers_is_refused() {
    const PEER: &str = "/p2p/12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN";
    const HASH: &str = "/certhash/uEiAkH5a4DPGKUuOBjYw0CgwjvcJCJMD2K_1aluKR_tpevQ";
    let (judge, ip) = (Judge::new(), Reading::Ip([192, 0, 2, 1].into()));
    let onion = "/onion3/vww6ybal4bd7szmgncyruucpgfkqahzddi37ktceo3ah7ngmcopnpyyd:1234";
    for (form, expected) in [
        (PEER, Reading::NoIp),
        (onion, Reading::NoIp),
        ("/unix/socket", Reading::NoIp),
        ("/ip4/192.0.2.1/tcp/1/wss", ip),
        ("/ip4/192.0.2.1/tcp/1/tls/ws", ip),
        ("/ip4/192.0.2.1/udp/1/webrtc-direct", ip),
        ("/ip4/192.0.2.1/udp/1/quic", ip),
        ("/dns4/example.org/tcp/443/tls/sni/example.org/ws", Reading::NoIp),
        ("/dnsaddr/bootstrap.libp2p.io", Reading::NoIp),
    ] {
        assert_eq!(judge.read(&form.parse().unwrap()), expected, "{form}");
    }
    assert_eq!(judge.read(&Multiaddr::empty()), Reading::NoIp);
    for direct in
        ["/ip4/192.0.2.1/udp/1/webrtc-direct", "/ip4/192.0.2.1/udp/1/quic-v1/webtransport"]
    {
        for tail in [HASH.to_owned(), format!("{HASH}{HASH}"), format!("{HASH}{PEER}")] {
            let form = format!("{direct}{tail}");
            assert_eq!(judge.read(&form.parse().unwrap()), ip, "{form}");
        }
        for tail in ["", PEER, "/webrtc", &format!("/webrtc{PEER}")] {
            let form = format!("{direct}{HASH}{PEER}/p2p-circuit{tail}");
            assert_eq!(judge.read(&form.parse().unwrap()), Reading::NoIp, "{form}");
        }
    }
}

type Make = fn() -> Boxed<()>;

fn quic() -> Boxed<()> {
    let quic = runtime::quic(&Keypair::generate_ed25519()).unwrap();
    Transport::map(quic, |_, _| ()).boxed()
}

/// Connects two transports; what the one dialled and what the other was told of it.
async fn connect(make: Make, listen: Multiaddr) -> (Multiaddr, Multiaddr) {
    let (mut listener, mut dialer) = (make(), make());
    listener.listen_on(ListenerId::next(), listen).unwrap();
    let TransportEvent::NewAddress { listen_addr, .. } = listener.select_next_some().await else {
        panic!("does not listen");
    };
    let opts = DialOpts { role: Endpoint::Dialer, port_use: PortUse::New };
    let dial = dialer.dial(listen_addr.clone(), opts).unwrap();
    let incoming = match select(listener.select_next_some(), dial).await {
        Either::Left((event, _)) => event,
        Either::Right((_, incoming)) => incoming.await,
    };
    let TransportEvent::Incoming { send_back_addr, .. } = incoming else {
        panic!("{incoming:?}");
    };
    (listen_addr, send_back_addr)
}
