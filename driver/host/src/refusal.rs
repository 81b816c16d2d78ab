//! Refused connection: which peer, from where, why, when.

use std::fmt;
use std::net::IpAddr;

use peerwarden_core::{Denial, Direction, Instant, Verdict};
use serde::Serialize;

use crate::engine::{Engine, EngineKey};
use crate::json::name;
use crate::one_line::OneLine;
use crate::peer::PeerName;
use crate::remaining::Remaining;

/// A connection that this node refused because its peer or its IP is banned.
///
/// Nothing of it crosses the wire: the other side only sees its connection closed. What is refused for
/// its address alone is an [`AddressRefusal`](crate::AddressRefusal).
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(bound = "P: PeerName")]
#[non_exhaustive]
pub struct Refusal<P> {
    /// The peer that was refused, if it was known already.
    #[serde(serialize_with = "name")]
    pub peer: Option<P>,
    /// The IP it came from or was to be dialled at, if there is one.
    pub addr: Option<IpAddr>,
    /// Which side wanted the connection.
    pub direction: Direction,
    /// The cause, and until when.
    pub denial: Denial,
    /// When it was refused, on the node's clock.
    pub at: Instant,
}

impl<P: PeerName> Refusal<P> {
    /// Returns what `engine` has against a connection with `peer`, if that is known, at `addr`, if it has
    /// an IP; `None` if it may be.
    #[must_use]
    pub fn check<K: EngineKey<P>>(
        engine: &Engine<P, K>,
        peer: Option<P>,
        addr: Option<IpAddr>,
        direction: Direction,
        now: Instant,
    ) -> Option<Self> {
        let verdict = match (&peer, addr) {
            (Some(peer), addr) => engine.check_peer(peer, addr, now),
            (None, Some(addr)) => engine.check_addr(addr, now),
            (None, None) => Verdict::Allow,
        };
        let denial = verdict.denial(direction)?;
        Some(Self { peer, addr, direction, denial, at: now })
    }
}

/// `12D3... at 192.0.2.1 refused: banned by penalty for another 1h 30m`.
impl<P: fmt::Display> fmt::Display for Refusal<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.peer, self.addr) {
            (Some(peer), Some(addr)) => write!(f, "{} at {addr}", OneLine(peer))?,
            (Some(peer), None) => write!(f, "{}", OneLine(peer))?,
            (None, Some(addr)) => write!(f, "{addr}")?,
            (None, None) => write!(f, "connection")?,
        }
        write!(f, " refused: ")?;
        let Denial { network, cause, until } = self.denial;
        if let Some(network) = network {
            write!(f, "{network} ")?;
        }
        write!(f, "banned by {cause} {}", Remaining { until, now: self.at }.in_words())
    }
}

impl<P: fmt::Debug + fmt::Display> std::error::Error for Refusal<P> {}
