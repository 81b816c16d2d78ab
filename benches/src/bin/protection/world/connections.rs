//! Connections: how they come up, and how they end.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use peerwarden_core::Instant;

use super::{Happening, World};
use crate::actor::Notice;
use crate::peer::{ActorNo, Class, Link, Peer, PeerNo};
use crate::time::millis;

impl World {
    /// A new id, run by this actor, that connects from this address.
    pub(crate) fn new_peer(&mut self, actor: ActorNo, addr: IpAddr, class: Class) -> PeerNo {
        let number = u32::try_from(self.peers.len()).unwrap_or(u32::MAX);
        self.peers.push(Peer { actor, addr, class, link: Link::Down, session: 0 });
        self.policy.meet(PeerNo(number), class);
        PeerNo(number)
    }

    /// Where the peer connects from.
    pub(crate) fn address(&self, peer: PeerNo) -> IpAddr {
        self.peer(peer).map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |known| known.addr)
    }

    /// From now on the peer connects from there.
    pub(crate) fn move_peer(&mut self, peer: PeerNo, addr: IpAddr) {
        if let Some(known) = self.peer_mut(peer) {
            known.addr = addr;
        }
    }

    /// Asks for a connection; the actor is told whether it came up.
    pub(crate) fn dial(&mut self, peer: PeerNo) {
        let now = self.clock.read(self.now);
        let Some(known) = self.peer_mut(peer).filter(|known| known.link == Link::Down) else {
            return;
        };
        known.session = known.session.wrapping_add(1);
        let (actor, addr, session) = (known.actor, known.addr, known.session);
        if self.policy.refuses_addr(addr, now) {
            self.notices.push_back((actor, Notice::Refused(peer)));
            return;
        }
        self.set_link(peer, Link::Dialling);
        let done = self.now.saturating_add(HANDSHAKE);
        self.queue.push(done, Happening::Established(peer, session));
    }

    /// The peer closes its connection.
    pub(crate) fn leave(&mut self, peer: PeerNo) {
        if let Some(known) = self.peer_mut(peer) {
            known.session = known.session.wrapping_add(1);
            self.gone(peer);
        }
    }

    /// When a connection of this peer from there is no longer refused by the policy; `None` for never.
    pub(crate) fn free_at(&self, peer: PeerNo, addr: IpAddr) -> Option<Instant> {
        let free = self.policy.free_at(peer, addr, self.clock.read(self.now))?;
        Some(self.clock.unread(free, self.now))
    }

    /// An honest actor wants to be connected from now on, or no longer.
    pub(crate) fn wants(&mut self, class: Class, wants: bool) {
        self.ledger.wants(class, wants, self.now);
    }

    pub(super) fn established(&mut self, peer: PeerNo, session: u32) {
        let now = self.clock.read(self.now);
        let Some(known) = self.peer(peer).filter(|known| known.session == session) else { return };
        if self.up >= self.slots || self.policy.refuses(peer, known.addr, now) {
            self.set_link(peer, Link::Down);
            self.notices.push_back((known.actor, Notice::Refused(peer)));
            return;
        }
        self.up += 1;
        self.set_link(peer, Link::Up);
        self.ledger.up(known.class, true, self.now);
        self.scorer.connected(peer, self.now);
        self.notices.push_back((known.actor, Notice::Up(peer)));
        self.policy.connected(peer, known.addr, now, &mut self.orders);
        self.carry_out();
    }

    /// The node closes the peer's connection.
    pub(super) fn close(&mut self, peer: PeerNo) {
        let Some(known) = self.peer(peer).filter(|known| known.link == Link::Up) else { return };
        self.set_link(peer, Link::Closing);
        self.ledger.up(known.class, false, self.now);
        let gone = self.now.saturating_add(CLOSING);
        self.queue.push(gone, Happening::Closed(peer, known.session));
    }

    pub(super) fn closed(&mut self, peer: PeerNo, session: u32) {
        let known = self.peer(peer).filter(|known| known.session == session);
        if let Some(known) = known.filter(|known| known.link == Link::Closing) {
            self.gone(peer);
            self.notices.push_back((known.actor, Notice::Down(peer)));
        }
    }

    fn gone(&mut self, peer: PeerNo) {
        let Some(known) = self.peer(peer) else { return };
        self.set_link(peer, Link::Down);
        if known.link.carries() {
            self.up -= 1;
            if known.link == Link::Up {
                self.ledger.up(known.class, false, self.now);
            }
            let now = self.clock.read(self.now);
            // A score that is asked for now is that of the moment before it left.
            self.policy.disconnected(peer, now, &mut self.orders);
            self.carry_out();
            self.scorer.disconnected(peer, self.now);
        }
    }
}

const CLOSING: Duration = millis(10);
const HANDSHAKE: Duration = millis(100);
