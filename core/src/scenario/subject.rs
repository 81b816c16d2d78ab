//! Subjects of steps: `peer:a`, `addr:10.0.0.0/8`.

use alloc::borrow::{Cow, ToOwned as _};
use alloc::format;
use alloc::string::String;
use core::fmt;
use core::net::IpAddr;

use ipnet::IpNet;

use crate::subject::Subject;

/// The gate at which a verdict is asked for, of an inbound connection.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Gate<P> {
    /// That of an IP, before the peer is known.
    Addr(IpAddr),
    /// That of a peer, and of its IP if there is one.
    Peer {
        /// The peer.
        peer: P,
        /// The IP.
        addr: Option<IpAddr>,
    },
}

impl<P> Gate<P> {
    /// Returns the same gate with its peer, if it has one, named by `name`.
    pub fn map_peer<Q>(self, name: impl FnOnce(P) -> Q) -> Gate<Q> {
        match self {
            Self::Addr(addr) => Gate::Addr(addr),
            Self::Peer { peer, addr } => Gate::Peer { peer: name(peer), addr },
        }
    }
}

/// Reads the gate that is asked: `peer:a`, or `addr:1.2.3.4` without an IP beside it.
pub(super) fn gate<'a, P: From<Cow<'a, str>>>(
    text: Cow<'a, str>,
    addr: Option<IpAddr>,
) -> Result<Gate<P>, String> {
    if text.starts_with(PEER) {
        return Ok(Gate::Peer { peer: after(text, PEER).into(), addr });
    }
    let ip = text.strip_prefix(ADDR).filter(|_| addr.is_none());
    let ip = ip.and_then(|ip| ip.parse().ok());
    ip.map(Gate::Addr).ok_or_else(|| format!("{text} cannot be checked"))
}

/// Reads a subject; a single IP is a network of its own.
pub(super) fn read<'a, P: From<Cow<'a, str>>>(text: Cow<'a, str>) -> Result<Subject<P>, String> {
    if text.starts_with(PEER) {
        return Ok(Subject::Peer(after(text, PEER).into()));
    }
    let network = text.strip_prefix(ADDR).and_then(network);
    network.map(Subject::Addr).ok_or_else(|| format!("{text} is no subject"))
}

/// Reads a network, or an IP as a network of its own.
pub(super) fn network(text: &str) -> Option<IpNet> {
    if text.contains('/') { text.parse().ok() } else { text.parse().ok().map(IpAddr::into) }
}

/// A subject in full, host bits of a network included: not in the canonical form in which
/// [`Subject`] prints itself.
pub(super) struct Verbatim<'a, P>(pub(super) &'a Subject<P>);

impl<P: fmt::Display> fmt::Display for Verbatim<'_, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Subject::Addr(net) => write!(f, "{ADDR}{net}"),
            Subject::Peer(peer) => write!(f, "{PEER}{peer}"),
        }
    }
}

impl<P: fmt::Display> fmt::Display for Gate<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Addr(addr) => write!(f, "{ADDR}{addr}"),
            Self::Peer { peer, addr: _ } => write!(f, "{PEER}{peer}"),
        }
    }
}

/// Returns what follows a prefix that is there.
fn after<'a>(text: Cow<'a, str>, prefix: &str) -> Cow<'a, str> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.strip_prefix(prefix).unwrap_or(text)),
        Cow::Owned(text) => Cow::Owned(text.strip_prefix(prefix).unwrap_or(&text).to_owned()),
    }
}

const ADDR: &str = "addr:";
const PEER: &str = "peer:";
