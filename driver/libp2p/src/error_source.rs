//! Search for this crate's errors inside of libp2p's.

use std::error::Error;
use std::io;

use libp2p::Multiaddr;
use libp2p::core::transport::TransportError;
use libp2p::swarm::{DialError, ListenError};

/// The error of this type for which a behaviour refused a dial.
pub(crate) fn of_dial<E: Error + Send + Sync + 'static>(error: &DialError) -> Option<&E> {
    if let DialError::Denied { cause } = error { cause.downcast_ref() } else { None }
}

/// The error of this type for which a behaviour refused an inbound connection.
pub(crate) fn of_listen<E: Error + Send + Sync + 'static>(error: &ListenError) -> Option<&E> {
    if let ListenError::Denied { cause } = error { cause.downcast_ref() } else { None }
}

/// The addresses of a failed dial that failed for an error of this type, whatever transports have
/// wrapped around it.
pub(crate) fn of_each_address<E: Error + 'static>(
    error: &DialError,
) -> impl Iterator<Item = (&Multiaddr, &E)> {
    let tried = match error {
        DialError::Transport(tried) => tried.as_slice(),
        DialError::Aborted
        | DialError::Denied { .. }
        | DialError::DialPeerConditionFalse(_)
        | DialError::LocalPeerId { .. }
        | DialError::NoAddresses
        | DialError::WrongPeerId { .. } => &[],
    };
    tried.iter().filter_map(|(address, error)| Some((address, behind(error)?)))
}

fn behind<E: Error + 'static>(error: &TransportError<io::Error>) -> Option<&E> {
    let TransportError::Other(error) = error else {
        return None;
    };
    let mut cause: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if let Some(found) = error.downcast_ref() {
            return Some(found);
        }
        let inner = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        cause = inner.map(|inner| inner as _).or_else(|| error.source());
    }
    None
}
