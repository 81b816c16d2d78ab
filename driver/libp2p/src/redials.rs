//! Schedule of dials: peers whose bans are over, and peers that are to stay connected.

mod backoff;
mod queue;
#[cfg(test)]
mod tests;

use std::hash::RandomState;
use std::num::NonZeroU16;
use std::time::Duration;

use hashbrown::HashMap;
use libp2p::swarm::ConnectionId;
use libp2p::{Multiaddr, PeerId};
use peerwarden_core::Instant;

use backoff::{Backoff, Patience};
use queue::{Class, Queue, QueuePosition};

/// Peers to dial, where and when: one entry a peer, and no more than a few dials under way at once.
///
/// A *released* peer is one whose ban is over: it is dialled until it is connected, banned again, or
/// was tried as often as the options say. At most [`MAX_RELEASED`] of them wait. A *kept* peer is
/// one that the node wants connected at all times: its entry stays until it is let go, and it goes
/// before released ones. Each has at most [`ADDRESSES`](crate::address_book::ADDRESSES) addresses,
/// of at most [`MAX_BYTES`](crate::address::MAX_BYTES) bytes each.
#[derive(Debug, Default)]
pub(crate) struct Redials {
    peers: HashMap<PeerId, Entry, RandomState>,
    queue: Queue,
    /// Bounded by [`Limits::under_way`].
    under_way: HashMap<ConnectionId, Dial, RandomState>,
    kept: usize,
    limits: Limits,
    backoff: Backoff,
}

/// The options of the schedule.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Limits {
    /// How many dials are under way at once, at most.
    pub(crate) under_way: NonZeroU16,
    /// How often a released peer is dialled, at most.
    pub(crate) attempts: NonZeroU16,
}

#[derive(Debug)]
struct Entry {
    class: Class,
    addresses: Vec<Multiaddr>,
    /// Tries in a row that failed or led to a connection that did not last.
    setbacks: u32,
    state: State,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum State {
    /// Only of kept peers: nothing is done until the ban ends.
    Banned,
    /// Only of kept peers: nothing is done until it disconnects.
    Connected {
        since: Instant,
    },
    /// Whether the dial succeeds is not known yet.
    UnderWay(ConnectionId),
    Waiting(QueuePosition),
}

/// A dial that is under way, and where to.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Dial {
    pub(crate) peer: PeerId,
    pub(crate) addresses: Vec<Multiaddr>,
}

/// A dial that failed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Failure {
    pub(crate) dial: Dial,
    /// After how many tries the peer is given up with this one, if it is.
    pub(crate) gave_up: Option<u32>,
}

/// What a peer that is to be kept connected does at the moment.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Presence {
    Absent,
    Banned,
    Connected,
}

/// No further peer fits in.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Full;

impl Redials {
    pub(crate) fn limits(&self) -> Limits {
        self.limits
    }

    pub(crate) fn set_limits(&mut self, limits: Limits) {
        self.limits = limits;
    }

