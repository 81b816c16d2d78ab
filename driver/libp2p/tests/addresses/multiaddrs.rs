//! Addresses of every kind: those that are used, and what a stranger could make of them.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use libp2p::multiaddr::{Onion3Addr, Protocol};
use libp2p::{Multiaddr, PeerId};
use proptest::collection::vec;
use proptest::prelude::{Just, Strategy, any};
use proptest::prop_oneof;
use proptest::sample::{Index, select};
use proptest::strategy::BoxedStrategy;

use crate::runtime::NAMES;
use crate::sockets::IPV4;

type Part = Protocol<'static>;

/// Addresses in which every host is this machine and every port, if it is none, is `port`.
pub(crate) fn multiaddr(port: u16) -> impl Strategy<Value = Multiaddr> {
    let rarely = vec(part(port), 0..3);
    let nested = (rarely.clone(), usual(port), rarely).prop_map(|(a, b, c)| [a, b, c].concat());
    let doubled = (usual(port), usual(port)).prop_map(|(a, b)| [a, b].concat());
    let inserted = (usual(port), part(port), any::<Index>()).prop_map(|(mut parts, part, at)| {
        parts.insert(at.index(parts.len() + 1), part);
        parts
    });
    let anything = vec(part(port), 0..7);
    let parts = prop_oneof![
        3 => usual(port),
        3 => nested,
        2 => doubled,
        3 => inserted,
        1 => anything,
    ];
    parts.prop_map(|parts| parts.into_iter().collect())
}

/// What honest nodes announce and dial.
fn usual(port: u16) -> BoxedStrategy<Vec<Part>> {
    let tcp = || Just(Protocol::Tcp(port));
    let over = |parts: &[Part]| Just(parts.to_vec());
    let websocket = prop_oneof![
        over(&[Protocol::Ws("/".into())]),
        over(&[Protocol::Wss("/".into())]),
        over(&[Protocol::Tls, Protocol::Ws("/".into())]),
        over(&[Protocol::Tls, Protocol::Sni("localhost".into()), Protocol::Ws("/".into())]),
    ];
    let peer = || prop_oneof![Just(None), peer().prop_map(Some)];
    let direct = prop_oneof![
        4 => (host(), tcp(), peer()).prop_map(|(host, tcp, peer)| {
            [host, tcp].into_iter().chain(peer).collect::<Vec<_>>()
        }),
        2 => (host(), tcp(), websocket, peer()).prop_map(|(host, tcp, websocket, peer)| {
            [host, tcp].into_iter().chain(websocket).chain(peer).collect()
        }),
        1 => (host(), peer()).prop_map(move |(host, peer)| {
            [host, Protocol::Udp(port), Protocol::QuicV1].into_iter().chain(peer).collect()
        }),
        1 => (Just(Protocol::Memory(7)), peer()).prop_map(|(memory, peer)| {
            [memory].into_iter().chain(peer).collect()
        }),
    ];
    let relayed = (host(), tcp(), self::peer(), peer()).prop_map(|(host, tcp, relay, peer)| {
        [host, tcp, relay, Protocol::P2pCircuit].into_iter().chain(peer).collect()
    });
    prop_oneof![4 => direct, 1 => relayed].boxed()
}

fn host() -> BoxedStrategy<Part> {
    let name = select(NAMES);
    prop_oneof![
        4 => select(&IPV4[..]).prop_map(Protocol::Ip4),
        1 => Just(Protocol::Ip6(Ipv6Addr::LOCALHOST)),
        1 => select(&IPV4[..]).prop_map(|ip| Protocol::Ip6(ip.to_ipv6_mapped())),
        1 => select(&NOWHERE[..]).prop_map(Protocol::from),
        1 => name.clone().prop_map(|name| Protocol::Dns(name.into())),
        1 => name.clone().prop_map(|name| Protocol::Dns4(name.into())),
        1 => name.prop_map(|name| Protocol::Dns6(name.into())),
    ]
    .boxed()
}

fn peer() -> impl Strategy<Value = Part> + Clone {
    const IDS: &[&str] = &[
        "12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN",
        "12D3KooW9xk7Zp1gejwfwNpfm6L9zH5NL4Bx5rm94LRYJJHJuARZ",
    ];
    select(IDS).prop_map(|id| Protocol::P2p(id.parse::<PeerId>().unwrap()))
}

/// What listens everywhere and some systems connect to themselves for.
const NOWHERE: [IpAddr; 3] = [
    IpAddr::V4(Ipv4Addr::UNSPECIFIED),
    IpAddr::V6(Ipv6Addr::UNSPECIFIED),
    IpAddr::V6(Ipv4Addr::UNSPECIFIED.to_ipv6_mapped()),
];

/// Any protocol that multiaddr knows.
fn part(port: u16) -> BoxedStrategy<Part> {
    prop_oneof![
        4 => host(),
        2 => Just(Protocol::Tcp(port)),
        1 => peer(),
        4 => select(others(port)),
    ]
    .boxed()
}

/// One of each protocol that is no host, and none that leads to another machine.
fn others(port: u16) -> Vec<Part> {
    let text = "certhash/uEiAkH5a4DPGKUuOBjYw0CgwjvcJCJMD2K_1aluKR_tpevQ";
    let certificate: Multiaddr = format!("/{text}").parse().unwrap();
    // Multiaddr knows no such protocol with libp2p 0.56.
    let path = "/http-path/%2Fip4%2F127.0.0.5%2Ftcp%2F1".parse::<Multiaddr>().ok();
    let path = path.and_then(|path| path.iter().next().map(Protocol::acquire));
    let mut others = vec![
        certificate.iter().next().unwrap().acquire(),
        Protocol::Dccp(port),
        Protocol::Dnsaddr("localhost".into()),
        Protocol::Garlic32(vec![7; 35].into()),
        Protocol::Garlic64(vec![7; 386].into()),
        Protocol::Http,
        Protocol::Https,
        Protocol::Ip6zone("lo".into()),
        Protocol::Ipcidr(8),
        Protocol::Memory(7),
        Protocol::Noise,
        Protocol::Onion(std::borrow::Cow::Owned([7; 10]), port),
        Protocol::Onion3(Onion3Addr::from(([7; 35], port))),
        Protocol::P2pCircuit,
        Protocol::P2pStardust,
        Protocol::P2pWebRtcDirect,
        Protocol::P2pWebRtcStar,
        Protocol::P2pWebSocketStar,
        Protocol::Quic,
        Protocol::QuicV1,
        Protocol::Sctp(port),
        Protocol::Sni("localhost".into()),
        Protocol::Tcp(0),
        Protocol::Tls,
        Protocol::Udp(port),
        Protocol::Udt,
        Protocol::Unix("/run/socket".into()),
        Protocol::Utp,
        Protocol::WebRTC,
        Protocol::WebRTCDirect,
        Protocol::WebTransport,
        Protocol::Ws("/".into()),
        Protocol::Ws("/ip4/127.0.0.5/tcp/1".into()),
        Protocol::Wss("/".into()),
    ];
    others.extend(path);
    others
}
