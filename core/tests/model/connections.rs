//! Peers that come and go.

use peerwarden_core::{Action, Direction};
use std::net::IpAddr;

use super::address::canonical_ip;
use super::falling::Falling;
use super::record::Here;
use super::{Model, Nanos, Peer};

impl Model {
    /// "`Connected` is given for every connection that comes up and every change of address."
    pub(crate) fn connect(
        &mut self,
        peer: Peer,
        addr: Option<IpAddr>,
        direction: Direction,
    ) -> Vec<Action<Peer>> {
        // "The first `Connected`, answered or not, of this engine".
        self.first_connected.get_or_insert(self.now);
        let serial = self.next_serial();
        let at = self.find_or_make(peer);
        let record = &mut self.records[at];
        if !record.up {
            record.up = true;
            record.joined = serial;
        }
        record.dialled |= direction == Direction::Outbound;
        // "The last one seen is kept, and `None` (relayed, or dialled by name) replaces nothing."
        if let Some(addr) = addr {
            record.last_seen = Some(canonical_ip(addr));
        }

        // "The answer is `Disconnect` if the peer is banned or, unless protected, the IP last seen
        // is refused to it for this connection's direction."
        let record = &self.records[at];
        let refusals = self.refusals_of(record);
        if record.banned(self.now) || refusals.iter().any(|each| each.is_for(direction)) {
            self.leave(at);
            return vec![Action::Disconnect { peer }];
        }
        self.arrive(at);
        Vec::new()
    }

    /// "`Disconnected` when the last one is gone."
    pub(crate) fn disconnected(&mut self, peer: Peer) -> Vec<Action<Peer>> {
        // "An unknown `Disconnected` changes nothing."
        let Some(at) = self.find(peer).filter(|at| self.records[*at].up) else {
            return Vec::new();
        };
        let asked = self.ask_on_leave(peer);
        self.leave(at);
        let record = &mut self.records[at];
        record.up = false;
        record.dialled = false;
        let mut actions = asked;
        actions.extend(self.leave_debts_behind(at));
        actions
    }

    /// "`Disconnect` comes with the first `Ban` of a connected peer"; "it is told again only as
    /// such an answer".
    pub(crate) fn tell_to_disconnect(&mut self, at: usize) -> Vec<Action<Peer>> {
        if !self.records[at].is_here() {
            return Vec::new();
        }
        self.leave(at);
        vec![Action::Disconnect { peer: self.records[at].peer }]
    }

    pub(crate) fn tell_all_to_disconnect(&mut self, records: &[usize]) -> Vec<Action<Peer>> {
        records.iter().flat_map(|at| self.tell_to_disconnect(*at)).collect()
    }

    /// The peer is here from now on, if it was not.
    fn arrive(&mut self, at: usize) {
        let (now, config) = (self.now, &self.config);
        let record = &mut self.records[at];
        if record.is_here() {
            return;
        }
        // "Within which coming here takes it up again at once."
        let standing = record.in_standing(now, config);
        record.left = None;
        // "Zero when it comes."
        let heat = Falling::default();
        record.here = Some(Here { since: now, heat, scored_low: false, standing });
        // "A peer joins at the back when `Connected` finds it outside."
        let peer = record.peer;
        self.queue.push(peer);
    }

    /// The peer is not here from now on, if it was.
    fn leave(&mut self, at: usize) {
        let serial = self.next_serial();
        let record = &mut self.records[at];
        record.leave_standing(self.now, &self.config, serial);
        record.here = None;
        let peer = record.peer;
        self.queue.retain(|each| *each != peer);
    }

    /// "Tenured: here for at least 10 min, or half of the time since the first `Connected`,
    /// answered or not, of this engine (made or restored), whichever is less."
    pub(crate) fn is_tenured(&self, at: usize) -> bool {
        let (Some(here), Some(first)) = (&self.records[at].here, self.first_connected) else {
            return false;
        };
        let here_for = self.now - here.since;
        here_for >= TENURE || u128::from(here_for) * 2 >= u128::from(self.now - first)
    }

    /// How many peers are here.
    pub(crate) fn here(&self) -> usize {
        self.records.iter().filter(|record| record.is_here()).count()
    }
}

pub(crate) const TENURE: Nanos = 10 * super::falling::MINUTE;
