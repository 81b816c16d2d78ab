//! Addresses and how each is read.

use super::bounds::MAX_BYTES;
use super::*;

const P: &str = "/p2p/12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN";
const RELAY: &str = "/p2p/12D3KooW9xk7Zp1gejwfwNpfm6L9zH5NL4Bx5rm94LRYJJHJuARZ";
const HASH: &str = "/certhash/uEiAkH5a4DPGKUuOBjYw0CgwjvcJCJMD2K_1aluKR_tpevQ";

fn read(text: &str) -> Result<Destination, AddressFault> {
    let text = text.replace("/RELAY", RELAY).replace("/P", P).replace("/HASH", HASH);
    Destination::from_address(&text.parse().unwrap_or_else(|error| panic!("{text}: {error}")))
}

/// Of a name that has no text form of an address, such as one with a slash in it.
fn read_name(name: &str) -> Result<Destination, AddressFault> {
    let port = libp2p::multiaddr::Protocol::Tcp(1);
    let read = |host| Destination::from_address(&Multiaddr::from(host).with(port.clone()));
    let dns = read(libp2p::multiaddr::Protocol::Dns(name.into()));
    if !matches!(dns, Ok(Destination::Ip(_))) {
        assert_eq!(read(libp2p::multiaddr::Protocol::Dns4(name.into())), dns, "{name}");
        assert_eq!(read(libp2p::multiaddr::Protocol::Dns6(name.into())), dns, "{name}");
        assert_eq!(read(libp2p::multiaddr::Protocol::Dnsaddr(name.into())), dns, "{name}");
    }
    dns
}

#[test]
fn an_address_that_begins_with_its_only_ip_leads_there() {
    for (text, ip) in [
        ("/ip4/192.0.2.1", "192.0.2.1"),
        ("/ip4/192.0.2.1/tcp/1", "192.0.2.1"),
        ("/ip4/192.0.2.1/tcp/1/P", "192.0.2.1"),
        ("/ip4/192.0.2.1/tcp/1/ws", "192.0.2.1"),
        ("/ip4/192.0.2.1/tcp/1/x-parity-ws/%2Fip4%2F203.0.113.7/P", "192.0.2.1"),
        ("/ip4/192.0.2.1/tcp/1/wss/P", "192.0.2.1"),
        ("/ip4/192.0.2.1/tcp/1/tls/ws/P", "192.0.2.1"),
        ("/ip4/192.0.2.1/tcp/1/tls/sni/example.org/ws/P", "192.0.2.1"),
        ("/ip4/192.0.2.1/tcp/1/noise", "192.0.2.1"),
        ("/ip4/192.0.2.1/tcp/9/http/p2p-webrtc-direct/P", "192.0.2.1"),
        ("/ip4/192.0.2.1/udp/1/utp", "192.0.2.1"),
        ("/ip6/2001:db8::1/udp/1/quic", "2001:db8::1"),
        ("/ip6/2001:db8::1/udp/1/quic-v1/P", "2001:db8::1"),
        ("/ip6/2001:db8::1/udp/1/webrtc-direct", "2001:db8::1"),
        ("/ip4/192.0.2.1/udp/1/webrtc-direct/HASH/P", "192.0.2.1"),
        ("/ip4/192.0.2.1/udp/1/quic-v1/webtransport", "192.0.2.1"),
        ("/ip4/192.0.2.1/udp/1/quic-v1/webtransport/HASH/HASH/P", "192.0.2.1"),
        // The engine knows that these two are IPv4.
        ("/ip6/::ffff:192.0.2.1/tcp/1", "::ffff:192.0.2.1"),
        ("/ip6/64:ff9b::192.0.2.1/tcp/1", "64:ff9b::192.0.2.1"),
        ("/dns/192.0.2.1/tcp/1", "192.0.2.1"),
        ("/dns4/192.0.2.1/tcp/1", "192.0.2.1"),
        ("/dns6/2001:db8::1/tcp/1", "2001:db8::1"),
    ] {
        let leads_there = Ok(Destination::Ip(ip.parse().unwrap()));
        assert_eq!(read(text), leads_there, "{text}");
        assert_eq!(read(&format!("{text}{}", "/P").replace("/P/P", "/P")), leads_there, "{text}");
    }
}

