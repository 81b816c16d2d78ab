//! Selection of the connections that a `Disconnect` of the engine closes.

use std::net::IpAddr;

use libp2p::PeerId;
use peerwarden_core::{Cause, Denial, Event, Instant, Subject, Verdict};

use crate::connections::Connection;
use crate::swarm_state::Engine;

/// Which connections with a peer are to be closed: always those over IPs that a ban of a network by
/// operator or remote list refuses.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Close {
    /// Every one of them.
    pub(crate) whole: bool,
    /// Those too, in either direction, that are over IPs in networks banned by cause `Address`: the
    /// engine has found that this peer is not spared.
    pub(crate) address: bool,
    /// Those too that have no IP: the IP last seen stands for them, and is refused.
    pub(crate) unplaced: bool,
    /// The engine counts the peer as leaving, and is to be told which connection stays, if one does.
    pub(crate) leaving: bool,
}

impl Close {
    /// Every connection.
    pub(crate) const WHOLE: Self =
        Self { whole: true, address: true, unplaced: true, leaving: true };

    /// What a ban by order refuses, of a peer that may stay otherwise.
    pub(crate) const REVIEW: Self =
        Self { whole: false, address: false, unplaced: false, leaving: false };

    pub(crate) fn merge(&mut self, other: Self) {
        self.whole |= other.whole;
        self.address |= other.address;
        self.unplaced |= other.unplaced;
        self.leaving |= other.leaving;
    }

    /// Whether this connection is one of them, by what the engine says of its peer and IP.
    pub(crate) fn covers(&self, connection: &Connection, verdict: Verdict) -> bool {
        let refused = match verdict {
            Verdict::Allow => false,
            Verdict::Deny(Denial { network: None, .. }) => true,
            Verdict::Deny(Denial { cause, .. }) => is_by_order(cause) || self.address,
        };
        self.whole || refused || (self.unplaced && connection.ip.is_none())
    }
}

/// What an input says of why the engine, in its answer, disconnects peers.
#[derive(Debug, Default)]
pub(crate) struct CloseContext {
    connected: Option<(PeerId, Option<IpAddr>)>,
    banned_peer: Option<PeerId>,
    banned_network: Option<Cause>,
}

impl CloseContext {
    pub(crate) fn new(event: &Event<PeerId>) -> Self {
        let connected = if let Event::Connected { peer, addr, .. } = event {
            Some((*peer, *addr))
        } else {
            None
        };
        Self { connected, banned_peer: None, banned_network: None }
    }

    /// The answer goes on with this ban. An input bans one peer at most.
    pub(crate) fn note_ban(&mut self, subject: &Subject<PeerId>, cause: Cause) {
        match subject {
            Subject::Addr(_) => self.banned_network = Some(cause),
            Subject::Peer(peer) => self.banned_peer = Some(*peer),
        }
    }

    /// Whether a `Disconnect` of this peer, with which the answer goes on, is for a ban that has just
    /// begun.
    pub(crate) fn is_for_ban(&self, peer: &PeerId) -> bool {
        self.banned_peer == Some(*peer) || self.banned_network.is_some()
    }

    /// The answer goes on with a `Disconnect` of this peer.
    ///
    /// One that is banned itself loses every connection, even if it is pardoned before that is
    /// carried out. One that is refused for where it is keeps those over other IPs.
    pub(crate) fn close_of(&self, peer: &PeerId, engine: &Engine, now: Instant) -> Close {
        if self.banned_peer == Some(*peer) {
            return Close::WHOLE;
        }
        let leaving = Close { leaving: true, ..Close::REVIEW };
        if let Some(cause) = self.banned_network {
            return Close { address: !is_by_order(cause), ..leaving };
        }
        match self.connected {
            Some((connected, addr)) if connected == *peer => {
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

/// Whether somebody has ordered a ban with this cause. Of networks the others are all `Address`:
/// whom such a ban disconnects is for the engine alone to say, since it spares most who are here.
pub(crate) const fn is_by_order(cause: Cause) -> bool {
    matches!(cause, Cause::Operator | Cause::Remote)
}
