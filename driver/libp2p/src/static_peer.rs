//! Peers that the node is to stay connected with, and where they are expected.

use std::fmt;
use std::str::FromStr;

use libp2p::multiaddr::Protocol;
use libp2p::{Multiaddr, PeerId};

use peerwarden_host::{AddressFault, Host, IpFamily, KnownPeer};

use crate::address::{Destination, MAX_BYTES, is_kept};
use crate::address_book::ADDRESSES;
use peerwarden_host::OneLine;

/// A trusted peer and the addresses at which it is dialled and expected: op-node's static peer.
///
/// In text it is a multiaddress that ends in the peer's id:
///
/// ```
/// use peerwarden_libp2p::StaticPeer;
///
/// let text = "/ip4/203.0.113.7/tcp/9222/p2p/12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN";
/// let peer: StaticPeer = text.parse()?;
/// assert_eq!(peer.addresses()[0].to_string(), "/ip4/203.0.113.7/tcp/9222");
///
/// let error = "/ip4/203.0.113.7/tcp/9222".parse::<StaticPeer>().unwrap_err();
/// assert_eq!(error.to_string(), "/ip4/203.0.113.7/tcp/9222 does not end in /p2p/ and the peer's id");
/// # Ok::<(), peerwarden_libp2p::StaticPeerError>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct StaticPeer {
    peer: PeerId,
    /// Each with a host that can be told, and without the peer's id.
    addresses: Vec<Multiaddr>,
}

impl StaticPeer {
    /// How many addresses a peer has, at most: 10.
    pub const MAX_ADDRESSES: usize = ADDRESSES;

    /// How long an address is, at most: 256 bytes in its binary form.
    pub const MAX_ADDRESS_BYTES: usize = MAX_BYTES;

    /// A peer that is reached at this address, with or without the peer's id at its end.
    ///
    /// The address has one host in front, an IP or a name, or is that of a relay followed by
    /// `/p2p-circuit`.
    ///
    /// # Errors
    ///
    /// [`StaticPeerError`] for any other address, and for that of another peer.
    pub fn new(peer: PeerId, mut address: Multiaddr) -> Result<Self, StaticPeerError> {
        let written = address.clone();
        let refuse = |why| StaticPeerError { address: written.to_string(), why };
        if let Some(Protocol::P2p(id)) = address.iter().last() {
            if id != peer {
                return Err(refuse(Refused::OtherPeer));
            }
            address.pop();
        }
        if address.len() > Self::MAX_ADDRESS_BYTES {
            return Err(refuse(Refused::TooLong));
        }
        // As it was written: two ids in a row are two peers.
        host(&written).map_err(refuse)?;
        if !is_kept(&address) {
            return Err(refuse(Refused::NotPlain));
        }
        Ok(Self { peer, addresses: vec![address] })
    }

    /// The peer.
    #[must_use]
    pub const fn peer(&self) -> PeerId {
        self.peer
    }

    /// Where it is dialled, without its id; at least one address.
    #[must_use]
    pub fn addresses(&self) -> &[Multiaddr] {
        &self.addresses
    }
}

impl KnownPeer<PeerId> for StaticPeer {
    const PEER: &'static str = "a peer id such as \"12D3KooW..\"";
    const ADDRESS: &'static str = "a multiaddress";
    const EXAMPLE: &'static str = "/ip4/203.0.113.7/tcp/9222/p2p/12D3KooW..";

    fn is_meant(text: &str) -> bool {
        text.starts_with('/')
    }

    fn peer(&self) -> &PeerId {
        &self.peer
    }

    fn hosts(&self) -> Vec<Host> {
        self.addresses.iter().filter_map(|address| host(address).ok()).collect()
    }

    /// Adds them up to [`MAX_ADDRESSES`](Self::MAX_ADDRESSES).
    fn merge(&mut self, other: Self) {
        for address in other.addresses {
            let full = self.addresses.len() >= Self::MAX_ADDRESSES;
            if !full && !self.addresses.contains(&address) {
                self.addresses.push(address);
            }
        }
    }
}

impl FromStr for StaticPeer {
    type Err = StaticPeerError;

    fn from_str(text: &str) -> Result<Self, StaticPeerError> {
        let refuse = |why| StaticPeerError { address: text.to_owned(), why };
        let address: Multiaddr = text.parse().map_err(|error: libp2p::multiaddr::Error| {
            refuse(Refused::Unreadable(error.to_string()))
        })?;
        match address.iter().last() {
            Some(Protocol::P2p(peer)) => Self::new(peer, address),
            _ => Err(refuse(Refused::NoPeer)),
        }
    }
}

/// The host of an address, by the one reading of addresses that the gates go by too.
fn host(address: &Multiaddr) -> Result<Host, Refused> {
    match Destination::from_address(address).map_err(Refused::Address)? {
        Destination::Ip(ip) => Ok(Host::Ip(ip.to_canonical())),
        Destination::Name => Ok(name(address)),
        Destination::NoIp => Err(Refused::NoHost),
        Destination::Relayed => Ok(Host::Untold),
    }
}

