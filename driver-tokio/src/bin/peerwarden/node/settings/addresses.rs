//! Addresses at which the node listens and dials, as an operator writes them.

use std::str::FromStr;

use libp2p::Multiaddr;
use libp2p::multiaddr::Protocol;
use peerwarden_tokio::StaticPeer;
use peerwarden_tokio::peerwarden_host::KnownPeer;
use serde::Deserialize;

/// An address to listen at: TCP or QUIC, on an IP.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq)]
#[serde(try_from = "String")]
pub(crate) struct ListenAddr(pub(crate) Multiaddr);

/// A peer and where it is dialled.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq)]
#[serde(try_from = "String")]
pub(crate) struct PeerAddr(pub(crate) StaticPeer);

impl FromStr for ListenAddr {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = |why: &str| {
            format!(
                "{text:?} {why}: give one such as /ip4/0.0.0.0/tcp/4001 or /ip4/0.0.0.0/udp/4001/quic-v1"
            )
        };
        let addr: Multiaddr =
            text.parse().map_err(|error| wrong(&format!("is no multiaddress ({error})")))?;
        let parts: Vec<_> = addr.iter().collect();
        match parts[..] {
            [Protocol::Ip4(_) | Protocol::Ip6(_), Protocol::Tcp(_)]
            | [Protocol::Ip4(_) | Protocol::Ip6(_), Protocol::Udp(_), Protocol::QuicV1] => {
                Ok(Self(addr))
            }
            _ => Err(wrong("is no address to listen at with TCP or QUIC")),
        }
    }
}

impl TryFrom<String> for ListenAddr {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl FromStr for PeerAddr {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let example = <StaticPeer as KnownPeer<_>>::EXAMPLE;
        let peer = text.parse::<StaticPeer>();
        peer.map(Self).map_err(|error| format!("{error}; give one such as {example}"))
    }
}

impl TryFrom<String> for PeerAddr {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

/// Where a node listens that is not told where.
pub(super) fn default_listen() -> Vec<Multiaddr> {
    ["/ip4/0.0.0.0/tcp/4001", "/ip4/0.0.0.0/udp/4001/quic-v1"]
        .into_iter()
        .filter_map(|addr| addr.parse().ok())
        .collect()
}