#[test]
fn names_and_what_has_no_ip_are_no_ip() {
    for text in [
        "/dns/example.org/tcp/1",
        "/dns4/example.org./tcp/1/tls/ws/P",
        "/dns6/EXAMPLE.org/udp/1/quic-v1",
        "/dnsaddr/bootstrap.libp2p.io/P",
        "/dnsaddr/_x.example.org",
        "/dns4/my_service/tcp/1",
        "/dns4/xn--bcher-kva.example/tcp/1",
        "/dns4/0x.example/tcp/1",
        "/dns4/1.2.3.4.example/tcp/1",
        "/dns4/host-1/tcp/1",
        "/dns4/0xg/tcp/1",
    ] {
        assert_eq!(read(text), Ok(Destination::Name), "{text}");
    }
    for text in [
        "/memory/7",
        "/memory/7/P",
        "/memory/7/ws",
        "/unix/run.sock/P",
        "/onion/aaimaq4ygg2iegci:80",
        "/onion3/vww6ybal4bd7szmgncyruucpgfkqahzddi37ktceo3ah7ngmcopnpyyd:1234/P",
        "/garlic32/566niximlxdzpanmn4qouucvua3k7neniwss47li5r6ugoertzuq",
        // Inbound over libp2p's relay, and over transports that know of no address.
        "/P",
    ] {
        assert_eq!(read(text), Ok(Destination::NoIp), "{text}");
    }
    assert_eq!(Destination::from_address(&Multiaddr::empty()), Ok(Destination::NoIp));
}

#[test]
fn only_what_names_a_relay_before_its_circuit_is_relayed() {
    for text in [
        "/ip4/192.0.2.1/tcp/1/RELAY/p2p-circuit",
        "/ip4/192.0.2.1/tcp/1/RELAY/p2p-circuit/P",
        "/ip6/2001:db8::1/udp/1/quic-v1/webtransport/HASH/HASH/RELAY/p2p-circuit/P",
        "/dns4/example.org/tcp/1/wss/RELAY/p2p-circuit/P",
        "/memory/40/RELAY/p2p-circuit/P",
        "/RELAY/p2p-circuit/P",
        "/ip4/192.0.2.1/tcp/1/ws/RELAY/p2p-circuit/webrtc/P",
    ] {
        assert_eq!(read(text), Ok(Destination::Relayed), "{text}");
    }
    for (text, fault) in [
        ("/p2p-circuit/P", AddressFault::CircuitWithoutRelay),
        ("/p2p-circuit/ip4/192.0.2.1/tcp/1", AddressFault::CircuitWithoutRelay),
        ("/ip4/192.0.2.1/tcp/1/p2p-circuit/P", AddressFault::CircuitWithoutRelay),
        ("/ip4/192.0.2.1/RELAY/tcp/1/p2p-circuit/P", AddressFault::BehindPeer),
        ("/ip4/192.0.2.1/tcp/1/RELAY/P/p2p-circuit/P", AddressFault::BehindPeer),
        ("/ip4/192.0.2.1/tcp/1/RELAY/p2p-circuit/P/P", AddressFault::BehindPeer),
        ("/ip4/192.0.2.1/tcp/1/RELAY/p2p-circuit/P/tcp/1", AddressFault::BehindPeer),
        (
            "/ip4/192.0.2.1/tcp/1/RELAY/p2p-circuit/ip4/192.0.2.2/tcp/2/P",
            AddressFault::BehindCircuit,
        ),
        ("/ip4/192.0.2.1/tcp/1/RELAY/p2p-circuit/tcp/2/P", AddressFault::BehindCircuit),
        ("/ip4/192.0.2.1/tcp/1/RELAY/p2p-circuit/P/ip4/192.0.2.2/tcp/2", AddressFault::BehindPeer),
        ("/ip4/192.0.2.1/tcp/1/RELAY/p2p-circuit/P/p2p-circuit/P", AddressFault::NestedCircuit),
        ("/ip4/192.0.2.1/tcp/1/RELAY/p2p-circuit/p2p-circuit/P", AddressFault::NestedCircuit),
        ("/ip4/192.0.2.1/tcp/1/ip4/192.0.2.2/tcp/2/RELAY/p2p-circuit/P", AddressFault::SecondHost),
    ] {
        assert_eq!(read(text), Err(fault), "{text}");
    }
}

