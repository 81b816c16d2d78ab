//! Conversion between multiaddresses and socket addresses.

use std::net::{IpAddr, SocketAddr};

use libp2p::Multiaddr;
use libp2p::multiaddr::Protocol;

/// Where `address` leads over TCP and nothing else; `None` if it says anything that this cannot do.
pub(crate) fn socket_of(address: &Multiaddr) -> Option<SocketAddr> {
    let mut parts = address.iter();
    let (Some(ip), Protocol::Tcp(port)) = (ip_of(&parts.next()?), parts.next()?) else {
        return None;
    };
    // Who is expected there is for others to check.
    parts.all(|part| matches!(part, Protocol::P2p(_))).then_some(SocketAddr::new(ip, port))
}

#[expect(clippy::wildcard_enum_match_arm, reason = "no other protocol will ever be an IP")]
fn ip_of(part: &Protocol<'_>) -> Option<IpAddr> {
    match part {
        Protocol::Ip4(ip) => Some((*ip).into()),
        Protocol::Ip6(ip) => Some((*ip).into()),
        _ => None,
    }
}

/// How libp2p writes `socket`.
pub(crate) fn multiaddr_of(socket: SocketAddr) -> Multiaddr {
    Multiaddr::from(socket.ip()).with(Protocol::Tcp(socket.port()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PEER: &str = "/p2p/12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN";

    fn read(address: &str) -> Option<String> {
        socket_of(&address.parse().unwrap()).map(|socket| socket.to_string())
    }

    #[test]
    fn an_ip_and_a_port_lead_somewhere_with_or_without_a_peer() {
        let one = |address: &str, socket: &str| {
            assert_eq!(read(address).as_deref(), Some(socket));
            assert_eq!(read(&format!("{address}{PEER}")).as_deref(), Some(socket));
            assert_eq!(multiaddr_of(socket.parse().unwrap()), address.parse().unwrap());
        };

        one("/ip4/127.0.0.1/tcp/12345", "127.0.0.1:12345");
        one("/ip4/255.255.255.255/tcp/8080", "255.255.255.255:8080");
        one("/ip4/0.0.0.0/tcp/0", "0.0.0.0:0");
        one("/ip6/::1/tcp/65535", "[::1]:65535");
        one(
            "/ip6/ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/tcp/1",
            &format!("[{}ffff]:1", "ffff:".repeat(7)),
        );
        one("/ip6/::ffff:192.0.2.1/tcp/1", "[::ffff:192.0.2.1]:1");
    }

    #[test]
    fn whatever_says_more_or_less_than_that_leads_nowhere() {
        let relayed = format!("/ip4/127.0.0.1/tcp/1{PEER}/p2p-circuit");
        let elsewhere = [
            "/ip4/127.0.0.1",
            "/ip4/127.0.0.1/udp/1234",
            "/ip4/127.0.0.1/udp/1234/quic-v1",
            "/ip4/127.0.0.1/tcp/12345/tcp/12345",
            "/ip4/127.0.0.1/tcp/1/ws",
            "/ip6zone/eth0/ip6/fe80::1/tcp/1",
            "/dns4/localhost/tcp/1",
            "/tcp/1",
            "/memory/1",
            PEER,
            relayed.as_str(),
        ];

        for address in elsewhere {
            assert_eq!(read(address), None, "{address}");
        }
        assert_eq!(socket_of(&Multiaddr::empty()), None);
    }
}