/// The name that an address begins with.
fn name(address: &Multiaddr) -> Host {
    let (name, family) = match address.iter().next() {
        Some(Protocol::Dns(name)) => (name, None),
        Some(Protocol::Dns4(name)) => (name, Some(IpFamily::V4)),
        Some(Protocol::Dns6(name)) => (name, Some(IpFamily::V6)),
        _ => return Host::Untold,
    };
    Host::Name { name: name.into_owned(), family }
}

/// Why an address is not that of a [`StaticPeer`].
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct StaticPeerError {
    address: String,
    why: Refused,
}

#[derive(Clone, Debug, Eq, PartialEq)]
enum Refused {
    Address(AddressFault),
    NoHost,
    NoPeer,
    NotPlain,
    OtherPeer,
    TooLong,
    Unreadable(String),
}

impl fmt::Display for StaticPeerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let address = OneLine(&self.address);
        match &self.why {
            Refused::Address(fault) => write!(f, "{address} is refused: {fault}"),
            Refused::NoHost => write!(f, "{address} does not begin with an IP or a name"),
            Refused::NoPeer => write!(f, "{address} does not end in /p2p/ and the peer's id"),
            Refused::NotPlain => {
                write!(f, "{address} has characters that no honest address has")
            }
            Refused::OtherPeer => write!(f, "{address} is the address of another peer"),
            Refused::TooLong => {
                write!(f, "{address} has more than {} bytes", StaticPeer::MAX_ADDRESS_BYTES)
            }
            Refused::Unreadable(why) => {
                write!(f, "{address} is no multiaddress: {}", OneLine(why))
            }
        }
    }
}

impl std::error::Error for StaticPeerError {}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN";
    const RELAY: &str = "12D3KooWEyoppNCUx8Yx66oV9fJnriXwCcXwDDUA2kj6vnc6iDEp";

    #[test]
    fn a_peer_is_expected_at_the_host_of_its_address() {
        let name = |name: &str, family| Host::Name { name: name.to_owned(), family };
        for (text, host) in [
            ("/ip4/203.0.113.7/tcp/9222", Host::Ip([203, 0, 113, 7].into())),
            ("/ip6/::ffff:203.0.113.7/udp/1/quic-v1", Host::Ip([203, 0, 113, 7].into())),
            ("/dns4/node.example/tcp/1", name("node.example", Some(IpFamily::V4))),
            ("/dns6/node.example/tcp/1/tls/ws", name("node.example", Some(IpFamily::V6))),
            ("/dns/node.example/tcp/1", name("node.example", None)),
            ("/dnsaddr/boot.example", Host::Untold),
            (&format!("/ip4/203.0.113.7/tcp/1/p2p/{RELAY}/p2p-circuit"), Host::Untold),
        ] {
            let peer: StaticPeer = format!("{text}/p2p/{ID}").parse().unwrap();
            assert_eq!(peer.peer().to_string(), ID);
            assert_eq!(peer.addresses(), [text.parse::<Multiaddr>().unwrap()]);
            assert_eq!(peer.hosts(), [host]);
        }
    }

    #[test]
    fn an_address_that_can_be_read_in_two_ways_is_refused() {
        for (text, why) in [
            (
                "/ip4/203.0.113.7/tcp/1/ip4/127.0.0.1/tcp/2",
                "is refused: it names more than one host",
            ),
            (
                "/ip4/203.0.113.7/tcp/1/dns4/localhost/tcp/2",
                "is refused: it names more than one host",
            ),
            ("/memory/7/ip4/127.0.0.1/tcp/2", "is refused: it names more than one host"),
            ("/ip6zone/eth0/ip6/fe80::1/tcp/2", "is refused: it has an IPv6 zone"),
            ("/p2p-circuit", "is refused: its circuit has no relay's id before it"),
            (
                "/ip4/203.0.113.7/tcp/1/p2p-circuit",
                "is refused: its circuit has no relay's id before it",
            ),
            ("/memory/7", "does not begin with an IP or a name"),
        ] {
            let text = format!("{text}/p2p/{ID}");
            let error = text.parse::<StaticPeer>().unwrap_err();
            assert_eq!(error.to_string(), format!("{text} {why}"));
        }
        for circuit in [
            format!("/ip4/203.0.113.7/tcp/1/p2p/{RELAY}/p2p/{ID}"),
            format!("/ip4/203.0.113.7/tcp/1/p2p/{RELAY}/p2p-circuit/p2p-circuit/p2p/{ID}"),
        ] {
            let error = circuit.parse::<StaticPeer>().unwrap_err().to_string();
            assert!(error.contains(" is refused: "), "{error}");
        }
    }
}
