//! Peers that are to be connected at all times.

use std::fmt;

use libp2p::multiaddr::Protocol;
use libp2p::{Multiaddr, PeerId};
use peerwarden_core::Verdict;

use peerwarden_host::{AddressFault, Closed};

use crate::address::{Destination, MAX_BYTES, is_kept};
use crate::address_book::{ADDRESSES, bare};
use crate::handle::Handle;
use crate::redials::{Full, MAX_KEPT, Presence};
use peerwarden_host::OneLine;

impl Handle {
    /// Keeps `peer` connected from here on: what other nodes call a static, trusted or reserved
    /// peer.
    ///
    /// It is dialled now, unless it is connected, and whenever its last connection is gone. A dial
    /// that fails, whatever the reason, is made again after 10, 20, 40, .. seconds, ten minutes at
    /// most, each wait up to a quarter shorter by chance, and never given up. So is one to a peer
    /// whose connections end within a minute each time; one that lasted longer is replaced at once.
    /// Only so many dials as [`DriverOptions::max_redials`](crate::DriverOptions::max_redials) says are under
    /// way at once, and these peers go before those whose bans are over. Each failure is an
    /// [`EventKind::RedialFailed`](crate::EventKind::RedialFailed).
    ///
    /// It is not protected by that: call [`protect`](peerwarden_host::Handle::protect) as well, or it is banned as any
    /// other. While it is banned itself it is not dialled; once the ban is over it is, whether this
    /// node had dialled it or not.
    ///
    /// `addresses` are at most 10 of at most 256 bytes, fit to be printed as they are, with or without `/p2p/` and the peer's id at
    /// the end. Names (`/dns4/..`, `/dnsaddr/..`) are resolved by the swarm's transport at each
    /// dial. None at all is right where another behaviour knows them, such as kad. The last call
    /// for a peer counts. Nothing of it outlives the node.
    ///
    /// # Errors
    ///
    /// [`KeepConnectedError`] if the addresses are not as said here, if there are 10 000 such peers
    /// already, if the peer is this node itself, or if the behaviour is gone. Nothing has changed then.
    pub fn keep_connected(
        &self,
        peer: PeerId,
        addresses: Vec<Multiaddr>,
    ) -> Result<(), KeepConnectedError> {
        let addresses = checked(peer, addresses)?;
        let shared = self.shared()?;
        let now = shared.now();
        let mut state = shared.lock_if_open()?;
        if state.local_peer_id() == Some(&peer) {
            return Err(KeepConnectedError::Ourselves(peer));
        }
        let presence = if state.engine.check_peer(&peer, None, now) != Verdict::Allow {
            Presence::Banned
        } else if state.engine.status(&peer, now).is_some_and(|status| status.connected) {
            Presence::Connected
        } else {
            Presence::Absent
        };
        let kept = state.driver.redials.keep(peer, addresses, presence, now);
        shared.wake(state);
        kept.map_err(|Full| KeepConnectedError::TooManyPeers { most: MAX_KEPT })
    }

    /// Keeps `peer` connected no longer. Its connections stay; a dial that is under way goes on.
    /// Nothing happens if it was not kept connected.
    ///
    /// # Errors
    ///
    /// [`Closed`] if the node was shut down.
    pub fn let_go(&self, peer: PeerId) -> Result<(), Closed> {
        let shared = self.shared()?;
        shared.lock_if_open()?.driver.redials.let_go(&peer);
        Ok(())
    }
}

/// Why a peer is not kept connected.
#[derive(Clone, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum KeepConnectedError {
    /// An address is too long to be one.
    #[error("an address of {bytes} bytes is too long: give one of at most {most}")]
    AddressTooLong {
        /// How long it is.
        bytes: usize,
        /// How long it may be.
        most: usize,
    },
    /// An address cannot be printed as it is: it would break a line of the log, or pass for something else.
    #[error("{} has characters that no honest address has", OneLine(.address))]
    AddressNotPlain {
        /// The address.
        address: Multiaddr,
    },
    /// An address can be read in more than one way, so that there is no telling where it leads.
    #[error("{} cannot be dialled: {fault}", OneLine(.address))]
    AddressRefused {
        /// The address.
        address: Multiaddr,
        /// What is wrong with it.
        fault: AddressFault,
    },
    /// An address names another peer.
    #[error("an address ends in the id of another peer, {0}")]
    AnotherPeer(PeerId),
    /// The peer is this node itself.
    #[error("{0} is this node itself, which is not dialled")]
    Ourselves(PeerId),
    /// The behaviour is gone.
    #[error(transparent)]
    Closed(#[from] Closed),
    /// There are too many addresses.
    #[error("{given} addresses are too many for a peer: give at most {most}")]
    TooManyAddresses {
        /// How many there are.
        given: usize,
        /// How many there may be.
        most: usize,
    },
    /// Too many peers are kept connected already.
    #[error("{most} peers are kept connected already: let one of them go first")]
    TooManyPeers {
        /// How many there may be.
        most: usize,
    },
}

impl fmt::Debug for KeepConnectedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AddressTooLong { bytes, most } => {
                f.debug_struct("AddressTooLong").field("bytes", bytes).field("most", most).finish()
            }
            Self::AddressNotPlain { address } => {
                f.debug_struct("AddressNotPlain").field("address", &OneLine(address)).finish()
            }
            Self::AddressRefused { address, fault } => f
                .debug_struct("AddressRefused")
                .field("address", &OneLine(address))
                .field("fault", fault)
                .finish(),
            Self::AnotherPeer(peer) => f.debug_tuple("AnotherPeer").field(peer).finish(),
            Self::Ourselves(peer) => f.debug_tuple("Ourselves").field(peer).finish(),
            Self::Closed(closed) => f.debug_tuple("Closed").field(closed).finish(),
            Self::TooManyAddresses { given, most } => f
                .debug_struct("TooManyAddresses")
                .field("given", given)
                .field("most", most)
                .finish(),
            Self::TooManyPeers { most } => {
                f.debug_struct("TooManyPeers").field("most", most).finish()
            }
        }
    }
}

/// The addresses as they are kept: without the peer's own id at the end, each of them once.
fn checked(peer: PeerId, addresses: Vec<Multiaddr>) -> Result<Vec<Multiaddr>, KeepConnectedError> {
    if addresses.len() > ADDRESSES {
        let given = addresses.len();
        return Err(KeepConnectedError::TooManyAddresses { given, most: ADDRESSES });
    }
    let mut kept = Vec::with_capacity(addresses.len());
    for address in addresses {
        let (bytes, most) = (address.len(), MAX_BYTES);
        if bytes > most {
            return Err(KeepConnectedError::AddressTooLong { bytes, most });
        }
        if let Err(fault) = Destination::from_address(&address) {
            return Err(KeepConnectedError::AddressRefused { address, fault });
        }
        if !is_kept(&address) {
            return Err(KeepConnectedError::AddressNotPlain { address });
        }
        let address = bare(&peer, address);
        if let Some(Protocol::P2p(named)) = address.iter().last() {
            return Err(KeepConnectedError::AnotherPeer(named));
        }
        if !kept.contains(&address) {
            kept.push(address);
        }
    }
    Ok(kept)
}
