//! Every answer of an engine at one moment.

use std::hash::BuildHasher;

use peerwarden_core::{Causes, Instant, PeerStatus, Subject, Verdict, Warden};

use super::{PEERS, Peer, addrs};

/// An engine's answers at one moment.
#[derive(Debug, PartialEq)]
pub(crate) struct Answers {
    statuses: Vec<Option<PeerStatus>>,
    /// Without their places, which mean nothing to another engine.
    bans: Vec<(Subject<Peer>, Causes, Instant)>,
    gates: Vec<Verdict>,
}

impl Answers {
    pub(crate) fn of<S: BuildHasher>(engine: &Warden<Peer, S>, at: Instant) -> Self {
        Self {
            statuses: (0..PEERS).map(|peer| engine.status(&peer, at)).collect(),
            bans: engine.bans(at).map(|ban| (ban.subject, ban.causes, ban.began)).collect(),
            gates: verdicts(engine, at),
        }
    }
}

/// What the gates say about every address, and about every peer at some of them.
pub(crate) fn verdicts<S: BuildHasher>(engine: &Warden<Peer, S>, at: Instant) -> Vec<Verdict> {
    let mut verdicts: Vec<_> = addrs().map(|addr| engine.check_addr(addr, at)).to_vec();
    for peer in 0..PEERS {
        let addr = addrs().get(usize::from(peer)).copied();
        verdicts.push(engine.check_peer(&peer, None, at));
        verdicts.push(engine.check_peer(&peer, addr, at));
    }
    verdicts
}