    /// When the next dial is due; `None` if there is none, or as many are under way as may be.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        let is_full = self.under_way.len() >= usize::from(self.limits.under_way.get());
        if is_full { None } else { self.queue.deadline() }
    }

    /// The ban of `peer`, which this node had dialled, is over: dial it.
    pub(crate) fn release(
        &mut self,
        peer: PeerId,
        addresses: Vec<Multiaddr>,
        now: Instant,
    ) -> Result<(), Full> {
        if self.peers.contains_key(&peer) {
            self.unbanned(&peer, now);
            return Ok(());
        }
        if self.peers.len().saturating_sub(self.kept) >= MAX_RELEASED {
            return Err(Full);
        }
        let class = Class::Released;
        let state = State::Waiting(self.queue.push(class, now, peer));
        self.peers.insert(peer, Entry { class, addresses, setbacks: 0, state });
        Ok(())
    }

    /// Keep `peer` connected from here on, or dial it at other addresses than before.
    pub(crate) fn keep(
        &mut self,
        peer: PeerId,
        addresses: Vec<Multiaddr>,
        presence: Presence,
        now: Instant,
    ) -> Result<(), Full> {
        let is_kept = self.peers.get(&peer).is_some_and(|entry| entry.class == Class::Kept);
        if !is_kept {
            if self.kept >= MAX_KEPT {
                return Err(Full);
            }
            self.kept += 1;
        }
        let before = self.remove(&peer);
        let class = Class::Kept;
        let state = match (presence, before) {
            (Presence::Banned, _) => State::Banned,
            (Presence::Connected, Some(State::Connected { since })) => State::Connected { since },
            (Presence::Connected, _) => State::Connected { since: now },
            (Presence::Absent, Some(State::UnderWay(id))) => State::UnderWay(id),
            (Presence::Absent, _) => State::Waiting(self.queue.push(class, now, peer)),
        };
        self.peers.insert(peer, Entry { class, addresses, setbacks: 0, state });
        Ok(())
    }

    /// Keep `peer` connected no longer. Whether it was kept.
    pub(crate) fn let_go(&mut self, peer: &PeerId) -> bool {
        let is_kept = self.peers.get(peer).is_some_and(|entry| entry.class == Class::Kept);
        if is_kept {
            self.kept = self.kept.saturating_sub(1);
            let _ = self.remove(peer);
        }
        is_kept
    }

    /// `peer` is banned: it is not dialled any more, or not until the ban ends.
    pub(crate) fn banned(&mut self, peer: &PeerId) {
        self.settle(peer, State::Banned);
    }

    /// The ban of `peer` is over. If it is to be kept connected, it is dialled.
    pub(crate) fn unbanned(&mut self, peer: &PeerId, now: Instant) {
        if let Some(entry) = self.peers.get_mut(peer)
            && entry.state == State::Banned
        {
            entry.setbacks = 0;
            entry.state = State::Waiting(self.queue.push(entry.class, now, *peer));
        }
    }

    /// A connection with `peer` is up: it need not be dialled.
    pub(crate) fn connected(&mut self, peer: &PeerId, now: Instant) {
        let state = self.peers.get(peer).map(|entry| entry.state);
        if !matches!(state, Some(State::Connected { .. })) {
            self.settle(peer, State::Connected { since: now });
        }
    }

    /// The last connection with `peer` is gone. If it is to be kept connected, it is dialled: at
    /// once, but for one whose connections never last.
    pub(crate) fn disconnected(&mut self, peer: &PeerId, now: Instant) {
        let Some(entry) = self.peers.get_mut(peer) else {
            return;
        };
        if let State::Connected { since } = entry.state {
            let lasted = now.saturating_duration_since(since) >= LASTING;
            if lasted {
                entry.setbacks = 0;
            }
            let wait = self.backoff.wait(peer, entry.setbacks, Patience::Endless, now);
            entry.setbacks = entry.setbacks.saturating_add(u32::from(!lasted));
            let at = now.saturating_add(wait);
            entry.state = State::Waiting(self.queue.push(entry.class, at, *peer));
        }
    }

    /// The peer to dial now, if a dial is due and may be made. [`begin`](Self::begin) is to follow.
    pub(crate) fn due(&self, now: Instant) -> Option<(PeerId, &[Multiaddr])> {
        self.deadline()?;
        let peer = self.queue.due(now)?;
        let addresses = self.peers.get(&peer).map(|entry| entry.addresses.as_slice());
        Some((peer, addresses.unwrap_or_default()))
    }

    /// The dial that is due is made.
    pub(crate) fn begin(&mut self, id: ConnectionId, dial: Dial) {
        if let Some(entry) = self.peers.get_mut(&dial.peer) {
            if let State::Waiting(position) = entry.state {
                self.queue.remove(&position, dial.peer);
            }
            entry.state = State::UnderWay(id);
        }
        self.under_way.insert(id, dial);
    }

    /// This connection is up. If it was a dial of ours, the addresses that it was to go to.
    pub(crate) fn succeeded(&mut self, id: ConnectionId) -> Option<Dial> {
        self.under_way.remove(&id)
    }

    /// Whether this dial is one of these.
    pub(crate) fn is_under_way(&self, id: ConnectionId) -> bool {
        self.under_way.contains_key(&id)
    }

    /// This dial failed. If it was one of ours, the peer is dialled again later, unless it was tried
    /// often enough; one that is protected is tried without end, and so is one that is kept.
    pub(crate) fn failed(
        &mut self,
        id: ConnectionId,
        now: Instant,
        is_protected: impl FnOnce(&PeerId) -> bool,
    ) -> Option<Failure> {
        let dial = self.under_way.remove(&id)?;
        let peer = dial.peer;
        let mut gave_up = None;
        if let Some(entry) = self.peers.get_mut(&peer)
            && entry.state == State::UnderWay(id)
        {
            entry.setbacks = entry.setbacks.saturating_add(1);
            let patience = if entry.class == Class::Kept || is_protected(&peer) {
                Patience::Endless
            } else {
                Patience::Limited
            };
            let attempts = u32::from(self.limits.attempts.get());
            if patience == Patience::Limited && entry.setbacks >= attempts {
                gave_up = Some(entry.setbacks);
                self.peers.remove(&peer);
            } else {
                let wait = self.backoff.wait(&peer, entry.setbacks, patience, now);
                let at = now.saturating_add(wait);
                entry.state = State::Waiting(self.queue.push(entry.class, at, peer));
            }
        }
        Some(Failure { dial, gave_up })
    }

    /// Takes `peer` out of the queue. Its entry goes, unless it is kept: then it is in this state.
    fn settle(&mut self, peer: &PeerId, state: State) {
        let Some(entry) = self.peers.get_mut(peer) else {
            return;
        };
        if let State::Waiting(position) = entry.state {
            self.queue.remove(&position, *peer);
        }
        match entry.class {
            Class::Kept => entry.state = state,
            Class::Released => drop(self.peers.remove(peer)),
        }
    }

    /// Takes the entry of `peer` out, and out of the queue. The state that it was in.
    fn remove(&mut self, peer: &PeerId) -> Option<State> {
        let entry = self.peers.remove(peer)?;
        if let State::Waiting(position) = entry.state {
            self.queue.remove(&position, *peer);
        }
        Some(entry.state)
    }
}

impl Default for Limits {
    /// Four dials under way; six tries over about an hour.
    fn default() -> Self {
        let number = |above_one| NonZeroU16::MIN.saturating_add(above_one);
        Self { under_way: number(3), attempts: number(5) }
    }
}

/// How many peers whose bans are over wait to be dialled, at most: as many as the engine remembers
/// by default.
pub(crate) const MAX_RELEASED: usize = 100_000;

/// How many peers can be kept connected. Each is of the operator's own choice.
pub(crate) const MAX_KEPT: usize = 10_000;

/// How long a connection has to last for its end not to count as a setback.
const LASTING: Duration = Duration::from_secs(60);