/// With libp2p 0.56 multiaddr knows no such protocol, so no such address can be given.
#[test]
fn an_http_path_is_a_layer_where_multiaddr_knows_it() {
    if "/http-path/x".parse::<Multiaddr>().is_err() {
        return;
    }

    let there = "/ip4/192.0.2.1/tcp/1/tls/http/http-path/a%2Fb";
    assert_eq!(read(there), Ok(Destination::Ip([192, 0, 2, 1].into())));
    assert_eq!(read(&format!("{there}/http-path/x")), Err(AddressFault::Repeated));
    assert_eq!(read("/http-path/x/ip4/127.0.0.1/tcp/2"), Err(AddressFault::NoHost));
}

#[test]
fn what_a_transport_could_read_otherwise_is_refused() {
    for (text, fault) in [
        ("/ip4/192.0.2.1/tcp/1/ip4/127.0.0.1/tcp/2", AddressFault::SecondHost),
        ("/ip4/192.0.2.1/ip4/127.0.0.1/tcp/2", AddressFault::SecondHost),
        ("/ip4/192.0.2.1/tcp/1/ip6/::1/tcp/2", AddressFault::SecondHost),
        ("/ip4/192.0.2.1/tcp/1/dns4/localhost/tcp/2", AddressFault::SecondHost),
        ("/ip4/192.0.2.1/tcp/1/dnsaddr/example.org", AddressFault::SecondHost),
        ("/dns4/localhost/tcp/1/ip4/127.0.0.1/tcp/2", AddressFault::SecondHost),
        ("/dnsaddr/example.org/ip4/127.0.0.1/tcp/2", AddressFault::SecondHost),
        ("/memory/7/ip4/127.0.0.1/tcp/2", AddressFault::SecondHost),
        ("/unix/x/ip4/127.0.0.1/tcp/2", AddressFault::SecondHost),
        ("/ip4/192.0.2.1/tcp/1/P/ip4/127.0.0.1/tcp/2", AddressFault::SecondHost),
        ("/P/ip4/127.0.0.1/tcp/2", AddressFault::HostNotFirst),
        ("/P/dns4/localhost/tcp/2", AddressFault::HostNotFirst),
        ("/tls/ip4/127.0.0.1/tcp/2", AddressFault::NoHost),
        ("/sni/x/ip4/127.0.0.1/tcp/2", AddressFault::NoHost),
        ("/tcp/1/ip4/127.0.0.1/tcp/2", AddressFault::NoHost),
        ("/tcp/1", AddressFault::NoHost),
        ("/ip6zone/eth0/ip6/fe80::1/tcp/2", AddressFault::Zone),
        ("/ip6zone/eth0/ip4/127.0.0.1/tcp/2", AddressFault::Zone),
        ("/ip6/fe80::1/ip6zone/eth0/tcp/2", AddressFault::Zone),
        ("/ip4/192.0.2.0/ipcidr/24", AddressFault::Range),
        ("/ip4/0.0.0.0/tcp/1", AddressFault::Unspecified),
        ("/ip6/::/tcp/1", AddressFault::Unspecified),
        ("/ip6/::ffff:0.0.0.0/udp/1/quic-v1", AddressFault::Unspecified),
        ("/dns4/0.0.0.0/tcp/1", AddressFault::Unspecified),
        ("/ip4/192.0.2.1/tcp/1/tcp/2", AddressFault::Repeated),
        ("/ip4/192.0.2.1/udp/1/tcp/2", AddressFault::Repeated),
        ("/ip4/192.0.2.1/tcp/1/ws/ws", AddressFault::Repeated),
        ("/ip4/192.0.2.1/tcp/1/wss/ws", AddressFault::Repeated),
        ("/ip4/192.0.2.1/udp/1/quic/quic-v1", AddressFault::Repeated),
        ("/ip4/192.0.2.1/P/tcp/1", AddressFault::BehindPeer),
        ("/ip4/192.0.2.1/tcp/1/P/P", AddressFault::BehindPeer),
        ("/ip4/192.0.2.1/tcp/1/P/ws", AddressFault::BehindPeer),
        ("/dns4/example.org/tcp/1/wss/p2p-webrtc-star/P", AddressFault::Rendezvous),
        ("/ip4/192.0.2.1/tcp/1/ws/p2p-websocket-star/P", AddressFault::Rendezvous),
        ("/ip4/192.0.2.1/tcp/1/p2p-stardust/P", AddressFault::Rendezvous),
        ("/dns4/2001:db8::1/tcp/1", AddressFault::Name),
        ("/dns6/192.0.2.1/tcp/1", AddressFault::Name),
        ("/dnsaddr/192.0.2.1", AddressFault::Name),
    ] {
        assert_eq!(read(text), Err(fault), "{text}");
    }
}

