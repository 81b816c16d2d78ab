//! Connection gater: what the operator blocks and protects, and how often a peer is dialled.

use std::collections::BTreeMap;
use std::fmt;
use std::time::{Duration, Instant};

use libp2p::multiaddr::Protocol;
use libp2p::{Multiaddr, PeerId};
use peerwarden_tokio::{
    AddressFault, Cause, Closed, Denial, DialVerdict, Handle, IpNet, Origin, Subject, Tag,
};

/// Answers the node's RPC and its dialling loop. Nothing has to be locked, cleaned up or stored here.
pub(crate) struct Gater {
    warden: Handle,
    max_dials: u32,
    dial_period: Duration,
    /// The dials of each peer in its current period.
    dials: BTreeMap<PeerId, (Instant, u32)>,
}

/// Reason not to dial an address.
#[derive(Debug)]
pub(crate) enum NoDial {
    Blocked(Denial),
    Closed(Closed),
    NoPeerId,
    TooOften,
    Unreadable(AddressFault),
}

impl Gater {
    /// Dials a peer at most `max_dials` times in `dial_period`.
    pub(crate) fn new(warden: Handle, max_dials: u32, dial_period: Duration) -> Self {
        Self { warden, max_dials, dial_period, dials: BTreeMap::new() }
    }

    /// Checks a dial, and counts it if it may be made. An address with a name has no IP yet; that is checked
    /// when it is dialled, by a `DialGate`.
    pub(crate) fn dial(&mut self, address: &Multiaddr) -> Result<(), NoDial> {
        let peer = peer(address).ok_or(NoDial::NoPeerId)?;
        match self.warden.check_dial(address).map_err(NoDial::Closed)? {
            DialVerdict::Deny(denial) => return Err(NoDial::Blocked(denial)),
            DialVerdict::Refuse(fault) => return Err(NoDial::Unreadable(fault)),
            DialVerdict::Allow | _ => {}
        }
        let (now, period) = (Instant::now(), self.dial_period);
        self.dials.retain(|_, (began, _)| now.duration_since(*began) < period);
        let (_, dials) = self.dials.entry(peer).or_insert((now, 0));
        if *dials >= self.max_dials {
            return Err(NoDial::TooOften);
        }
        *dials += 1;
        Ok(())
    }

    /// Forgets the dials of a peer that is connected.
    pub(crate) fn connected(&mut self, peer: &PeerId) {
        self.dials.remove(peer);
    }

    /// Blocks a peer, an address or a subnet, and closes its connections.
    pub(crate) fn block(&self, subject: Subject<PeerId>) -> Result<(), Closed> {
        self.warden.ban(subject, None, Origin::Operator).map(drop)
    }

    /// Lifts the block, and no ban that has another cause.
    pub(crate) fn unblock(&self, subject: Subject<PeerId>) -> Result<bool, Closed> {
        Ok(self.warden.unban(subject, Some(Cause::Operator))?.changed())
    }

    pub(crate) fn protect(&self, peer: PeerId) -> Result<(), Closed> {
        self.warden.protect(Subject::Peer(peer), Tag::OPERATOR).map(drop)
    }

    pub(crate) fn unprotect(&self, peer: PeerId) -> Result<(), Closed> {
        self.warden.unprotect(Subject::Peer(peer), Tag::OPERATOR).map(drop)
    }

    pub(crate) fn can_disconnect(&self, peer: &PeerId) -> Result<bool, Closed> {
        Ok(!self.warden.status(peer)?.is_some_and(|status| status.protected))
    }

    /// The blocked peers. A peer that its score banned is not among them.
    pub(crate) fn blocked_peers(&self) -> Result<Vec<PeerId>, Closed> {
        let blocked = self.blocked()?.into_iter();
        Ok(blocked
            .filter_map(|each| if let Subject::Peer(peer) = each { Some(peer) } else { None })
            .collect())
    }

    /// The blocked addresses and subnets, an address as the subnet of its own.
    pub(crate) fn blocked_subnets(&self) -> Result<Vec<IpNet>, Closed> {
        let blocked = self.blocked()?.into_iter();
        Ok(blocked
            .filter_map(|each| if let Subject::Addr(net) = each { Some(net) } else { None })
            .collect())
    }

    /// What the operator has blocked, oldest first.
    fn blocked(&self) -> Result<Vec<Subject<PeerId>>, Closed> {
        let (mut blocked, mut after) = (Vec::new(), None);
        loop {
            let page = self.warden.bans(after, 100)?;
            let Some(last) = page.last() else {
                return Ok(blocked);
            };
            after = Some(last.cursor);
            let own = page
                .into_iter()
                .filter(|ban| ban.causes.iter().any(|active| active.cause == Cause::Operator));
            blocked.extend(own.map(|ban| ban.subject));
        }
    }
}

impl fmt::Display for NoDial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Blocked(denial) => write!(f, "banned by {}", denial.cause),
            Self::Closed(closed) => closed.fmt(f),
            Self::NoPeerId => f.write_str("the address names no peer"),
            Self::TooOften => f.write_str("dialled too often of late"),
            Self::Unreadable(fault) => write!(f, "the address is refused: {fault}"),
        }
    }
}

/// The peer that an address is about: the last one in it, because one before that is its relay.
pub(crate) fn peer(address: &Multiaddr) -> Option<PeerId> {
    match address.iter().last() {
        Some(Protocol::P2p(peer)) => Some(peer),
        _ => None,
    }
}
