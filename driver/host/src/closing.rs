//! Selection of the connections that the engine wants closed.

mod farewells;
mod queue;
mod walk;

use std::net::IpAddr;

use peerwarden_core::{Cause, Denial, Event, Instant, Subject, Verdict};

use crate::connections::Connection;
use crate::engine::{Engine, EngineKey};
use crate::peer::PeerName;

pub use queue::{CloseCommand, CloseQueue};
pub use walk::Walk;

/// Which connections with a peer are to be closed: always those over IPs that a ban of a network by
/// operator or remote list refuses.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Close {
    /// Every one of them.
    pub whole: bool,
    /// Those too, in either direction, that are over IPs in networks banned by cause `Address`: the
    /// engine has found that this peer is not spared.
    pub address: bool,
    /// Those too that have no IP: the IP last seen stands for them, and is refused.
    pub unplaced: bool,
    /// The engine counts the peer as leaving, and is to be told which connection stays, if one does.
    pub leaving: bool,
}

impl Close {
    /// Every connection.
    pub const WHOLE: Self = Self { whole: true, address: true, unplaced: true, leaving: true };

    /// What a ban by order refuses, of a peer that may stay otherwise.
    pub const REVIEW: Self = Self { whole: false, address: false, unplaced: false, leaving: false };

    pub(crate) fn merge(&mut self, other: Self) {
        self.whole |= other.whole;
        self.address |= other.address;
        self.unplaced |= other.unplaced;
        self.leaving |= other.leaving;
    }

    /// Returns whether this connection is one of them, by what the engine says of its peer and IP.
    pub fn covers<P>(&self, connection: &Connection<P>, verdict: Verdict) -> bool {
        let refused = match verdict {
            Verdict::Allow => false,
            Verdict::Deny(Denial { network: None, .. }) => true,
            Verdict::Deny(Denial { cause, .. }) => is_by_order(cause) || self.address,
        };
        self.whole || refused || (self.unplaced && connection.ip.is_none())
    }
}

/// What an input says of why the engine, in its answer, disconnects peers.
#[derive(Debug)]
struct CloseContext<P> {
    connected: Option<(P, Option<IpAddr>)>,
    banned_peer: Option<P>,
    banned_network: Option<Cause>,
}

impl<P: PeerName> CloseContext<P> {
    fn new(event: &Event<P>) -> Self {
        let connected = if let Event::Connected { peer, addr, .. } = event {
            Some((peer.clone(), *addr))
        } else {
            None
        };
        Self { connected, banned_peer: None, banned_network: None }
    }

    /// The answer goes on with this ban. An input bans one peer at most.
    fn note_ban(&mut self, subject: &Subject<P>, cause: Cause) {
        match subject {
            Subject::Addr(_) => self.banned_network = Some(cause),
            Subject::Peer(peer) => self.banned_peer = Some(peer.clone()),
        }
    }

    /// Whether a `Disconnect` of this peer, with which the answer goes on, is for a ban that has just
    /// begun.
    fn is_for_ban(&self, peer: &P) -> bool {
        self.banned_peer.as_ref() == Some(peer) || self.banned_network.is_some()
    }

    /// The answer goes on with a `Disconnect` of this peer.
    ///
    /// One that is banned itself loses every connection, even if it is pardoned before that is
    /// carried out. One that is refused for where it is keeps those over other IPs.
    fn close_of(&self, peer: &P, engine: &Engine<P, impl EngineKey<P>>, now: Instant) -> Close {
        if self.banned_peer.as_ref() == Some(peer) {
            return Close::WHOLE;
        }
        let leaving = Close { leaving: true, ..Close::REVIEW };
        if let Some(cause) = self.banned_network {
            return Close { address: !is_by_order(cause), ..leaving };
        }
        match &self.connected {
            Some((connected, addr)) if connected == peer => {
                if engine.check_peer(peer, None, now) != Verdict::Allow {
                    return Close::WHOLE;
                }
                let address = addr.is_some_and(|addr| {
                    let verdict = engine.check_peer(peer, Some(addr), now);
                    matches!(verdict, Verdict::Deny(denial) if !is_by_order(denial.cause))
                });
                Close { address, unplaced: addr.is_none(), ..leaving }
            }
            Some(_) | None => Close { address: true, ..leaving },
        }
    }
}

impl<P> Default for CloseContext<P> {
    fn default() -> Self {
        Self { connected: None, banned_peer: None, banned_network: None }
    }
}

/// Returns whether a ban with this cause was ordered by the operator or a list. Of networks the others
/// are all `Address`: which peers such a ban disconnects is for the engine alone to say, since it spares
/// most connected ones.
pub(crate) const fn is_by_order(cause: Cause) -> bool {
    matches!(cause, Cause::Operator | Cause::Remote)
}
