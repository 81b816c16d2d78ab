//! Reading of multiaddresses: where each one leads, or why it is refused.

mod bounds;
mod name;
mod part;
#[cfg(test)]
mod tests;

use std::net::IpAddr;

use libp2p::Multiaddr;
use peerwarden_host::AddressFault;

pub(crate) use bounds::{MAX_BYTES, is_kept, shortened};
use part::{Layers, Part};

/// Where an address leads.
///
/// Transports do not agree about that: libp2p's TCP dials the last IP in an address and ignores what
/// stands before it, its resolvers replace names anywhere in it. So only addresses that can be read
/// in one way have a destination: one host at the beginning, then protocols above it, then at most
/// the id of the peer; or the same for a relay, with a circuit behind it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Destination {
    /// To this IP.
    Ip(IpAddr),
    /// To whatever a name stands for when it is dialled.
    Name,
    /// Nowhere that has an IP: memory, a socket in the file system, an overlay network, or a peer id
    /// and nothing else, which is what libp2p calls whoever comes in over a relay.
    NoIp,
    /// To a peer behind a relay. The relay itself is dialled by an address of its own.
    Relayed,
}

impl Destination {
    /// The one reading of `address`: every gate, and all that is recorded, goes by it.
    ///
    /// # Errors
    ///
    /// [`AddressFault`] if a transport could read it otherwise.
    pub(crate) fn from_address(address: &Multiaddr) -> Result<Self, AddressFault> {
        let mut progress = Progress::Start;
        for part in address {
            progress = progress.followed_by(Part::from_protocol(&part)?)?;
        }
        Ok(match progress {
            Progress::Start | Progress::Peer(None) => Self::NoIp,
            Progress::Host(host, _) | Progress::Peer(Some(host)) => host,
            Progress::Circuit | Progress::Behind => Self::Relayed,
        })
    }

    /// To `ip`, if that is one.
    fn at(ip: IpAddr) -> Result<Self, AddressFault> {
        if ip.to_canonical().is_unspecified() {
            return Err(AddressFault::Unspecified);
        }
        Ok(Self::Ip(ip))
    }

    /// The IP, if it leads to one.
    pub(crate) fn ip(self) -> Option<IpAddr> {
        match self {
            Self::Ip(ip) => Some(ip),
            Self::Name | Self::NoIp | Self::Relayed => None,
        }
    }
}

/// The IP that a connection over `address` counts with, if there is one that is certain.
pub(crate) fn ip(address: &Multiaddr) -> Option<IpAddr> {
    Destination::from_address(address).ok().and_then(Destination::ip)
}

/// What has been read of an address.
#[derive(Clone, Copy, Debug)]
enum Progress {
    Start,
    /// A host and protocols above it.
    Host(Destination, Layers),
    /// The id of the peer there, or of the relay.
    Peer(Option<Destination>),
    /// A circuit over that relay.
    Circuit,
    /// The id of the peer behind the relay.
    Behind,
}

impl Progress {
    fn followed_by(self, part: Part) -> Result<Self, AddressFault> {
        match (self, part) {
            (Self::Start, Part::Host(host)) => Ok(Self::Host(host, Layers::NONE)),
            (Self::Start, Part::Peer) => Ok(Self::Peer(None)),
            (Self::Host(host, below), Part::Layer(layer)) => {
                Ok(Self::Host(host, below.with(layer)?))
            }
            (Self::Host(host, _), Part::Peer) => Ok(Self::Peer(Some(host))),
            (Self::Peer(_), Part::Circuit) => Ok(Self::Circuit),
            // Browsers announce it of themselves. libp2p's relay client makes nothing of it.
            (Self::Circuit, Part::Layer(layer)) if layer.is_webrtc() => Ok(Self::Circuit),
            (Self::Circuit, Part::Peer) => Ok(Self::Behind),

            (Self::Circuit | Self::Behind, Part::Circuit) => Err(AddressFault::NestedCircuit),
            (Self::Start | Self::Host(..), Part::Circuit) => Err(AddressFault::CircuitWithoutRelay),
            (Self::Host(..) | Self::Peer(Some(_)), Part::Host(_)) => Err(AddressFault::SecondHost),
            (Self::Peer(None), Part::Host(_)) => Err(AddressFault::HostNotFirst),
            (Self::Circuit, Part::Host(_) | Part::Layer(_)) => Err(AddressFault::BehindCircuit),
            (Self::Start, Part::Layer(_)) => Err(AddressFault::NoHost),
            (Self::Peer(_), Part::Layer(_) | Part::Peer)
            | (Self::Behind, Part::Host(_) | Part::Layer(_) | Part::Peer) => {
                Err(AddressFault::BehindPeer)
            }
        }
    }
}
