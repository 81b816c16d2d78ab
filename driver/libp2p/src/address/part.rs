//! Parts of an address, by what they mean for where it leads.

use libp2p::multiaddr::Protocol;

use super::name;
use super::{AddressFault, Destination};

/// One part of an address.
#[derive(Clone, Copy, Debug)]
pub(super) enum Part {
    Circuit,
    /// Something that can be connected to.
    Host(Destination),
    /// A protocol above the host.
    Layer(Layer),
    /// The id of a peer.
    Peer,
}

impl Part {
    /// A protocol of multiaddr's that is not listed here is refused: what it means for the rest of
    /// an address is unknown.
    #[expect(clippy::wildcard_enum_match_arm, reason = "libp2p 0.56 lacks a variant that 0.57 has")]
    pub(super) fn from_protocol(part: &Protocol<'_>) -> Result<Self, AddressFault> {
        Ok(match part {
            Protocol::Ip4(ip) => Self::Host(Destination::at((*ip).into())?),
            Protocol::Ip6(ip) => Self::Host(Destination::at((*ip).into())?),
            Protocol::Dns(text) => Self::Host(name::any(text)?),
            Protocol::Dns4(text) => Self::Host(name::ipv4(text)?),
            Protocol::Dns6(text) => Self::Host(name::ipv6(text)?),
            Protocol::Dnsaddr(text) => Self::Host(name::of_records(text)?),
            Protocol::Garlic32(_)
            | Protocol::Garlic64(_)
            | Protocol::Memory(_)
            | Protocol::Onion(..)
            | Protocol::Onion3(_)
            | Protocol::Unix(_) => Self::Host(Destination::NoIp),

            Protocol::P2p(_) => Self::Peer,
            Protocol::P2pCircuit => Self::Circuit,

            Protocol::Dccp(_) | Protocol::Sctp(_) | Protocol::Tcp(_) | Protocol::Udp(_) => {
                Self::Layer(Layer::PORT)
            }
            Protocol::Certhash(_) => Self::Layer(Layer::HASH),
            Protocol::Http | Protocol::Https => Self::Layer(Layer::HTTP),
            Protocol::Noise => Self::Layer(Layer::NOISE),
            Protocol::P2pWebRtcDirect | Protocol::WebRTC | Protocol::WebRTCDirect => {
                Self::Layer(Layer::WEBRTC)
            }
            Protocol::Quic | Protocol::QuicV1 => Self::Layer(Layer::QUIC),
            Protocol::Sni(_) => Self::Layer(Layer::SNI),
            Protocol::Tls => Self::Layer(Layer::TLS),
            Protocol::Udt => Self::Layer(Layer::UDT),
            Protocol::Utp => Self::Layer(Layer::UTP),
            Protocol::WebTransport => Self::Layer(Layer::WEBTRANSPORT),
            Protocol::Ws(_) | Protocol::Wss(_) => Self::Layer(Layer::WEBSOCKET),

            Protocol::Ip6zone(_) => return Err(AddressFault::Zone),
            Protocol::Ipcidr(_) => return Err(AddressFault::Range),
            Protocol::P2pStardust | Protocol::P2pWebRtcStar | Protocol::P2pWebSocketStar => {
                return Err(AddressFault::Rendezvous);
            }
            // `HttpPath`, by its name.
            other if other.tag() == "http-path" => Self::Layer(Layer::HTTP_PATH),
            _ => return Err(AddressFault::Unknown),
        })
    }
}

/// A protocol above a host, as one bit; those that exclude each other share it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Layer(u16);

impl Layer {
    const HASH: Self = Self(1);
    const HTTP: Self = Self(1 << 1);
    const HTTP_PATH: Self = Self(1 << 2);
    const NOISE: Self = Self(1 << 3);
    const PORT: Self = Self(1 << 4);
    const QUIC: Self = Self(1 << 5);
    const SNI: Self = Self(1 << 6);
    const TLS: Self = Self(1 << 7);
    const UDT: Self = Self(1 << 8);
    const UTP: Self = Self(1 << 9);
    const WEBRTC: Self = Self(1 << 10);
    const WEBSOCKET: Self = Self(1 << 11);
    const WEBTRANSPORT: Self = Self(1 << 12);

    pub(super) fn is_webrtc(self) -> bool {
        self == Self::WEBRTC
    }
}

/// The protocols above a host.
#[derive(Clone, Copy, Debug)]
pub(super) struct Layers(u16);

impl Layers {
    pub(super) const NONE: Self = Self(0);

    /// One more. Of certificate hashes there may be several: old and new ones overlap.
    pub(super) fn with(self, layer: Layer) -> Result<Self, AddressFault> {
        if self.0 & layer.0 != 0 && layer != Layer::HASH {
            return Err(AddressFault::Repeated);
        }
        Ok(Self(self.0 | layer.0))
    }
}
