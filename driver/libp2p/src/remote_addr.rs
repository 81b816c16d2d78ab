//! IP and direction of the remote side of a connection.

use std::net::IpAddr;

use libp2p::core::ConnectedPoint;
use peerwarden_core::Direction;

pub(crate) use crate::address::ip;

/// The IP and direction of a connection.
pub(crate) fn remote_endpoint(endpoint: &ConnectedPoint) -> (Option<IpAddr>, Direction) {
    match endpoint {
        // Also for a hole punched in the role of the listener: it was this node's dial.
        ConnectedPoint::Dialer { address, .. } => (ip(address), Direction::Outbound),
        ConnectedPoint::Listener { send_back_addr, .. } => (ip(send_back_addr), Direction::Inbound),
    }
}
