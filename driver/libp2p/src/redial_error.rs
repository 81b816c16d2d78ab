//! Errors of dialling a peer again.

use std::fmt;
use std::io;

use libp2p::core::transport::TransportError;
use libp2p::swarm::DialError;
use libp2p::{Multiaddr, PeerId};

use crate::address::shortened;
use crate::denied::Denied;
use crate::refused_address::RefusedAddress;
use peerwarden_host::OneLine;

/// What went wrong when a peer was dialled after its ban.
///
/// libp2p's [`DialError`] can neither be kept nor compared; this says the same and can.
/// It is bounded whatever the addresses are that others announced: of at most 16 it tells, each with
/// at most 512 bytes of text, and of an address over 256 bytes only the parts that it begins with.
/// Printed, it is one line.
#[derive(Clone, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum RedialError {
    /// The dial was given up, most often because the peer was to be disconnected meanwhile.
    #[error("the dial was aborted")]
    Aborted,
    /// Another dial of the same peer is under way, and may yet succeed.
    #[error("the peer is being dialled already")]
    AlreadyDialing,
    /// This behaviour refused the connection: there is no telling where its address leads.
    #[error(transparent)]
    Address(RefusedAddress),
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
    /// Another peer answered.
    #[error("{obtained} answered at {}", OneLine(.address))]
    WrongPeer {
        /// The peer that answered.
        obtained: PeerId,
        /// Where.
        address: Multiaddr,
    },
    /// This node itself answered.
    #[error("this node itself answered at {}", OneLine(.address))]
    Ourselves {
        /// Where.
        address: Multiaddr,
    },
}

impl fmt::Debug for RedialError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Aborted => f.write_str("Aborted"),
            Self::Address(refused) => f.debug_tuple("Address").field(refused).finish(),
            Self::AlreadyDialing => f.write_str("AlreadyDialing"),
            Self::Denied(denied) => f.debug_tuple("Denied").field(denied).finish(),
            Self::DeniedElsewhere => f.write_str("DeniedElsewhere"),
            Self::NoAddresses => f.write_str("NoAddresses"),
            Self::Ourselves { address } => {
                f.debug_struct("Ourselves").field("address", &OneLine(address)).finish()
            }
            Self::TooMany => f.write_str("TooMany"),
            Self::Unreachable { tried } => {
                let tried: Vec<_> =
                    tried.iter().map(|(address, error)| (OneLine(address), error)).collect();
                f.debug_struct("Unreachable").field("tried", &tried).finish()
            }
            Self::WrongPeer { obtained, address } => f
                .debug_struct("WrongPeer")
                .field("obtained", obtained)
                .field("address", &OneLine(address))
                .finish(),
        }
    }
}

impl From<&DialError> for RedialError {
    fn from(error: &DialError) -> Self {
        match error {
            DialError::Aborted => Self::Aborted,
            DialError::Denied { .. } => {
                let denied = Denied::from_dial_error(error).cloned().map(Self::Denied);
                let refused = || RefusedAddress::from_dial_error(error).cloned().map(Self::Address);
                denied.or_else(refused).unwrap_or(Self::DeniedElsewhere)
            }
            DialError::DialPeerConditionFalse(_) => Self::AlreadyDialing,
            DialError::LocalPeerId { address } => Self::Ourselves { address: shortened(address) },
            DialError::NoAddresses => Self::NoAddresses,
            DialError::Transport(errors) => Self::Unreachable {
                tried: errors
                    .iter()
                    .take(MOST_TOLD)
                    .map(|(address, error)| (shortened(address), what_was_wrong(error)))
                    .collect(),
            },
            DialError::WrongPeerId { obtained, address } => {
                Self::WrongPeer { obtained: *obtained, address: shortened(address) }
            }
        }
    }
}

/// libp2p's own words for an error of the transport itself are none.
fn what_was_wrong(error: &TransportError<io::Error>) -> String {
    match error {
        TransportError::MultiaddrNotSupported(_) => OneLine(error).to_string(),
        TransportError::Other(error) => OneLine(error).to_string(),
    }
}

/// Of how many addresses it is told what was wrong with them.
const MOST_TOLD: usize = 16;
