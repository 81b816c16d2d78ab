//! Ports that are taken: libp2p shares a TCP port with another process of the same user, and neither is told.

use std::io;
use std::net::{IpAddr, SocketAddr};

use libp2p::Multiaddr;
use libp2p::multiaddr::Protocol;
use socket2::{Domain, Socket, Type};

use super::BoxError;

/// Tries out each address to listen at whose port is given, and lets go of it again.
///
/// # Errors
///
/// Names the first that cannot be had, and why.
pub(super) fn check_all(addresses: &[Multiaddr]) -> Result<(), BoxError> {
    for address in addresses {
        let Some((socket_addr, kind)) = target(address) else {
            continue;
        };
        take(socket_addr, kind).map_err(|error| {
            let in_use = error.kind() == io::ErrorKind::AddrInUse;
            let why = if in_use {
                "it is in use by another program".to_owned()
            } else {
                error.to_string()
            };
            format!("cannot listen at {address} ({why}): give another --listen")
        })?;
    }
    Ok(())
}

#[expect(clippy::wildcard_enum_match_arm, reason = "the settings let no other parts pass")]
fn target(address: &Multiaddr) -> Option<(SocketAddr, Type)> {
    let mut parts = address.iter();
    let ip = match parts.next()? {
        Protocol::Ip4(ip) => IpAddr::V4(ip),
        Protocol::Ip6(ip) => IpAddr::V6(ip),
        _ => return None,
    };
    let (port, kind) = match parts.next()? {
        Protocol::Tcp(port) => (port, Type::STREAM),
        Protocol::Udp(port) => (port, Type::DGRAM),
        _ => return None,
    };
    (port > 0).then_some((SocketAddr::new(ip, port), kind))
}

/// Binds as libp2p does, but for itself alone.
fn take(address: SocketAddr, kind: Type) -> io::Result<()> {
    let socket = Socket::new(Domain::for_address(address), kind, None)?;
    if address.is_ipv6() {
        socket.set_only_v6(true)?;
    }
    // Else connections that ended a moment ago would keep the port. Elsewhere it means to share it.
    #[cfg(unix)]
    if kind == Type::STREAM {
        socket.set_reuse_address(true)?;
    }
    socket.bind(&address.into())?;
    if kind == Type::STREAM { socket.listen(1) } else { Ok(()) }
}