#[test]
fn a_name_that_some_resolver_could_take_for_something_else_is_refused() {
    for name in [
        "",
        ".",
        "a..",
        "127.1",
        "127.0.0.1.",
        "0x7f000001",
        "0X7F.1",
        "017700000001",
        "2130706433",
        "example.1",
        "example.0x1",
        "1.0x",
        "fe80::1%eth0",
        "[::1]",
        "a b",
        "a/ip4/127.0.0.1",
        "a\n",
        "a\0",
        "１２７.０.０.１",
        "bücher.example",
        "user@host",
        "host:80",
    ] {
        assert_eq!(read_name(name), Err(AddressFault::Name), "{name}");
    }
    let longest = ["a".repeat(63).as_str(); 4].join(".")[..253].to_owned();
    assert_eq!(read_name(&longest), Ok(Destination::Name));
    assert_eq!(read_name(&format!("{longest}.")), Ok(Destination::Name));
    assert_eq!(read_name(&format!("{longest}a")), Err(AddressFault::Name));
}

#[test]
fn what_is_kept_is_short_leads_somewhere_and_can_be_printed() {
    let ip = "/ip4/192.0.2.1/tcp/1";
    let path = |bytes: usize| format!("{ip}/x-parity-ws/{}", "a".repeat(bytes));
    // Protocol number and length of the path take two bytes each, IP and port eight.
    let longest = path(MAX_BYTES - 12);

    for text in [ip, longest.as_str()] {
        assert!(is_kept(&text.parse().unwrap()), "{text}");
    }
    for text in [
        path(MAX_BYTES - 11),
        format!("{ip}/ip4/127.0.0.1/tcp/2"),
        format!("{ip}/tls/sni/x\ny"),
        format!("{ip}/tls/sni/x\u{202e}y"),
        format!("{ip}/x-parity-ws/%0A\\n"),
    ] {
        assert!(!is_kept(&text.parse().unwrap()), "{text}");
    }

    let (short, long) = (longest.parse().unwrap(), path(3_800).parse().unwrap());
    assert_eq!(shortened(&short), short);
    assert_eq!(shortened(&long), ip.parse().unwrap());
}
