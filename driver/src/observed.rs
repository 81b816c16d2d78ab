//! What an address says about who is at the other end.

use std::net::IpAddr;

use libp2p::Multiaddr;
use libp2p::core::ConnectedPoint;
use libp2p::multiaddr::Protocol;
use peerwarden_core::Direction;

/// The IP of whoever is connected over `addr`: its first component, unless the connection is
/// relayed, when that is the relay's.
pub(crate) fn ip(addr: &Multiaddr) -> Option<IpAddr> {
    if addr.iter().any(|part| part == Protocol::P2pCircuit) {
        return None;
    }
    match addr.iter().next() {
        Some(Protocol::Ip4(ip)) => Some(ip.into()),
        Some(Protocol::Ip6(ip)) => Some(ip.into()),
        Some(_) | None => None,
    }
}

/// The IP and direction of a connection.
pub(crate) fn endpoint(endpoint: &ConnectedPoint) -> (Option<IpAddr>, Direction) {
    match endpoint {
        // Also for a hole punched in the role of the listener: it was this node's dial.
        ConnectedPoint::Dialer { address, .. } => (ip(address), Direction::Outbound),
        ConnectedPoint::Listener { send_back_addr, .. } => (ip(send_back_addr), Direction::Inbound),
    }
}

/// The IP that a dial can only lead to, if there is just one.
///
/// A dial that names its peer may be given further addresses by other behaviours, and the swarm
/// does not say so: only one made from a bare address, with the peer's id in it or not, cannot.
pub(crate) fn only_ip(names_peer: bool, addrs: &[Multiaddr]) -> Option<IpAddr> {
    let [addr] = addrs else {
        return None;
    };
    let bare = !names_peer || matches!(addr.iter().last(), Some(Protocol::P2p(_)));
    if bare { ip(addr) } else { None }
}

#[cfg(test)]
mod tests {
    use libp2p::PeerId;

    use super::*;

    fn addr(text: &str) -> Multiaddr {
        text.parse().unwrap()
    }

    #[test]
    fn only_the_first_component_of_a_direct_address_is_the_peers_ip() {
        let relay = "/p2p/12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN/p2p-circuit";

        assert_eq!(ip(&addr("/ip4/192.0.2.1/tcp/1")), "192.0.2.1".parse().ok());
        assert_eq!(ip(&addr("/ip6/2001:db8::1/udp/1/quic-v1")), "2001:db8::1".parse().ok());
        assert_eq!(ip(&addr(&format!("/ip4/192.0.2.1/tcp/1{relay}"))), None);
        assert_eq!(ip(&addr(relay)), None);
        assert_eq!(ip(&addr("/dns4/example.org/tcp/1")), None);
        assert_eq!(ip(&addr("/memory/1")), None);
        assert_eq!(ip(&Multiaddr::empty()), None);
    }

    #[test]
    fn only_a_dial_of_one_bare_address_leads_to_one_ip() {
        let plain = [addr("/ip4/192.0.2.1/tcp/1")];
        let named = plain.clone().map(|addr| addr.with(Protocol::P2p(PeerId::random())));
        let found = "192.0.2.1".parse().ok();

        assert_eq!(only_ip(false, &plain), found);
        assert_eq!(only_ip(true, &named), found);
        assert_eq!(only_ip(true, &plain), None);
        assert_eq!(only_ip(true, &[plain, named].concat()), None);
        assert_eq!(only_ip(true, &[]), None);
    }
}
