//! Why a peer could not be dialled again.

use std::io;

use libp2p::core::transport::TransportError;
use libp2p::swarm::DialError;
use libp2p::{Multiaddr, PeerId};

use crate::denied::Denied;

/// What went wrong when a peer was dialled after its ban.
///
/// libp2p's [`DialError`] can neither be kept nor compared; this says the same and can.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum RedialError {
    /// The dial was given up, most often because the peer was to be disconnected meanwhile.
    #[error("the dial was aborted")]
    Aborted,
    /// Another dial of the same peer is under way, and may yet succeed.
    #[error("the peer is being dialled already")]
    AlreadyDialing,
    /// This behaviour refused the connection: the peer is banned anew.
    #[error(transparent)]
    Denied(Denied),
    /// Another behaviour refused the connection.
    #[error("another behaviour refused the connection")]
    DeniedElsewhere,
    /// No address of the peer is known.
    #[error("no address of the peer is known")]
    NoAddresses,
    /// So many peers wait to be dialled already that this one was not dialled at all.
    #[error("too many peers wait to be dialled")]
    TooMany,
    /// None of the addresses could be reached.
    #[error("no address could be reached, {} tried", .tried.len())]
    Unreachable {
        /// Each address and what was wrong with it.
        tried: Vec<(Multiaddr, String)>,
    },
    /// Somebody else answered.
    #[error("{obtained} answered at {address}")]
    WrongPeer {
        /// Who answered.
        obtained: PeerId,
        /// Where.
        address: Multiaddr,
    },
    /// This node itself answered.
    #[error("this node itself answered at {address}")]
    Ourselves {
        /// Where.
        address: Multiaddr,
    },
}

impl From<&DialError> for RedialError {
    fn from(error: &DialError) -> Self {
        match error {
            DialError::Aborted => Self::Aborted,
            DialError::Denied { .. } => {
                Denied::of_dial(error).cloned().map_or(Self::DeniedElsewhere, Self::Denied)
            }
            DialError::DialPeerConditionFalse(_) => Self::AlreadyDialing,
            DialError::LocalPeerId { address } => Self::Ourselves { address: address.clone() },
            DialError::NoAddresses => Self::NoAddresses,
            DialError::Transport(errors) => Self::Unreachable {
                tried: errors
                    .iter()
                    .map(|(address, error)| (address.clone(), what_was_wrong(error)))
                    .collect(),
            },
            DialError::WrongPeerId { obtained, address } => {
                Self::WrongPeer { obtained: *obtained, address: address.clone() }
            }
        }
    }
}

/// libp2p's own words for an error of the transport itself are none.
fn what_was_wrong(error: &TransportError<io::Error>) -> String {
    match error {
        TransportError::MultiaddrNotSupported(_) => error.to_string(),
        TransportError::Other(error) => error.to_string(),
    }
}
